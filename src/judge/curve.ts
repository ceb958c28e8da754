import type { RunRecord } from '../log/record';
import { accuracyOf } from '../log/transcript';

/** What a run reached, epoch by epoch: what bands are about. */
export interface Curve {
  readonly epochs: readonly CurvePoint[];
}

export interface CurvePoint {
  /** Mean over the test set. */
  readonly testLoss: number;
  /** In percent. */
  readonly accuracy: number;
}

export const METRICS = ['testLoss', 'accuracy'] as const;

/** What a recorded run reached. */
export function curveOfRecord({ epochs }: Pick<RunRecord, 'epochs'>): Curve {
  return { epochs: epochs.map((epoch) => ({ testLoss: epoch.testLoss, accuracy: accuracyOf(epoch) })) };
}
