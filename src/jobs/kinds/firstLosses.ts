import { digestOf } from '../../experiment/digest';
import { experimentOf, type ExperimentDocument } from '../../experiment/load';
import type { Rng } from '../../experiment/rng';
import { schemaOf } from '../../base/schema';
import type { JobKind } from '../kind';

export interface FirstLossesJob {
  readonly experiment: ExperimentDocument;
  readonly dataSha256: string;
  readonly rng: Rng;
  /** The first seed. */
  readonly from: number;
  readonly count: number;
}

export interface FirstLosses {
  readonly from: number;
  /** Of seeds `from`, `from` + 1 … */
  readonly losses: readonly number[];
}

/** The losses of batch 0 of consecutive seeds: a part of the search for a seed. */
export const firstLosses: JobKind<FirstLossesJob, FirstLosses> = {
  name: 'first-losses',
  payload: schemaOf('first-losses-job', 'job-invalid'),
  result: schemaOf('first-losses', 'job-invalid'),
  identity: ({ experiment, ...rest }) => ({ spec: digestOf(experiment), ...rest }),
  belongs: (result, { from, count }) => result.from === from && result.losses.length === count,
  impossible: ({ losses }) => (losses.some((loss) => loss < 0) ? 'a loss below 0' : undefined),
  execute: async ({ experiment, dataSha256, rng, from, count }, workbench) => {
    const { FirstLoss } = await import('../../train/firstLoss.js');
    const dataSet = workbench.dataSet(dataSha256);
    const firstLoss = await FirstLoss.create(experimentOf(experiment, 'the job'), dataSet, rng, 1);
    try {
      return { from, losses: Array.from({ length: count }, (_, i) => firstLoss.of(from + i)) };
    } finally {
      await firstLoss.close();
    }
  },
};
