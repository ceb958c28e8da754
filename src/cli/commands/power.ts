import { basename } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { writeFileAtomic } from '../../base/files';
import type { Run } from '../../run/run';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { count } from '../numbers';
import { checkOutFiles } from '../outFile';
import { openStudy, studyOption, type OpenedStudy } from '../study';
import { printText } from '../text';
import { jsonOption } from '../training';

/** Sets of each size that are simulated. */
const SETS = 60;

/** `assay power`: what the bands of a study would see. */
export function addPowerCommand(program: Command): void {
  program
    .command('power')
    .summary('say what bands would detect, and how often wrongly')
    .description(
      "say what the bands of a study would refuse, and how often wrongly, by faults that are put into the study's own runs",
    )
    .option('--data <name>', "whose ensemble, of a study that has an experiment (default: the experiment's)")
    .option('--sets <number>', 'sets of several runs that are simulated', count('--sets', 10_000), SETS)
    .option('--picture <file>', 'also write a PNG: the share refused, by how far numbers are shifted')
    .addOption(studyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 1 when a band is vacuous: it refuses nothing.

Example:
  $ npx assay power --study my-study`,
    )
    .action(async ({ data, sets, picture, study: named, json }) => {
      const { powerOf } = await import('../../judge/power/index.js');
      const { guessOf } = await import('../../judge/placement.js');
      const { readStoredFaults } = await import('../../judge/stored/faults.js');
      const { readStoredBands } = await import('../../judge/stored/bands.js');
      const opened = await openStudy(named);
      const { study, experiment } = opened;
      const source = experiment && basename(data ?? experiment.data.name.toLowerCase());
      const { bandsFile, ensembleFile } = await import('../../study/store.js');
      await checkOutFiles({ '--picture': picture }, [
        ensembleFile(study, source),
        bandsFile(study, source),
        ...(study.experiment === undefined ? [] : [study.experiment]),
      ]);
      const runs = await readEnsemble(opened, source);
      const bands = await readStoredBands(study, source);
      const guess = guessOf(bands, study.chance, experiment?.data.testCount);
      const settings = powerOf(runs, study, guess, sets, await readStoredFaults(study, source));
      if (picture !== undefined) {
        const { powerPng } = await import('../../report/pictures/power.js');
        await writeFileAtomic(picture, await powerPng(settings));
      }
      const { powerText } = await import('../../report/text/power.js');
      if (json) printJson(settings);
      else printText((_, columns) => powerText(settings, study.metrics, columns));
      if (settings.some(({ isVacuous }) => isVacuous)) throw new FoundWanting();
    });
}

/** @throws AssayError `usage` when there are no runs, beside what reading throws */
async function readEnsemble(
  { study, experiment }: OpenedStudy,
  source: string | undefined,
): Promise<readonly Run[]> {
  const { readEnsembleRuns } = await import('../../judge/stored/ensembleOfBands.js');
  const runs = await readEnsembleRuns(study, experiment, source);
  if (runs !== undefined) return runs;
  throw new AssayError('usage', {
    what: `the study ${study.name} keeps no runs`,
    where: study.golden,
    hint:
      experiment === undefined
        ? 'make its bands from logs first: assay bands'
        : 'train some first: assay sweep',
  });
}
