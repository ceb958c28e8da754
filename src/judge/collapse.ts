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

/** What a guess looks like on a test set. */
export interface Chance {
  readonly classes: number;
  /** Images of the test set. */
  readonly testCount: number;
  /** How many of them each class has, where that is known. */
  readonly testClassCounts?: readonly number[];
}

/** A run by its tests, and the training losses that it logs, if they are known. */
export type LossyCurve = Curve & { readonly loggedLosses?: readonly number[] };

/**
 * Whether a run never learned: each of its tests is one of a guess, and so is each of its training losses. A run that learned and was at
 * chance in the end is another thing: it is held against the runs that learned.
 */
export function hasCollapsed({ epochs, loggedLosses = [] }: LossyCurve, chance: Chance): boolean {
  return (
    epochs.length > 0 &&
    epochs.every((test) => isGuess(test, chance)) &&
    loggedLosses.every((loss) => isGuessedLoss(loss, chance.classes))
  );
}

/**
 * Whether a test is that of a model that gives every image the same answer. Its loss is ln(classes), which equal probabilities have, and
 * what it has right is one class. NaN is no loss at all.
 */
export function isGuess({ testLoss, accuracy }: CurvePoint, chance: Chance): boolean {
  const relative = testLoss / Math.log(chance.classes);
  return (
    relative >= leastOfGuess(chance) && relative <= 1 + TEST_TOLERANCE && isShareOfClass(accuracy, chance)
  );
}

/** Relative to ln(classes). Of our 56 runs that collapsed, no test is further from it than 0.001 (tests/judge/ensembles). */
const TEST_TOLERANCE = 0.02;
/** A printed loss may be less by its rounding. */
const ROUNDING = 1e-3;

/** The same answer to every image costs no less than the entropy of the classes; where their sizes are not known, by a tolerance. */
function leastOfGuess({ classes, testCount, testClassCounts }: Chance): number {
  if (testClassCounts === undefined) return 1 - TEST_TOLERANCE;
  const shares = testClassCounts.filter((count) => count > 0).map((count) => count / testCount);
  const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  return entropy / Math.log(classes) - ROUNDING;
}

/** Whether the mean over a batch is that of a model that guesses. Of those runs, none is further from ln(classes) than 0.025. */
export function isGuessedLoss(loss: number, classes: number): boolean {
  return Math.abs(loss / Math.log(classes) - 1) <= 0.05;
}

/** That of an untrained model may be further from ln(classes), as its weights are not 0. */
const LOSS_TOLERANCE = 0.1;

/** Whether a loss is about that of a model that gives every class the same probability: an untrained one, or one that guesses. */
export function isLossOfGuess(loss: number, classes: number): boolean {
  return Math.abs(loss / Math.log(classes) - 1) <= LOSS_TOLERANCE;
}

/** Whether an accuracy, in percent, is what one class makes of the test set. */
function isShareOfClass(accuracy: number, { classes, testCount, testClassCounts }: Chance): boolean {
  if (testClassCounts !== undefined) {
    const correct = (accuracy / 100) * testCount;
    return testClassCounts.some((count) => Math.abs(count - correct) < 1e-6 * testCount);
  }
  // Classes of unknown sizes: up to a quarter more than their share, and four standard errors of it.
  const share = 1 / classes;
  const error = Math.sqrt((share * (1 - share)) / testCount);
  return accuracy / 100 <= 1.25 * share + 4 * error;
}

/** Clopper and Pearson's interval for a share: exact, so that it covers with at least `level` whatever the true share is. */
export function collapseShare(collapsed: number, of: number, level: number): CollapseShare {
  const tail = (1 - level) / 2;
  const lower = collapsed === 0 ? 0 : jStat.beta.inv(tail, collapsed, of - collapsed + 1);
  const upper = collapsed === of ? 1 : jStat.beta.inv(1 - tail, collapsed + 1, of - collapsed);
  return { collapsed, of, level, lower, upper };
}
