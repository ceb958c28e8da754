import type { Experiment } from './types';

/** What a run is seeded with when nobody says it. */
export function seedOf({ training }: Experiment): number {
  return training.seed ?? 1;
}
