import { join, relative } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { MOST_TEXT_BYTES, readFileOrFail, writeFileAtomic } from '../../base/files';
import type { Audit, Source } from '../../audit';
import type { Study } from '../../study/types';
import { FoundWanting, coloursFor } from '../failure';
import { printJson } from '../json';
import { checkOutFiles } from '../outFile';
import { approvedRuns } from '../published';
import { openStudy, studyOption, studyWords } from '../study';
import { jsonOption, shellCommand } from '../training';

const ROOT = join(__dirname, '../../..');

/** `assay audit`: judges a report. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description(
      'judge a report of training runs: every line accounted for, every number, what it implies and leaves out',
    )
    .argument(
      '[document]',
      "the study's report if left out: a text with logs of runs under headings such as ## LR = 0.001, prose, and a verdict table",
    )
    .addOption(studyOption)
    .option('--data <name>', "the data set that its runs should be of (default: the experiment's)")
    .option(
      '--claims <file>',
      'what the sentences of the document claim, which has to have each of them (default: what the study has, as far as it fits)',
    )
    .addOption(jsonOption)
    .addOption(new Option('--markdown', 'print Markdown instead of text').conflicts('json'))
    .option('--allow-unjudged', 'end with 0 where nothing is wrong, though not everything could be judged')
    .option('--junit <file>', "also write the verdicts there, as JUnit's XML")
    .option(
      '--html <file>',
      'also write a page to read there: verdict, curves, tables and receipt, in one file that needs nothing else',
    )
    .addHelpText(
      'after',
      `
Ends with 0 when nothing was found wrong, no claim is contradicted or holds in part only, and all was judged; else with 1.

Example:
  $ npx assay audit fixtures/reported/lr-experiment.txt --html report.html`,
    )
    .action(
      async (
        document,
        { study: named, data, claims: given, allowUnjudged = false, json, markdown, junit, html },
      ) => {
        const { bandsFile } = await import('../../study/store.js');
        const { study, experiment } = await openStudy(named);
        const path = document ?? reportOf(study);
        const claimsPath = given ?? study.claims;
        await checkOutFiles({ '--html': html, '--junit': junit }, [
          ...[path, study.experiment],
          ...(claimsPath === undefined ? [] : [claimsPath]),
        ]);
        const { auditReport } = await import('../../audit/index.js');
        const { loadClaims } = await import('../../audit/claims/load.js');
        const { readStoredBands } = await import('../../judge/stored/bands.js');
        const { readStoredEnsembles } = await import('../../judge/stored/ensembles.js');
        const { readStoredSearches } = await import('../../judge/stored/searches.js');
        const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
        const claims = claimsPath && { ...(await loadClaims(claimsPath)), path: shownPath(claimsPath) };
        const dataName = data ?? experiment.data.name;
        const ensembles = await readStoredEnsembles(study, experiment, dataName);
        const searches = await readStoredSearches(study, experiment, dataName);
        const bands = await readStoredBands(study, dataName);
        const approved = claims ? await approvedRuns(study, experiment, claims) : [];
        const sources = [
          await sourceOf('experiment', study.experiment),
          ...(claimsPath === undefined ? [] : [await sourceOf('claims', claimsPath)]),
          ...(bands === undefined ? [] : [await sourceOf('bands', bandsFile(study, dataName))]),
          ...ensembles.map(({ path, bytes }) => ({ what: 'our runs', path: shownPath(path), bytes })),
          ...(await Promise.all(approved.map(({ path }) => sourceOf('approved run', path)))),
          ...searches.map(({ path, bytes }) => ({ what: 'search for seeds', path: shownPath(path), bytes })),
        ];
        const audit = auditReport(
          { path, bytes },
          {
            experiment,
            dataName,
            bands,
            ...(claims && { claims: { ...claims, isDefault: given === undefined } }),
            ensembles,
            searches,
            approved: approved.map(({ record }) => record),
            command: commandOf(document, named, data, given),
            sources,
          },
        );
        if (json) printJson(audit);
        else process.stdout.write(await textOf(audit, markdown));
        if (junit !== undefined) {
          const { junitXml } = await import('../../report/junit.js');
          const { subjectsOfAudit } = await import('../../report/auditSubjects.js');
          await writeFileAtomic(
            junit,
            junitXml('assay audit', subjectsOfAudit(audit), allowUnjudged ? 'skipped' : 'failure'),
          );
        }
        if (html !== undefined) {
          const { auditHtml } = await import('../../report/html/audit/index.js');
          await writeFileAtomic(html, auditHtml(audit, { experiment, bands, ensembles }));
        }
        if (audit.verdict === 'fail' || (audit.verdict !== 'pass' && !allowUnjudged))
          throw new FoundWanting();
      },
    );
}

async function textOf(audit: Audit, markdown: true | undefined): Promise<string> {
  if (markdown) {
    const { auditMarkdown } = await import('../../report/markdown/audit.js');
    return auditMarkdown(audit);
  }
  const { auditText } = await import('../../report/text/audit.js');
  return auditText(audit, coloursFor(process.stdout));
}

function reportOf({ name, report }: Study): string {
  if (report !== undefined) return report;
  throw new AssayError('usage', {
    what: `the study ${name} names no report`,
    where: 'assay audit',
    expected: 'a document, or report in its study.json',
  });
}

/** As they were given. */
function commandOf(document?: string, study?: string, data?: string, claims?: string): string {
  return shellCommand([
    ...['npx', 'assay', 'audit', ...(document === undefined ? [] : [document]), ...studyWords(study)],
    ...(data === undefined ? [] : ['--data', data]),
    ...(claims === undefined ? [] : ['--claims', claims]),
  ]);
}

async function sourceOf(what: string, path: string): Promise<Source & { readonly what: string }> {
  return { what, path: shownPath(path), bytes: await readFileOrFail(path) };
}

/** Files of this package by their place in it, so that an audit is the same wherever it is installed. */
function shownPath(path: string): string {
  const inPackage = relative(ROOT, path);
  return inPackage.startsWith('..') ? path : inPackage;
}
