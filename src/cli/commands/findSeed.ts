import { sha256Of } from '../../base/sha256';
import { join } from 'node:path';
import { Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { makeFolder } from '../../base/files';
import type { SeedSearch, SearchedRun } from '../../judge/seed/search';
import type { Point, Run } from '../../run/run';
import { lossMetricOf } from '../../study/metrics';
import { RNGS } from '../../experiment/rng';
import type { Study } from '../../study/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { checkWhere, queueOption, verifyShareOption, workersOption } from '../manyJobs';
import { count, learningRate, printedNumber, seedRange } from '../numbers';
import { confirmByTraining, firstLossesOf, type Search } from '../seedSearch';
import { openTrainable, studyOption, type OpenedStudy } from '../study';
import { printText } from '../text';
import { dataOption, jsonOption, loadDataFor, rngOption } from '../training';

/** `assay find-seed`: which seed has a reported run? */
export function addFindSeedCommand(program: Command): void {
  program
    .command('find-seed')
    .summary('find the seed of a reported run')
    .description(
      'find the seed of a reported run: by its first loss, which precedes every update, or by all losses of its log',
    )
    .addOption(
      new Option('--loss <number>', 'the loss of batch 0, with all digits that were printed')
        .argParser(printedNumber('--loss'))
        .conflicts('log'),
    )
    .option(
      '--log <file>',
      'a log: the seeds that print its first losses are trained further, with others for comparison (at least nine trainings), to compare the later losses',
    )
    .option('--lr <number>', 'with --log: its learning rate (default: the one that fits best)', learningRate)
    .option(
      '--epochs <n>',
      'with --log: how many of its epochs are compared at most (default: all); no more than it takes to decide',
      count('--epochs'),
    )
    .addOption(
      new Option('--range <seeds>', 'from the first to the last')
        .argParser(seedRange('--range'))
        .default({ from: 0, to: 99999 }, '0..99999'),
    )
    .addOption(rngOption)
    .addOption(studyOption)
    .addOption(dataOption)
    .addOption(workersOption)
    .addOption(queueOption)
    .addOption(verifyShareOption)
    .option('--out <folder>', 'where what was computed is kept, for this search and others', 'runs/find-seed')
    .addOption(jsonOption)
    .addHelpText(
      'after',
      `
Some seeds print the same first loss by chance: how many are to be expected is printed with those that were found. With a log, they are trained for one epoch, and those that may still be its seed for one more, until it is decided. Ends with 0 when the seed of each of its runs was found, else with 1.

Example:
  $ npx assay find-seed --log train.log --lr 0.001`,
    )
    .action(async ({ loss, log, lr, epochs, range, rng, study: named, data, out, json, ...where }) => {
      checkWhere(where);
      if (loss === undefined && log === undefined)
        throw new AssayError('usage', {
          what: 'there is nothing to search for',
          expected: '--loss or --log',
        });
      if (log === undefined && (lr ?? epochs) !== undefined)
        throw new AssayError('usage', {
          what: '--lr and --epochs are for the runs of a log',
          expected: '--log, too',
        });
      const { Journal } = await import('../../jobs/journal.js');
      const opened = await openTrainable(named);
      const { study, experiment } = opened;
      const runs = log === undefined ? [] : await readLogs(log, opened);
      const dataSet = await loadDataFor(experiment, data);
      await makeFolder(out);
      const key = sha256Of(`${experiment.sha256} ${dataSet.sha256}`);
      const journal = Journal.open(join(out, `${key.slice(0, 16)}.jsonl`));
      const search: StudySearch = { study, experiment, dataSet, rng: RNGS[rng], range, journal, where };
      try {
        if (loss !== undefined) await findByLoss(loss, search, json);
        else if (log !== undefined) await findByLog(runs, { log, lr, epochs }, search, json);
      } finally {
        journal.close();
      }
    });
}

type StudySearch = Search & { readonly study: Study };

async function findByLoss(
  loss: { readonly value: number; readonly decimals: number },
  search: Search,
  json: true | undefined,
): Promise<void> {
  const { candidatesOf } = await import('../../judge/seed/candidates.js');
  const { lossText } = await import('../../report/text/seed.js');
  const { range } = search;
  const found = candidatesOf(await firstLossesOf(search), loss);
  if (json) printJson({ loss, range, ...found });
  else printText(() => lossText(found, range));
}

interface LogOptions {
  readonly log: string;
  readonly lr?: number;
  readonly epochs?: number;
}

async function findByLog(
  runs: readonly Run[],
  { log, lr, epochs = Infinity }: LogOptions,
  search: StudySearch,
  json: true | undefined,
): Promise<void> {
  const { candidatesOf } = await import('../../judge/seed/candidates.js');
  const { reportedLosses } = await import('../../judge/seed/reportedLosses.js');
  const { sha256OfLosses } = await import('../../judge/seed/search.js');
  const { logText } = await import('../../report/text/seed.js');
  const { experiment, dataSet, rng, range } = search;
  const { training } = experiment;
  const asked = await Promise.all(
    runs.map(async (run) => {
      const losses = lossesOf(run, search);
      return {
        line: run.source.line,
        lossesSha256: sha256OfLosses(losses),
        lr: lr ?? (await learningRateOf(run, search, log)),
        reported: reportedLosses(losses, run.source, training, dataSet.train.count),
      };
    }),
  );
  const firstLosses = await firstLossesOf(search);
  const found: SearchedRun[] = [];
  for (const { reported, lr, ...run } of asked) {
    const { candidates, expectedByChance } = candidatesOf(firstLosses, reported.first);
    const most = Math.min(epochs, reported.epochs);
    const confirmed = await confirmByTraining(candidates, { ...reported, lr, epochs: most }, search);
    const { value, decimals = 0 } = reported.first;
    const result = { ...run, conditions: { lr }, loss: { value, decimals }, expectedByChance, ...confirmed };
    found.push(result);
    if (!json) printText(() => logText(result, range));
  }
  if (json) {
    const of = {
      experiment: { name: experiment.name, sha256: experiment.sha256 },
      data: { name: dataSet.name, sha256: dataSet.sha256 },
    };
    printJson({ ...of, rng, range, runs: found } satisfies SeedSearch);
  }
  if (found.some(({ found }) => found === undefined)) throw new FoundWanting();
}

async function readLogs(path: string, opened: Required<OpenedStudy>): Promise<readonly Run[]> {
  const { readInput } = await import('../input.js');
  const input = await readInput(path, opened);
  if ('runs' in input) return input.runs;
  throw new AssayError('log-syntax', {
    what: 'a record of a run, which says its seed',
    where: path,
    expected: 'a log',
    got: `seed ${input.record.seed}`,
  });
}

/** @throws AssayError `usage` when the study does not say which metric it is */
function lossesOf({ series }: Run, { study }: StudySearch): readonly Point[] {
  const metric = lossMetricOf(study);
  if (metric !== undefined) return series[metric.name] ?? [];
  throw new AssayError('usage', {
    what: `the study ${study.name} does not say what the losses of batches are`,
    where: study.golden,
    expected: 'chance.crossEntropy, with a metric that is logged per step',
  });
}

/** What the log says, or the learning rate whose runs are most like it. */
async function learningRateOf(
  run: Run,
  { study, experiment, dataSet }: StudySearch,
  where: string,
): Promise<number> {
  const { checkLog } = await import('../../judge/check/index.js');
  const { readStoredBands } = await import('../../judge/stored/bands.js');
  const bands = await readStoredBands(study, dataSet.name);
  const { conditions } = checkLog(run, { study, experiment, bands });
  if (typeof conditions?.lr === 'number') return conditions.lr;
  throw new AssayError('usage', {
    what: 'the learning rate of a run does not follow from its log',
    where: `${where}, the run from line ${run.source.line}`,
    expected: '--lr',
  });
}
