import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import type { OtherRun } from '../../judge/equivalence';
import type { Told } from '../../judge/equivalence/independence';
import type { Ensemble } from '../../run/ensemble';
import type { LenientRun } from '../../logs/pytorchExample/read';
import type { Experiment } from '../../experiment/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { openStudy, studyOption } from '../study';
import { jsonOption } from '../training';

/** `assay equivalence`: whether runs of another trainer are like those of an ensemble. */
export function addEquivalenceCommand(program: Command): void {
  program
    .command('equivalence')
    .description(
      'test whether runs of another trainer are like those of an ensemble, with seeds of their own',
    )
    .argument(
      '<log...>',
      'logs of whole runs; the learning rate is from a heading, or in the path as lr0.001',
    )
    .option('--data <name>', 'whose ensemble', 'mnist')
    .addOption(studyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Ends with 0 when no test finds a difference and all means are shown to be equivalent, else with 1.

Example:
  $ npx assay equivalence fixtures/torch/seeds/*.log`,
    )
    .action(async (paths, { data, study: named, json }) => {
      const { parseEnsemble } = await import('../../run/ensemble.js');
      const { runsOf } = await import('../../judge/bands.js');
      const { checkIndependence } = await import('../../judge/equivalence/independence.js');
      const { equivalenceOf } = await import('../../judge/equivalence/index.js');
      const { ensembleFile } = await import('../../study/store.js');
      const { study, experiment } = await openStudy(named);
      const path = ensembleFile(study, data);
      const ensemble = parseEnsemble(await readTextOrFail(path), path);
      checkIsOf(ensemble, experiment, path);
      const others: (OtherRun & Told)[] = [];
      for (const log of paths) others.push(...(await readOthers(log, experiment, ensemble)));
      const { classes } = experiment.data;
      checkIndependence(others, runsOf(ensemble), classes);
      const equivalence = equivalenceOf(runsOf(ensemble), others, experiment.data);
      const { equivalenceText } = await import('../../report/text/equivalence.js');
      if (json) printJson(equivalence);
      else process.stdout.write(equivalenceText(equivalence));
      if (equivalence.verdict !== 'pass') throw new FoundWanting();
    });
}

function checkIsOf(ensemble: Ensemble, { name, sha256 }: Experiment, where: string): void {
  if (ensemble.experiment.sha256 === sha256) return;
  throw new AssayError('ensemble-invalid', {
    what: `the ensemble is not one of the experiment ${name}`,
    where: `${where}, experiment.sha256`,
    expected: sha256,
    got: `${ensemble.experiment.sha256}, of ${ensemble.experiment.name}`,
    hint: `give the study of its experiment, ${ensemble.experiment.name}, with --study`,
  });
}

async function readOthers(
  path: string,
  experiment: Experiment,
  { epochs, data: { name } }: Ensemble,
): Promise<(OtherRun & Told)[]> {
  const { readLenientLog } = await import('../../logs/pytorchExample/read.js');
  const { otherTraining } = await import('../../judge/check/experiment.js');
  const { countBatches } = await import('../../judge/check/batchSizes.js');
  const { reportedLosses } = await import('../../judge/seed/reportedLosses.js');
  const { training, data } = experiment;
  const runs = readLenientLog(await readTextOrFail(path), path);
  return runs.map((run) => {
    const where = `${path}, run from line ${run.firstLine}`;
    const curve = testsOf(run);
    const counted = countBatches(run, training.batchSize);
    const others = otherTraining(counted, experiment, name).map(({ message }) => message);
    if (curve.length !== epochs || others.length > 0) {
      throw new AssayError('log-syntax', {
        what: 'not a log of a whole run of this experiment',
        where,
        expected: `${epochs} tests`,
        got: [`${curve.length} tests`, ...others].join(', '),
      });
    }
    const losses = reportedLosses(run, training, data.trainCount, path);
    return { where, lr: run.lr ?? lrOfPath(path, where), epochs: curve, losses };
  });
}

function testsOf({ lines }: LenientRun): OtherRun['epochs'] {
  return lines.flatMap((line) => {
    if (line.kind === 'train') return [];
    return [{ testLoss: line.testLoss.value, accuracy: (100 * line.correctCount) / line.testCount }];
  });
}

/** `fixtures/torch/seeds/lr0.001_seed101.log`, or a run's folder `mnist-lr0.001-seed1`. */
function lrOfPath(path: string, where: string): number {
  const lr = /lr(\d+(?:\.\d+)?(?:e-?\d+)?)(?![^]*lr\d)/i.exec(path)?.[1];
  if (lr !== undefined) return Number(lr);
  throw new AssayError('usage', {
    what: 'a run of an unknown learning rate',
    where,
    expected: 'a heading `## LR = 0.001` above the run, or lr0.001 in the path',
  });
}
