import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExperiment } from '../../src/experiment/load';
import type { Guess } from '../../src/judge/collapse';
import { runsOfText } from '../../src/logs/pytorchExample';
import type { Point, Run } from '../../src/run/run';
import type { Metric, Study } from '../../src/study/types';

/** The study of the report, as its file has it. */
const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'spec/lr-experiment');
const file = JSON.parse(readFileSync(join(FOLDER, 'study.json'), 'utf8')) as Pick<
  Study,
  'name' | 'title' | 'conditions' | 'metrics' | 'chance' | 'logs'
>;

export const STUDY = {
  ...file,
  metrics: file.metrics.map((metric): Metric => ({ ...metric, decimals: metric.kind === 'percent' ? 2 : 4 })),
  chance: file.chance!,
  level: 0.95,
};

const PATH = join(FOLDER, 'experiment.json');
export const EXPERIMENT = parseExperiment(readFileSync(PATH, 'utf8'), PATH);

/** What a guess looks like on 10,000 images. */
export const GUESS: Guess = { ...STUDY.chance, testCount: 10_000 };

/** The runs of a log's text, read as the study's logs are; its path says nothing. */
export function runsIn(text: string, path = 'log'): Run[] {
  return runsOfText(text, path, {
    conditions: STUDY.conditions,
    batchSize: EXPERIMENT.training.batchSize,
  });
}

/** A run in short: its tests, and the losses that it logs, of each epoch as many. */
export interface ShortRun {
  readonly lr: number;
  readonly seed: number;
  readonly epochs: readonly { readonly testLoss: number; readonly accuracy: number }[];
  readonly loggedLosses: readonly number[];
}

/** Images between two logged losses. */
const STRIDE = EXPERIMENT.training.batchSize * EXPERIMENT.training.logInterval;

export function runOf({ lr, seed, epochs, loggedLosses }: ShortRun): Run {
  const perEpoch = Math.max(1, Math.floor(loggedLosses.length / Math.max(1, epochs.length)));
  return {
    conditions: { lr },
    seed,
    series: {
      loss: loggedLosses.map((value, i): Point => ({
        epoch: Math.floor(i / perEpoch) + 1,
        step: (i % perEpoch) * STRIDE,
        value,
      })),
      'test loss': epochs.map(({ testLoss }, i) => ({ epoch: i + 1, value: testLoss })),
      accuracy: epochs.map(({ accuracy }, i) => ({ epoch: i + 1, value: accuracy })),
    },
    source: { path: 'run', line: 1 },
    faults: [],
    stated: {},
  };
}

/** A run with some of its numbers changed: of a metric, by its place in the series. */
export function withValue(run: Run, metric: string, index: number, value: number): Run {
  const points = run.series[metric];
  return { ...run, series: { ...run.series, [metric]: points.with(index, { ...points[index], value }) } };
}
