import type { Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import type { Witness } from '../../judge/equivalence/independence';
import type { Ensemble } from '../../run/ensemble';
import type { Run } from '../../run/run';
import { lossMetricOf } from '../../study/metrics';
import type { Experiment } from '../../experiment/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { openTrainable, studyOption, type OpenedStudy } from '../study';
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
      "logs of whole runs; the conditions are from a heading, or in the path as the study's logs.path says",
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
      const { runsOfEnsemble } = await import('../../run/recordedRun.js');
      const { checkIndependence } = await import('../../judge/equivalence/independence.js');
      const { equivalenceOf } = await import('../../judge/equivalence/index.js');
      const { guessOf } = await import('../../judge/placement.js');
      const { ensembleFile } = await import('../../study/store.js');
      const opened = await openTrainable(named);
      const { study, experiment } = opened;
      const path = ensembleFile(study, data);
      const ensemble = parseEnsemble(await readTextOrFail(path), path);
      checkIsOf(ensemble, experiment, path);
      const ours = runsOfEnsemble(ensemble, experiment.training, path);
      const others: Run[] = [];
      for (const log of paths) others.push(...(await readOthers(log, opened, ensemble)));
      const lossMetric = lossMetricOf(study);
      if (lossMetric !== undefined) {
        const { reportedLosses } = await import('../../judge/seed/reportedLosses.js');
        const { trainCount } = experiment.data;
        const witnesses = others.map(({ conditions, series, source }): Witness => ({
          where: whereOf(source),
          conditions,
          losses: reportedLosses(series[lossMetric.name], source, experiment.training, trainCount),
        }));
        checkIndependence(witnesses, ours, lossMetric, experiment.data.classes);
      }
      const guess = guessOf(undefined, study.chance, experiment.data.testCount);
      const equivalence = equivalenceOf(ours, others, study.metrics, guess);
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

function whereOf({ path, line }: Run['source']): string {
  return `${path}, run from line ${line}`;
}

/** Whole runs of the experiment, each with its conditions. */
async function readOthers(
  path: string,
  opened: Required<OpenedStudy>,
  { epochs, data: { name: dataName } }: Ensemble,
): Promise<readonly Run[]> {
  const { otherTraining } = await import('../../judge/check/experiment.js');
  const { readRuns } = await import('../input.js');
  const { study, experiment } = opened;
  const runs = await readRuns(path, opened);
  const perEpoch = study.metrics.filter(({ per }) => per === 'epoch');
  for (const run of runs) {
    const others = otherTraining(run, { experiment, dataName }).map(({ message }) => message);
    const lengths = perEpoch.map(({ name }) => run.series[name]?.length ?? 0);
    if (others.length > 0 || lengths.some((length) => length !== epochs)) {
      throw new AssayError('log-syntax', {
        what: 'not a log of a whole run of this experiment',
        where: whereOf(run.source),
        expected: `${epochs} tests`,
        got: [`${Math.min(...lengths)} tests`, ...others].join(', '),
      });
    }
    const unknown = study.conditions.filter(({ name }) => !(name in run.conditions));
    if (unknown.length > 0) {
      const [{ name, title = name }] = unknown;
      throw new AssayError('usage', {
        what: `a run of an unknown ${title}`,
        where: whereOf(run.source),
        expected: `a heading \`## ${name} = …\` above the run, or the value in the path as the study's logs.path says`,
      });
    }
  }
  return runs;
}
