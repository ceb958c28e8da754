import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { MOST_TEXT_BYTES, readFileOrFail, readTextOrFail } from '../../base/files';
import { plural } from '../../base/words';
import type { Experiment } from '../../experiment/types';
import type { Run } from '../../run/run';
import type { Study } from '../../study/types';
import { printJson } from '../json';
import { checkWhere, queueOption, verifyShareOption, workersOption } from '../manyJobs';
import { count, seeds } from '../numbers';
import { openTrainable, studyOption, type OpenedStudy } from '../study';
import { printNote, printText } from '../text';
import { dataOption, jsonOption, loadDataFor } from '../training';
import { sweep, type Sweep } from './sweep';

/** `assay alternatives`: other readings of a report. */
export function addAlternativesCommand(program: Command): void {
  program
    .command('alternatives')
    .summary('rank other readings of a report by its numbers')
    .description(
      'train other readings of a report (optimizer, normalisation, dropout), and rank them by how well they predict its numbers',
    )
    .argument('<document>', 'the report')
    .requiredOption('--seeds <seeds>', 'of each reading, such as 1..5', seeds)
    .addOption(studyOption)
    .addOption(dataOption)
    .option('--epochs <n>', 'epochs (default: as many as the experiment has)', count('--epochs'))
    .addOption(workersOption)
    .addOption(queueOption)
    .addOption(verifyShareOption)
    .option(
      '--out <folder>',
      'where the runs are (default: readings/<data> in the golden folder of the study)',
    )
    .addOption(jsonOption)
    .addHelpText(
      'after',
      '\nExample:\n  $ npx assay alternatives fixtures/reported/lr-experiment.txt --data synthetic --seeds 1..5 --epochs 1 --out readings',
    )
    .action(async (path, { workers, queue, verifyShare, ...options }) => {
      const where = { workers, queue, verifyShare };
      checkWhere(where);
      const { loadAlternatives } = await import('../../experiment/alternatives.js');
      const { rankReadings } = await import('../../audit/alternatives/rank.js');
      const { guessOf } = await import('../../judge/placement.js');
      const { checkWritable, readingsFolder } = await import('../../study/store.js');
      const opened = await openTrainable(options.study);
      const { study, experiment } = opened;
      if (options.out === undefined) checkWritable(study, 'assay alternatives', '--study or --out');
      const readings = await loadAlternatives(readingsOf(study), experiment);
      const reported = await reportedRuns(path, opened);
      const { epochs = experiment.training.epochs, seeds } = options;
      const lrs = reported.map(({ conditions }) => Number(conditions.lr));
      const folderOf = (dataName: string, reading: string): string =>
        join(options.out ?? readingsFolder(study, basename(dataName)), reading);
      const nameOfData = options.data ?? experiment.data.name.toLowerCase();
      const kept = await Promise.all(
        readings.map(async ({ name, experiment }) => {
          const folder = folderOf(nameOfData, name);
          return { name, runs: await allRunsIn(folder, { experiment, lrs, seeds, epochs }) };
        }),
      );
      let runs = kept.flatMap(({ name, runs }) => (runs === undefined ? [] : [{ name, runs }]));
      if (runs.length < readings.length) {
        // What is trained needs its data.
        const dataSet = await loadDataFor(experiment, options.data);
        checkIsReported(dataSet, experiment);
        runs = [];
        for (const { name, experiment } of readings) {
          const folder = folderOf(dataSet.name, name);
          const done = await sweep({ experiment, dataSet, out: folder, lrs, epochs, seeds, where });
          printNote(`${name}: ${done}`);
          runs.push({ name, runs: await runsIn(folder, experiment, seeds) });
        }
      } else
        printNote(`nothing is trained: ${plural(seeds.length, 'run')} of each reading and setting are there`);
      const guess = guessOf(undefined, study.chance, experiment.data.testCount);
      const ranking = rankReadings(runs, reported, { metrics: study.metrics, guess });
      if (options.json) return printJson(ranking);
      const { rankingText } = await import('../../report/text/ranking.js');
      const readingOf = (wanted: string): string =>
        readings.find(({ name }) => name === wanted)?.reading ?? wanted;
      printText((_, columns) => rankingText(ranking, readingOf, columns));
    });
}

function readingsOf({ name, readings }: Study): string {
  if (readings !== undefined) return readings;
  throw new AssayError('usage', {
    what: `the study ${name} has no readings`,
    where: 'assay alternatives',
    expected: 'readings, in its study.json',
  });
}

/** Runs on other data, such as the synthetic digits, say nothing about the reported ones. */
function checkIsReported({ name, sha256 }: DataSet, { data }: Experiment): void {
  if (sha256 === data.sha256) return;
  throw new AssayError('data-not-found', {
    what: 'the report is about another data set',
    expected: `${data.name} (SHA-256 ${data.sha256})`,
    got: `${name} (SHA-256 ${sha256})`,
  });
}

/** The runs of a report whose conditions are known. */
async function reportedRuns(path: string, opened: Required<OpenedStudy>): Promise<readonly Run[]> {
  const { readDocument } = await import('../../audit/document.js');
  const { ofStudy, readSettings } = await import('../../logs/index.js');
  const { study, experiment } = opened;
  const settings = readSettings(study, experiment.training.batchSize);
  const { runs } = readDocument(
    await readFileOrFail(path, MOST_TEXT_BYTES),
    path,
    settings,
    ({ conditions }) => conditions,
  );
  return runs
    .filter(({ conditions }) => study.conditions.every(({ name }) => name in conditions))
    .map((run) => ofStudy(run, study));
}

/** The runs of a folder that has all that are asked for, of the reported data; undefined where one is missing. */
async function allRunsIn(
  folder: string,
  { experiment, lrs, seeds, epochs }: Pick<Sweep, 'experiment' | 'lrs' | 'seeds' | 'epochs'>,
): Promise<Run[] | undefined> {
  const path = join(folder, 'runs.jsonl');
  if (!existsSync(path)) return undefined;
  const { parseEnsemble } = await import('../../run/ensemble.js');
  const ensemble = parseEnsemble(await readTextOrFail(path), path);
  const isOfThis =
    ensemble.experiment.sha256 === experiment.sha256 &&
    ensemble.data.sha256 === experiment.data.sha256 &&
    ensemble.epochs === epochs;
  const there = new Set(ensemble.runs.map(({ lr, seed }) => `${lr} ${seed}`));
  const isWhole = lrs.every((lr) => seeds.every((seed) => there.has(`${lr} ${seed}`)));
  return isOfThis && isWhole ? runsIn(folder, experiment, seeds) : undefined;
}

async function runsIn(folder: string, experiment: Experiment, seeds: readonly number[]): Promise<Run[]> {
  const { parseEnsemble } = await import('../../run/ensemble.js');
  const { runsOfEnsemble } = await import('../../run/recordedRun.js');
  const path = join(folder, 'runs.jsonl');
  const ensemble = parseEnsemble(await readTextOrFail(path), path);
  return runsOfEnsemble(ensemble, experiment.training, path).filter(({ seed }) =>
    seeds.includes(seed ?? NaN),
  );
}
