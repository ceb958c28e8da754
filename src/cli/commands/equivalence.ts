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
import { openStudy, studyOption, type OpenedStudy } from '../study';
import { printText } from '../text';
import { jsonOption } from '../training';

/** `assay equivalence`: whether runs of another trainer are like those of an ensemble. */
export function addEquivalenceCommand(program: Command): void {
  program
    .command('equivalence')
    .summary("test another trainer's runs against an ensemble")
    .description('test whether runs of another trainer are like those of an ensemble, which has other seeds')
    .argument(
      '<log...>',
      "logs of whole runs; the conditions are from a heading, or in the path as the study's logs.path says",
    )
    .option('--data <name>', "whose ensemble, of a study that has an experiment (default: the experiment's)")
    .addOption(studyOption)
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
The runs to compare with need two settings at least: half of the distance between their means is the margin.
Ends with 0 when no test finds a difference and all means are shown to be equivalent, else with 1.

Example:
  $ npx assay equivalence fixtures/torch/seeds/*.log`,
    )
    .action(async (paths, { data, study: named, json }) => {
      const { equivalenceOf } = await import('../../judge/equivalence/index.js');
      const { guessOf } = await import('../../judge/placement.js');
      const opened = await openStudy(named);
      const { study, experiment } = opened;
      const { ours, others } =
        experiment === undefined
          ? await runsOfTrainer(paths, opened)
          : await runsOfExperiment(paths, { study, experiment }, data);
      const guess = guessOf(undefined, study.chance, experiment?.data.testCount);
      const equivalence = equivalenceOf(ours, others, study.metrics, guess);
      const { equivalenceText } = await import('../../report/text/equivalence.js');
      if (json) printJson(equivalence);
      else printText((colours, columns) => equivalenceText(equivalence, colours, columns));
      if (equivalence.verdict !== 'pass') throw new FoundWanting();
    });
}

interface Compared {
  readonly ours: readonly Run[];
  readonly others: readonly Run[];
}

/** Against the runs that the bands were made of, with the seeds that they say. */
async function runsOfTrainer(paths: readonly string[], opened: OpenedStudy): Promise<Compared> {
  const { readKeptRuns } = await import('../../judge/stored/keptRuns.js');
  const { checkNoneTwice } = await import('../../judge/twice.js');
  const { study } = opened;
  const ours = (await readKeptRuns(study))?.runs;
  if (ours === undefined) {
    throw new AssayError('usage', {
      what: `the study ${study.name} keeps no runs`,
      where: study.golden,
      hint: 'make its bands from logs first: assay bands',
    });
  }
  const others = await readOthers(paths, opened, Math.max(...testsOf(ours[0], study)), () => []);
  checkNoneTwice([...ours, ...others]);
  return { ours, others };
}

/** Against the ensemble of our own trainer; which seeds the others have shows in their losses. */
async function runsOfExperiment(
  paths: readonly string[],
  opened: Required<OpenedStudy>,
  data: string | undefined,
): Promise<Compared> {
  const { parseEnsemble } = await import('../../run/ensemble.js');
  const { runsOfEnsemble } = await import('../../run/recordedRun.js');
  const { checkIndependence } = await import('../../judge/equivalence/independence.js');
  const { otherTraining } = await import('../../judge/check/experiment.js');
  const { ensembleFile } = await import('../../study/store.js');
  const { study, experiment } = opened;
  const path = ensembleFile(study, data ?? experiment.data.name.toLowerCase());
  const ensemble = parseEnsemble(await readTextOrFail(path), path);
  checkIsOf(ensemble, experiment, path);
  const ours = runsOfEnsemble(ensemble, experiment.training, path);
  const dataName = ensemble.data.name;
  const others = await readOthers(paths, opened, ensemble.epochs, (run) =>
    otherTraining(run, { experiment, dataName }).map(({ message }) => message),
  );
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
  return { ours, others };
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

/** Of each metric that is told per epoch. */
function testsOf({ series }: Run, { metrics }: OpenedStudy['study']): number[] {
  return metrics.flatMap(({ name, per }) => (per === 'epoch' ? [series[name]?.length ?? 0] : []));
}

/**
 * Whole runs of the same training, each with its conditions.
 *
 * @param tests of a whole run
 * @param differencesOf what shows that a run is of another training
 */
async function readOthers(
  paths: readonly string[],
  opened: OpenedStudy,
  tests: number,
  differencesOf: (run: Run) => readonly string[],
): Promise<readonly Run[]> {
  const { readRuns } = await import('../input.js');
  const { study } = opened;
  const runs: Run[] = [];
  for (const path of paths) runs.push(...(await readRuns(path, opened)));
  for (const run of runs) {
    const differences = differencesOf(run);
    const found = testsOf(run, study);
    if (differences.length > 0 || found.some((count) => count !== tests)) {
      throw new AssayError('log-syntax', {
        what: 'not a log of a whole run of this experiment',
        where: whereOf(run.source),
        expected: `${tests} tests`,
        got: [`${Math.min(...found)} tests`, ...differences].join(', '),
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
