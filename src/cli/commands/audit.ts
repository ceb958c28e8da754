import { join, relative } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { MOST_TEXT_BYTES, readFileOrFail, writeFileAtomic } from '../../files';
import type { Audit, Source } from '../../judge/audit';
import { FoundWanting, coloursFor } from '../failure';
import { printJson } from '../json';
import { checkOutFiles } from '../outFile';
import { DEFAULT_SPEC, jsonOption, shellCommand, specOption } from '../training';

const ROOT = join(__dirname, '../../..');
const DEFAULT_CLAIMS = join(ROOT, 'spec/lr-experiment/claims.json');

/** `assay audit`: judges a report. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description(
      'judge a report of training runs: every line accounted for, every number, what it implies and leaves out',
    )
    .argument(
      '<document>',
      'a text with logs of runs under headings such as ## LR = 0.001, prose, and a verdict table',
    )
    .addOption(specOption)
    .addOption(
      new Option(
        '--claims <file>',
        'what the sentences of the document claim; it has to have each of them',
      ).default(DEFAULT_CLAIMS, 'spec/lr-experiment/claims.json'),
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
        path,
        { spec, claims: claimsPath, allowUnjudged = false, json, markdown, junit, html },
        command,
      ) => {
        await checkOutFiles({ '--html': html, '--junit': junit }, [path, spec, claimsPath]);
        const { loadExperiment } = await import('../../spec/load.js');
        const { auditReport } = await import('../../judge/audit/index.js');
        const { loadClaims } = await import('../../judge/claims/load.js');
        const { readStoredBands, storedBandsPath } = await import('../../judge/storedBands.js');
        const { readStoredEnsembles } = await import('../../judge/storedEnsembles.js');
        const { readStoredSearches } = await import('../../judge/storedSearches.js');
        const experiment = await loadExperiment(spec);
        const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
        const claims = await loadClaims(claimsPath);
        const ensembles = await readStoredEnsembles(experiment);
        const searches = await readStoredSearches(experiment);
        const bands = await readStoredBands(experiment.data.name);
        const sources = [
          await sourceOf('experiment', spec),
          await sourceOf('claims', claimsPath),
          ...(bands === undefined ? [] : [await sourceOf('bands', storedBandsPath(experiment.data.name))]),
          ...ensembles.map(({ path, bytes }) => ({ what: 'our runs', path: shownPath(path), bytes })),
          ...searches.map(({ path, bytes }) => ({ what: 'search for seeds', path: shownPath(path), bytes })),
        ];
        const audit = auditReport(
          { path, bytes },
          {
            experiment,
            bands,
            claims: {
              ...claims,
              path: shownPath(claimsPath),
              isDefault: command.getOptionValueSource('claims') === 'default',
            },
            ensembles,
            searches,
            command: commandOf(path, spec, claimsPath),
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
    const { auditMarkdown } = await import('../../report/auditMarkdown.js');
    return auditMarkdown(audit);
  }
  const { auditText } = await import('../../report/auditText.js');
  return auditText(audit, coloursFor(process.stdout));
}

function commandOf(path: string, spec: string, claims: string): string {
  return shellCommand([
    ...['npx', 'assay', 'audit', path],
    ...(spec === DEFAULT_SPEC ? [] : ['--spec', spec]),
    ...(claims === DEFAULT_CLAIMS ? [] : ['--claims', claims]),
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
