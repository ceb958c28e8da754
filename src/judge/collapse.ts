import { jStat } from 'jstat';
import type { Curve } from './curve';

/** How many of the runs collapse, and how sure that is. */
export interface CollapseShare {
  readonly collapsed: number;
  readonly of: number;
  /** Of the interval from `lower` to `upper`, in which the true share lies: Clopper and Pearson's. */
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
}

/**
 * Whether a run ended where guessing is: its last test loss is not below half of ln(classes), the loss of a model that gives every
 * class the same probability. A run that learned is far below, one that collapsed is at it; NaN is no loss at all.
 */
export function hasCollapsed({ epochs }: Curve, classes: number): boolean {
  const last = epochs[epochs.length - 1];
  return !(last.testLoss < Math.log(classes) / 2);
}

/** Clopper and Pearson's interval for a share: exact, so that it covers with at least `level` whatever the true share is. */
export function collapseShare(collapsed: number, of: number, level: number): CollapseShare {
  const tail = (1 - level) / 2;
  const lower = collapsed === 0 ? 0 : jStat.beta.inv(tail, collapsed, of - collapsed + 1);
  const upper = collapsed === of ? 1 : jStat.beta.inv(1 - tail, collapsed + 1, of - collapsed);
  return { collapsed, of, level, lower, upper };
}
