import { AssayError } from '../base/errors';
import { filesBelow, isThere, readFileOrFail } from '../base/files';
import { jsonText } from '../base/json';
import { join, packagePath, relative } from '../base/paths';
import { textOfBytes } from '../base/utf8';
import { auditCommand, auditPath } from '../cli/auditPath';
import { checkPaths, jsonOf, subjectsOf, type CheckedPaths } from '../cli/checkPaths';
import { shellCommand, studyWords } from '../cli/shell';
import type { OpenedStudy } from '../cli/study';
import { headingOf } from '../logs/heading';
import { openSource } from '../logs/source';
import { auditHtml, auditPage } from '../report/html/audit';
import { checkPage } from '../report/html/check';
import { curvesOfRuns } from '../report/html/curvesOf';
import { pageContent, type Page } from '../report/html/page';
import { isRecordText } from '../run/record';
import { STUDY_FILE } from '../study/load';
import type { Study } from '../study/types';
import { choicesOf, droppedStudies, openStudy } from './choices';
import type { DroppedFile } from './host/files';
import type { Judged, JudgeRequest, Kind } from './messages';

/** Judges what was dropped as the command line judges files of these names. */
export async function judge({ files, study: named, as }: JudgeRequest): Promise<Judged> {
  const dropped = droppedStudies(files);
  const folder = named ?? dropped.at(0);
  const opened = await openStudy(folder);
  const judgedFiles = files.filter(({ path }) => !dropped.some((of) => isOfStudy(path, of, opened.study)));
  const paths = files.length === 0 ? reportsOf(opened.study) : await subjectPaths(judgedFiles, dropped);
  if (paths.length === 0) throw nothing(dropped, opened.study);
  const kind = as ?? (await kindOf(paths, opened.study));
  const judged =
    kind === 'report' ? await judgeReport(paths, folder, opened) : await judgeLogs(paths, folder, opened);
  return {
    ...{ what: 'judged', kind, study: opened.study.name, ...judged },
    choices: await choicesOf(files, files.length === 0 ? [] : paths),
  };
}

/** The report of the study itself, by its place in the package. */
function reportsOf({ report }: Study): string[] {
  return report === undefined ? [] : [relative(packagePath(), report)];
}

type Result = Pick<Judged, 'command' | 'json' | 'header' | 'content' | 'footer' | 'page'>;

async function judgeReport(
  paths: readonly string[],
  study: string | undefined,
  opened: OpenedStudy,
): Promise<Result> {
  const [path, ...others] = paths;
  if (others.length > 0)
    throw new AssayError('usage', {
      what: 'several files, and a report is one',
      expected: 'one document',
      got: paths.join(', '),
    });
  const command = auditCommand({ document: path, study });
  const { audit, references } = await auditPath(path, opened, { command });
  const page = auditPage(audit, references);
  return {
    command: `${command} --json`,
    json: jsonText(audit),
    ...parts(page),
    page: auditHtml(audit, references),
  };
}

async function judgeLogs(
  paths: readonly string[],
  study: string | undefined,
  opened: OpenedStudy,
): Promise<Result> {
  const checked = await checkPaths(paths, opened);
  const command = shellCommand(['npx', 'assay', 'check', ...paths, ...studyWords(study)]);
  const texts = await textsOf(checked);
  const page = checkPage({
    command,
    subjects: subjectsOf(checked),
    curves: curvesOfChecked(checked),
    lineOf: (file, line) => texts.get(file)?.[line - 1],
  });
  return { command: `${command} --json`, json: jsonText(jsonOf(checked)), ...parts(page) };
}

function parts(page: Page): Pick<Judged, 'header' | 'content' | 'footer'> {
  return { header: page.kind.text, content: pageContent(page).text, footer: page.footer.text };
}

function curvesOfChecked({ runs, judged, references }: CheckedPaths): ReturnType<typeof curvesOfRuns> {
  const drawn = runs.flatMap((run, i) => {
    const { conditions, path, firstLine } = judged[i];
    const isOnly = judged.filter((other) => other.path === path).length === 1;
    const name = isOnly ? path : `${path}, line ${firstLine}`;
    return conditions === undefined ? [] : [{ run: { ...run, conditions }, name }];
  });
  return curvesOfRuns(drawn, references);
}

/** The lines of files that findings are of; a file that is no text has none to show. */
async function textsOf({ judged }: CheckedPaths): Promise<Map<string, readonly string[]>> {
  const texts = new Map<string, readonly string[]>();
  for (const { path, checks } of judged) {
    const hasLines = checks.some(({ findings }) => findings.some(({ line }) => line !== undefined));
    if (!hasLines || texts.has(path) || !(await isThere(path, 'file'))) continue;
    const text = textOfBytes(await readFileOrFail(path));
    if (!text.includes('\0')) texts.set(path, text.split(/\r?\n/));
  }
  return texts;
}

/** All that is in its folder; of one that was dropped file by file, what it names. */
function isOfStudy(
  path: string,
  folder: string,
  { experiment, report, claims, rules, trace, readings }: Study,
): boolean {
  if (folder !== '.') return path.startsWith(`${folder}/`);
  return [STUDY_FILE, experiment, report, claims, rules, trace, readings].includes(path);
}

/**
 * What the command line would be given: each file, and in the place of its files the folder of a run. A folder of several logs stands for
 * them, as `logs/*` does in a shell.
 */
async function subjectPaths(files: readonly DroppedFile[], studies: readonly string[]): Promise<string[]> {
  const isPlain = (path: string): boolean => !path.includes('/');
  const plain = files.flatMap(({ path }) => (isPlain(path) ? [path] : []));
  const folders = new Set(files.flatMap(({ path }) => (isPlain(path) ? [] : [path.split('/')[0]])));
  const inFolders = await Promise.all([...folders].map((folder) => subjectsIn(folder, studies)));
  return [...plain, ...inFolders.flat()].sort();
}

async function subjectsIn(folder: string, studies: readonly string[]): Promise<string[]> {
  if (studies.includes(folder)) return [];
  const { files, alongside = [] } = await openSource(folder);
  if (files.length > 0) return [folder]; // it is read as one
  const all = await filesBelow(folder);
  const below = new Set(all.flatMap((name) => (name.includes('/') ? [name.split('/')[0]] : [])));
  const deeper = await Promise.all([...below].map((name) => subjectsIn(join(folder, name), studies)));
  return [...alongside.map((name) => join(folder, name)), ...deeper.flat()];
}

/** A document with headings of ours is a report, one that is not a log alone. */
async function kindOf(paths: readonly string[], { conditions }: Study): Promise<Kind> {
  if (paths.length !== 1 || !(await isThere(paths[0], 'file'))) return 'logs';
  const text = textOfBytes(await readFileOrFail(paths[0]));
  if (isRecordText(text.slice(0, 1 << 12))) return 'logs';
  return text.split('\n').some((line) => headingOf(line, conditions) !== undefined) ? 'report' : 'logs';
}

function nothing(dropped: readonly string[], { name }: Study): AssayError {
  const got = dropped.length === 0 ? 'no file' : `the study ${name} alone`;
  return new AssayError('usage', { what: 'nothing to judge', expected: 'logs, a run.json or a report', got });
}
