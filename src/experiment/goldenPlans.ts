import { seedOf } from './seed';
import type { Experiment } from './types';

/** `short`: the first steps, by the engine that defines the bits. `full`: all epochs, by the fast one. */
export const GOLDEN_LENGTHS = ['short', 'full'] as const;
export type GoldenLength = (typeof GOLDEN_LENGTHS)[number];

/** A run that is to be approved. */
export interface GoldenPlan {
  /** `digit-classifier/synthetic-lr0.001-full`: experiment, data set, learning rate, length. Of its folder, too. */
  readonly name: string;
  readonly data: string;
  readonly lr: number;
  readonly seed: number;
  readonly engine: 'reference' | 'native' | 'wasm' | 'tfjs';
  readonly epochs: number;
  readonly untilStep?: number;
}

const SHORT_STEPS = 20;

/**
 * The goldens of an experiment on a data set: one of each length per learning rate.
 *
 * @param data name of the data set
 */
export function goldenPlans(
  experiment: Experiment,
  data: string,
  lengths: readonly GoldenLength[],
): GoldenPlan[] {
  const { name, training } = experiment;
  return training.lrs.flatMap((lr) =>
    lengths.map((length) => ({
      name: `${name}/${data}-lr${lr}-${length}`,
      ...{ data, lr, seed: seedOf(experiment), epochs: training.epochs },
      ...(length === 'short'
        ? ({ engine: 'reference', untilStep: SHORT_STEPS } as const)
        : ({ engine: 'wasm' } as const)),
    })),
  );
}
