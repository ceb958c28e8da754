import type { Point, Run } from '../run/run';
import { clopperPearson } from '../statistics/clopperPearson';
import type { Chance, Metric } from '../study/types';

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
export interface Guess extends Chance {
  /** Samples of the test set, where that is known. */
  readonly testCount?: number;
  /** How many of them each class has, where that is known. */
  readonly testClassCounts?: readonly number[];
}

/**
 * Whether a run never learned: each of its tests is one of a guess, and so is each of its training losses. A run that learned and was at
 * chance in the end is another thing: it is compared with the runs that learned.
 */
export function hasCollapsed(
  { series }: Pick<Run, 'series'>,
  metrics: readonly Metric[],
  guess: Guess,
): boolean {
  const numbers = metrics.flatMap(({ name }) => series[name] ?? []);
  if (!numbers.every(({ value }) => Number.isFinite(value))) return false; // it diverged
  const all = metrics.filter(({ name }) => isOfChance(name, guess));
  const tests = all.filter(({ per }) => per === 'epoch').flatMap(({ name }) => series[name] ?? []);
  return (
    tests.length > 0 &&
    all.every((metric) => (series[metric.name] ?? []).every((point) => isGuess(metric, point, guess)))
  );
}

/** Whether a metric tells a guess from something better. */
export function isOfChance(name: string, { crossEntropy, accuracy }: Chance): boolean {
  return crossEntropy.includes(name) || accuracy.includes(name);
}

/**
 * Whether a number is that of a model that gives every sample the same answer. A cross-entropy is ln(classes), which equal probabilities
 * have; over a batch it may be further from it. What is right is one class. NaN is no guess.
 */
export function isGuess({ name, kind, per }: Metric, point: Point, guess: Guess): boolean {
  if (guess.accuracy.includes(name))
    return isShareOfClass(kind === 'percent' ? point.value / 100 : point.value, point, guess);
  if (!guess.crossEntropy.includes(name)) return true;
  if (per === 'step') return isGuessedLoss(point.value, guess.classes);
  const relative = point.value / Math.log(guess.classes);
  return relative >= leastOfGuess(guess) && relative <= 1 + TEST_TOLERANCE;
}

/** Relative to ln(classes). Of our 56 runs that collapsed, no test is further from it than 0.001 (tests/judge/ensembles). */
const TEST_TOLERANCE = 0.02;
/** A printed loss may be less by its rounding. */
const ROUNDING = 1e-3;

/** The same answer to every sample costs no less than the entropy of the classes; where their sizes are not known, by a tolerance. */
function leastOfGuess({ classes, testCount, testClassCounts }: Guess): number {
  if (testClassCounts === undefined || testCount === undefined) return 1 - TEST_TOLERANCE;
  const shares = testClassCounts.filter((count) => count > 0).map((count) => count / testCount);
  const entropy = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
  return entropy / Math.log(classes) - ROUNDING;
}

/** Whether the mean over a batch is that of a model that guesses. Of those runs, none is further from ln(classes) than 0.025. */
function isGuessedLoss(loss: number, classes: number): boolean {
  return Math.abs(loss / Math.log(classes) - 1) <= 0.05;
}

/** That of an untrained model may be further from ln(classes), as its weights are not 0. */
const LOSS_TOLERANCE = 0.1;

/** Whether a loss is about that of a model that gives every class the same probability: an untrained one, or one that guesses. */
export function isLossOfGuess(loss: number, classes: number): boolean {
  return Math.abs(loss / Math.log(classes) - 1) <= LOSS_TOLERANCE;
}

/** Whether the share that is right is what one class makes of the test set. */
function isShareOfClass(right: number, { count }: Point, guess: Guess): boolean {
  const { classes, testClassCounts, testCount = count?.of } = guess;
  if (testClassCounts !== undefined && testCount !== undefined)
    return testClassCounts.some((ofClass) => Math.abs(ofClass - right * testCount) < 1e-6 * testCount);
  // Classes of unknown sizes: up to a quarter more than their share, and four standard errors of it.
  const share = 1 / classes;
  const error = testCount === undefined ? 0 : Math.sqrt((share * (1 - share)) / testCount);
  return right >= 0 && right <= 1.25 * share + 4 * error;
}

export function collapseShare(collapsed: number, of: number, level: number): CollapseShare {
  return { collapsed, of, level, ...clopperPearson(collapsed, of, level) };
}
