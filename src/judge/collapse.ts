import { jStat } from 'jstat';
import type { Curve, CurvePoint } from './curve';

/** How many of the runs collapse, and how sure that is. */
export interface CollapseShare {
  readonly collapsed: number;
  readonly of: number;
  /** Of the interval from `lower` to `upper`, in which the true share lies: Clopper and Pearson's. */
  readonly level: number;
  readonly lower: number;
  readonly upper: number;
}

/** Whether a run ended where guessing is. */
export function hasCollapsed({ epochs }: Curve, classes: number): boolean {
  return isGuess(epochs[epochs.length - 1], classes);
}

/**
 * Whether a test is that of a model that guesses: its loss is not below half of ln(classes), the loss of a model that gives every class
 * the same probability, and its accuracy is nearer to that of a guess than to 100 %. A run that learned is far from both, one that
 * collapsed is at them; NaN is no loss at all.
 */
export function isGuess({ testLoss, accuracy }: CurvePoint, classes: number): boolean {
  return !(testLoss < Math.log(classes) / 2) && accuracy < (100 + 100 / classes) / 2;
}

/** How far a loss may be, relatively, from ln(classes) to be that of a guess: those of PyTorch and of the report are within 2 %. */
const GUESS_TOLERANCE = 0.1;

/** Whether a loss is that of a model that gives every class the same probability: an untrained one, or one that collapsed. */
export function isLossOfGuess(loss: number, classes: number): boolean {
  return Math.abs(loss / Math.log(classes) - 1) <= GUESS_TOLERANCE;
}

/** Clopper and Pearson's interval for a share: exact, so that it covers with at least `level` whatever the true share is. */
export function collapseShare(collapsed: number, of: number, level: number): CollapseShare {
  const tail = (1 - level) / 2;
  const lower = collapsed === 0 ? 0 : jStat.beta.inv(tail, collapsed, of - collapsed + 1);
  const upper = collapsed === of ? 1 : jStat.beta.inv(1 - tail, collapsed + 1, of - collapsed);
  return { collapsed, of, level, lower, upper };
}
