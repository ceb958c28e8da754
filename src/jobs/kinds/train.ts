import type { EngineName } from '../../engine/engine';
import { ensembleRunOf, type EncodedEnsembleRun } from '../../run/ensemble';
import { canonicalJson } from '../../base/canonical';
import { digestOf } from '../../experiment/digest';
import { experimentOf, type ExperimentDocument } from '../../experiment/load';
import type { Rng } from '../../experiment/rng';
import { schemaOf } from '../../base/schema';
import { firstDifference } from '../difference';
import type { JobKind } from '../kind';

export interface TrainJob {
  /** The whole document (`documentOf`), so that a variant made in memory can be trained anywhere. */
  readonly experiment: ExperimentDocument;
  readonly dataSha256: string;
  readonly lr: number;
  readonly seed: number;
  readonly epochs: number;
  readonly rng: Rng;
  readonly engine: EngineName;
}

/** One training, for its line in an ensemble. */
export const train: JobKind<TrainJob, EncodedEnsembleRun> = {
  name: 'train',
  payload: schemaOf('train-job', 'job-invalid'),
  result: schemaOf('ensemble-run', 'job-invalid'),
  identity: ({ experiment, ...rest }) => ({ spec: digestOf(experiment), ...rest }),
  belongs: ({ lr, seed, epochs }, payload) =>
    lr === payload.lr && seed === payload.seed && epochs.length === payload.epochs,
  impossible: ({ epochs, loggedLosses }, { experiment, dataSha256, epochs: epochCount }, dataSets) => {
    for (const [i, { epoch, testLoss, correctCount, testCount }] of epochs.entries()) {
      if (epoch !== i + 1) return `epoch ${epoch} in the place of epoch ${i + 1}`;
      if (correctCount > testCount) return `${correctCount} right of ${testCount}`;
      if (Number(testLoss) < 0) return `a test loss of ${testLoss}`;
    }
    const negative = loggedLosses.find((loss) => Number(loss) < 0);
    if (negative !== undefined) return `a loss of ${negative}`;
    const dataSet = dataSets.find(({ sha256 }) => sha256 === dataSha256);
    if (dataSet === undefined) return undefined;
    const { batchSize, logInterval } = experiment.training;
    const loggedPerEpoch = Math.ceil(Math.ceil(dataSet.train.count / batchSize) / logInterval);
    if (loggedLosses.length !== epochCount * loggedPerEpoch) return `${loggedLosses.length} losses`;
    const other = epochs.find(({ testCount }) => testCount !== dataSet.test.count);
    return other === undefined ? undefined : `${other.testCount} test images`;
  },
  difference: (a, b) => {
    if (a.initialWeightsSha256 !== b.initialWeightsSha256)
      return `the initial weights: ${a.initialWeightsSha256} against ${b.initialWeightsSha256}`;
    const at = a.epochs.findIndex((epoch, i) => canonicalJson(epoch) !== canonicalJson(b.epochs[i]));
    if (at === -1) return firstDifference(a, b);
    const [one, other] = [a.epochs[at], b.epochs[at]];
    if (one.weightsSha256 !== other.weightsSha256)
      return `epoch ${at + 1}: weights ${one.weightsSha256} against ${other.weightsSha256}`;
    return `epoch ${at + 1}: ${firstDifference(one, other)}, with the same weights ${one.weightsSha256}`;
  },
  execute: async (payload, workbench) => {
    const { fastestLike } = await import('../../engine/create.js');
    const { runInMemory } = await import('../../train/index.js');
    const { dataSha256, lr, seed, epochs, rng, engine } = payload;
    const experiment = experimentOf(payload.experiment, 'the job');
    const dataSet = workbench.dataSet(dataSha256);
    const record = await runInMemory({
      ...{ experiment, dataSet, lr, seed, epochs, rng, threads: 1 },
      engine: fastestLike(engine), // what it is called decides the job's id, and no bit
    });
    return ensembleRunOf(record, experiment.training);
  },
};
