import type { Command } from '@commander-js/extra-typings';
import { readFileOrFail } from '../../files';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { DEFAULT_SPEC, jsonOption, shellCommand, specOption } from '../training';

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
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when nothing was found wrong, and with 1 when something was. Sentences are listed, and not judged yet.

Example:
  $ npx assay audit fixtures/reported/lr-experiment.txt`,
    )
    .action(async (path, { spec, json }) => {
      const { loadExperiment } = await import('../../spec/load.js');
      const { auditReport } = await import('../../judge/audit/index.js');
      const { readStoredBands } = await import('../../judge/storedBands.js');
      const experiment = await loadExperiment(spec);
      const bytes = await readFileOrFail(path);
      const bands = await readStoredBands(experiment.data.name);
      const words = ['npx', 'assay', 'audit', path, ...(spec === DEFAULT_SPEC ? [] : ['--spec', spec])];
      const audit = auditReport({ path, bytes }, { experiment, bands, command: shellCommand(words) });
      if (json) printJson(audit);
      else {
        const { auditText } = await import('../../report/auditText.js');
        process.stdout.write(auditText(audit));
      }
      if (audit.verdict === 'fail') throw new FoundWanting();
    });
}
