import type { RunRecord } from '../../run/record';

/** How far a golden moved from the one before. */
export interface Moved {
  /** Greatest relative difference between two losses of one step, with NaN counted as Infinity; the step is 1-based. */
  readonly losses: { readonly relative: number; readonly step: number };
  /** Of the epochs that both have. */
  readonly epochs: readonly {
    readonly epoch: number;
    readonly testLoss: readonly [old: number, now: number];
    readonly correctCount: readonly [old: number, now: number];
  }[];
}

/** @param old of the same plan as `now`, which both may have left early */
export function howFarMoved(old: RunRecord, now: RunRecord): Moved {
  const steps = Math.min(old.losses.length, now.losses.length);
  let losses = { relative: 0, step: 1 };
  for (let i = 0; i < steps; i++) {
    const relative = relativeDifference(old.losses[i], now.losses[i]);
    if (relative > losses.relative) losses = { relative, step: i + 1 };
  }
  const epochs = old.epochs.slice(0, now.epochs.length).map((before, i) => ({
    epoch: before.epoch,
    testLoss: [before.testLoss, now.epochs[i].testLoss] as const,
    correctCount: [before.correctCount, now.epochs[i].correctCount] as const,
  }));
  return { losses, epochs };
}

function relativeDifference(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Number.isNaN(relative) ? Infinity : relative;
}
