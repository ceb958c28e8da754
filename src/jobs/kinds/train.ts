import type { EngineName } from '../../engine/engine';
import { ensembleRunOf, type EncodedEnsembleRun } from '../../log/ensemble';
import { digestOf } from '../../spec/digest';
import { experimentOf, type ExperimentDocument } from '../../spec/load';
import { schemaOf } from '../../spec/schema';
import type { JobKind } from '../kind';

export interface TrainJob {
  /** The whole document (`documentOf`), so that a variant made in memory can be trained anywhere. */
  readonly experiment: ExperimentDocument;
  readonly dataSha256: string;
  readonly lr: number;
  readonly seed: number;
  readonly epochs: number;
  readonly engine: EngineName;
}

/** One training, for its line in an ensemble. */
export const train: JobKind<TrainJob, EncodedEnsembleRun> = {
  name: 'train',
  payload: schemaOf('train-job', 'job-invalid'),
  result: schemaOf('ensemble-run', 'job-invalid'),
  identity: ({ experiment, ...rest }) => ({ spec: digestOf(experiment), ...rest }),
  execute: async (payload, workbench) => {
    const { runInMemory } = await import('../../train/index.js');
    const { dataSha256, lr, seed, epochs, engine } = payload;
    const experiment = experimentOf(payload.experiment, 'the job');
    const dataSet = workbench.dataSet(dataSha256);
    const record = await runInMemory({ experiment, dataSet, lr, seed, epochs, engine, threads: 1 });
    return ensembleRunOf(record, experiment.training);
  },
};
