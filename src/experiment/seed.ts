import type { Experiment } from './types';

/** The seed of a run when none is given. */
export function seedOf({ training }: Experiment): number {
  return training.seed ?? 1;
}
