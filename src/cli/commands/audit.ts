import { join, relative } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { readFileOrFail } from '../../files';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { DEFAULT_SPEC, jsonOption, shellCommand, specOption } from '../training';

const ROOT = join(__dirname, '../../..');
const DEFAULT_CLAIMS = join(ROOT, 'spec/claims/lr-experiment.json');

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
      new Option('--claims <file>', 'what the sentences of the document claim').default(
        DEFAULT_CLAIMS,
        'spec/claims/lr-experiment.json',
      ),
    )
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when nothing was found wrong and every claim holds or cannot be judged, else with 1.

Example:
  $ npx assay audit fixtures/reported/lr-experiment.txt`,
    )
    .action(async (path, { spec, claims: claimsPath, json }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { auditReport } = await import('../../judge/audit/index.js');
      const { loadClaims } = await import('../../judge/claims/load.js');
      const { readStoredBands } = await import('../../judge/storedBands.js');
      const { readStoredEnsembles } = await import('../../judge/storedEnsembles.js');
      const experiment = await loadExperiment(spec);
      const bytes = await readFileOrFail(path);
      const claims = await loadClaims(claimsPath);
      const ensembles = await readStoredEnsembles(experiment);
      const sources = [
        { what: 'experiment', path: shownPath(spec), bytes: await readFileOrFail(spec) },
        { what: 'claims', path: shownPath(claimsPath), bytes: await readFileOrFail(claimsPath) },
        ...ensembles.map(({ path, bytes }) => ({ what: 'our runs', path: shownPath(path), bytes })),
      ];
      const audit = auditReport(
        { path, bytes },
        {
          experiment,
          bands: await readStoredBands(experiment.data.name),
          claims: { ...claims, path: shownPath(claimsPath) },
          ensembles,
          command: commandOf(path, spec, claimsPath),
          sources,
        },
      );
      if (json) printJson(audit);
      else {
        const { auditText } = await import('../../report/auditText.js');
        process.stdout.write(auditText(audit));
      }
      if (audit.verdict === 'fail') throw new FoundWanting();
    });
}

function commandOf(path: string, spec: string, claims: string): string {
  return shellCommand([
    ...['npx', 'assay', 'audit', path],
    ...(spec === DEFAULT_SPEC ? [] : ['--spec', spec]),
    ...(claims === DEFAULT_CLAIMS ? [] : ['--claims', claims]),
  ]);
}

/** Files of this package by their place in it, so that an audit is the same wherever it is installed. */
function shownPath(path: string): string {
  const inPackage = relative(ROOT, path);
  return inPackage.startsWith('..') ? path : inPackage;
}
