import { relative } from 'node:path';
import { packagePath } from '../../base/paths';
import { Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { plural } from '../../base/words';
import { MOST_TEXT_BYTES, readFileOrFail, writeFileAtomic } from '../../base/files';
import type { Audit, Source } from '../../audit';
import type { SeedSearch } from '../../judge/seed/search';
import type { Run } from '../../run/run';
import type { Study } from '../../study/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { checkOutFiles } from '../outFile';
import { openStudy, studyOption, studyWords, type OpenedStudy } from '../study';
import { printText } from '../text';
import { jsonOption, shellCommand } from '../training';

/** `assay audit`: judges a report. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .summary('judge the numbers and sentences of a report')
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
    .option(
      '--claims-template <file>',
      'also write there the sentences, and rows of tables, that no claim stands for, to be filled in and given with --claims',
    )
    .addOption(jsonOption)
    .addOption(new Option('--markdown', 'print Markdown instead of text').conflicts('json'))
    .addOption(
      new Option('--summary', 'print the verdict and its summary alone').conflicts(['json', 'markdown']),
    )
    .addOption(
      new Option('--full', 'print all of it: every line, run, number and claim').conflicts([
        'json',
        'markdown',
        'summary',
      ]),
    )
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
        {
          study: named,
          data,
          claims: given,
          claimsTemplate,
          allowUnjudged = false,
          json,
          markdown,
          summary,
          full,
          junit,
          html,
        },
      ) => {
        const { bandsFile } = await import('../../study/store.js');
        const opened = await openStudy(named);
        const { study, experiment } = opened;
        const path = document ?? reportOf(study);
        const claimsPath = given ?? study.claims;
        await checkOutFiles(
          { '--html': html, '--junit': junit, '--claims-template': claimsTemplate },
          [path, study.experiment, claimsPath, study.rules].filter((input) => input !== undefined),
        );
        const { auditReport } = await import('../../audit/index.js');
        const { loadClaims } = await import('../../audit/claims/load.js');
        const { loadRules } = await import('../../audit/verdictRules.js');
        const { readStoredBands } = await import('../../judge/stored/bands.js');
        const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
        const rules = study.rules === undefined ? undefined : await loadRules(study.rules, study);
        const claims = claimsPath && {
          ...(await loadClaims(claimsPath, study, rules)),
          path: shownPath(claimsPath),
        };
        const dataName = data ?? experiment?.data.name;
        const bands = await readStoredBands(study, dataName);
        const { runs: ours, searches, sources } = await kept(opened, dataName);
        const { approvedRuns } = await import('../published.js');
        const approved =
          claims && experiment !== undefined ? await approvedRuns(study, experiment, claims) : [];
        const audit = auditReport(
          { path, bytes },
          {
            ...{ study, experiment, dataName, bands, rules, ours, searches },
            ...(claims && { claims: { ...claims, isDefault: given === undefined } }),
            approved: approved.map(({ record }) => record),
            command: commandOf(document, named, data, given),
            sources: [
              ...(study.experiment === undefined ? [] : [await sourceOf('experiment', study.experiment)]),
              ...(claimsPath === undefined ? [] : [await sourceOf('claims', claimsPath)]),
              ...(study.rules === undefined ? [] : [await sourceOf('rules', study.rules)]),
              ...(bands === undefined ? [] : [await sourceOf('bands', bandsFile(study, dataName))]),
              ...(await Promise.all(approved.map(({ path }) => sourceOf('approved run', path)))),
              ...sources,
            ],
          },
        );
        if (json) printJson(audit);
        else await printAudit(audit, { markdown, summary, full });
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
          await writeFileAtomic(html, auditHtml(audit, { study, experiment, bands, ours }));
        }
        await sayUnclaimed(audit, claimsTemplate);
        if (audit.verdict === 'fail' || (audit.verdict !== 'pass' && !allowUnjudged))
          throw new FoundWanting();
      },
    );
}

/** What a study keeps: our runs of it, and searches for seeds, with the files that they are from. */
async function kept(
  { study, experiment }: OpenedStudy,
  dataName: string | undefined,
): Promise<{ runs: Run[]; searches: SeedSearch[]; sources: (Source & { readonly what: string })[] }> {
  if (experiment === undefined || dataName === undefined) {
    const { readKeptRuns } = await import('../../judge/stored/keptRuns.js');
    const found = await readKeptRuns(study);
    return {
      runs: [...(found?.runs ?? [])],
      searches: [],
      sources: found ? [{ what: 'our runs', path: shownPath(found.path), bytes: found.bytes }] : [],
    };
  }
  const { runsOfEnsemble } = await import('../../run/recordedRun.js');
  const { readStoredEnsembles } = await import('../../judge/stored/ensembles.js');
  const { readStoredSearches } = await import('../../judge/stored/searches.js');
  const ensembles = await readStoredEnsembles(study, experiment, dataName);
  const searches = await readStoredSearches(study, experiment, dataName);
  return {
    runs: ensembles.flatMap((ensemble) => runsOfEnsemble(ensemble, experiment.training, ensemble.path)),
    searches,
    sources: [
      ...ensembles.map(({ path, bytes }) => ({ what: 'our runs', path: shownPath(path), bytes })),
      ...searches.map(({ path, bytes }) => ({ what: 'search for seeds', path: shownPath(path), bytes })),
    ],
  };
}

async function printAudit(
  audit: Audit,
  { markdown, summary, full }: { readonly markdown?: true; readonly summary?: true; readonly full?: true },
): Promise<void> {
  if (markdown) {
    const { auditMarkdown } = await import('../../report/markdown/audit.js');
    process.stdout.write(auditMarkdown(audit));
    return;
  }
  const { auditSummaryText, auditText, foldedAuditText } = await import('../../report/text/audit.js');
  const textOf = summary ? auditSummaryText : full ? auditText : foldedAuditText;
  printText((colours) => textOf(audit, colours));
}

/** Says how sentences come to be judged, and writes a file that needs but their readings. */
async function sayUnclaimed(audit: Audit, file: string | undefined): Promise<void> {
  const { claimsTemplate, unclaimedOf } = await import('../../audit/claims/template.js');
  const { length } = unclaimedOf(audit.claims);
  if (file !== undefined) {
    const { jsonText } = await import('../../base/json.js');
    await writeFileAtomic(file, jsonText(claimsTemplate(audit)));
    console.error(
      `written to ${file}: ${plural(length, 'line')}; say of each what it claims (docs/claims.md), then give it with --claims`,
    );
  } else if (length > 0)
    console.error(
      `${plural(length, 'line')} of no claim: --claims-template FILE writes them, to be filled in and given with --claims`,
    );
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
  const inPackage = relative(packagePath(), path);
  return inPackage.startsWith('..') ? path : inPackage;
}
