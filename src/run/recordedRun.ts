import type { Experiment } from '../experiment/types';
import type { EncodedEnsembleRun, Ensemble } from './ensemble';
import type { RunRecord } from './record';
import type { Conditions, Point, Run } from './run';

/** Runs of our own trainer. It has one condition, the learning rate, and these three metrics. */

export function conditionsOf({ lr }: Pick<RunRecord, 'lr'>): Conditions {
  return { lr };
}

type Logged = Pick<Experiment['training'], 'batchSize' | 'logInterval'>;

/**
 * A recorded run, with the losses that its log prints.
 *
 * @param path names the record
 */
export function runOfRecord(record: RunRecord, { batchSize, logInterval }: Logged, path = 'run.json'): Run {
  const { seed, losses, epochs, data, spec } = record;
  const stepsPerEpoch = Math.ceil(data.trainCount / batchSize);
  const logged = losses.flatMap((value, i): Point[] => {
    const batch = i % stepsPerEpoch;
    if (batch % logInterval !== 0) return [];
    return [{ epoch: Math.floor(i / stepsPerEpoch) + 1, step: batch * batchSize, value }];
  });
  return {
    conditions: conditionsOf(record),
    seed,
    series: { loss: logged, ...testsOf(epochs) },
    source: { path, line: 1 },
    faults: [],
    stated: {
      experimentSha256: { value: spec.sha256 },
      dataName: { value: data.name },
      dataSha256: { value: data.sha256 },
      trainCount: { value: data.trainCount },
      testCount: { value: data.testCount },
      conditionsFrom: 'record',
    },
  };
}

/** The runs of an ensemble's file. */
export function runsOfEnsemble({ runs, ...ensemble }: Ensemble, logged: Logged, path = 'runs.jsonl'): Run[] {
  return runs.map((run, i) => runOfLine(run, ensemble, logged, { path, line: i + 2 }));
}

function runOfLine(
  { seed, loggedLosses, epochs, ...rest }: EncodedEnsembleRun,
  { experiment, data }: Omit<Ensemble, 'runs'>,
  { batchSize, logInterval }: Logged,
  source: Run['source'],
): Run {
  const perEpoch = loggedLosses.length / epochs.length;
  return {
    conditions: conditionsOf(rest),
    seed,
    series: {
      loss: loggedLosses.map((loss, i) => ({
        epoch: Math.floor(i / perEpoch) + 1,
        step: (i % perEpoch) * batchSize * logInterval,
        value: Number(loss),
      })),
      ...testsOf(epochs.map((epoch) => ({ ...epoch, testLoss: Number(epoch.testLoss) }))),
    },
    source,
    faults: [],
    stated: {
      experimentSha256: { value: experiment.sha256 },
      dataName: { value: data.name },
      dataSha256: { value: data.sha256 },
      conditionsFrom: 'record',
    },
  };
}

type Evaluated = Pick<RunRecord['epochs'][number], 'epoch' | 'testLoss' | 'correctCount' | 'testCount'>;

function testsOf(epochs: readonly Evaluated[]): Run['series'] {
  return {
    'test loss': epochs.map(({ epoch, testLoss }) => ({ epoch, value: testLoss })),
    accuracy: epochs.map(({ epoch, correctCount, testCount }) => ({
      epoch,
      value: (100 * correctCount) / testCount,
      count: { right: correctCount, of: testCount },
    })),
  };
}
