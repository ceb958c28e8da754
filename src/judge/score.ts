import { hasCollapsed, type Chance } from './collapse';
import { deviation, momentsOfCells, type Moments } from '../statistics/conformal';
import type { CurvePoint } from './curve';

/**
 * One score for everything about a run that a band can fail: the largest standardised deviation of its test losses, its accuracies and
 * its logged training losses from those of the other runs that learned. A run that collapsed has no curve to hold against theirs: its
 * score is 0 where another run collapsed, too, and Infinity where none did. One that diverges (NaN) has Infinity.
 */

/** A run of an ensemble, as bands are made of it. */
export interface ScoredRun {
  readonly epochs: readonly CurvePoint[];
  /** The training losses that its log prints, in their order, of each epoch as many. */
  readonly loggedLosses: readonly number[];
}

/**
 * A loss, or a share of wrong images, is decided by few hard images, and as skewed as a sum of few squares: the cube root takes the skew
 * (Wilson and Hilferty 1931), and no band is beyond what is possible.
 */
export function rootOfLoss(loss: number): number {
  return Math.cbrt(loss);
}

/** @param accuracy in percent */
export function rootOfErrors(accuracy: number): number {
  return Math.cbrt(100 - accuracy);
}

/** The cells of a run: of each epoch the test loss and the errors, then all logged losses. */
function cellsOf({ epochs, loggedLosses }: ScoredRun): number[] {
  return [
    ...epochs.flatMap(({ testLoss, accuracy }) => [rootOfLoss(testLoss), rootOfErrors(accuracy)]),
    ...loggedLosses.map(rootOfLoss),
  ];
}

export interface Scores {
  /** Of all runs, in their order: each against the others. */
  readonly scores: readonly number[];
  readonly learned: number;
  readonly collapsed: number;
  /** Of the cells of the runs that learned. */
  readonly moments: readonly Moments[];
}

/** @param runs of one length, at least one */
export function scoresOf(runs: readonly ScoredRun[], chance: Chance): Scores {
  const tests = 2 * runs[0].epochs.length;
  const cells = runs.map(cellsOf);
  const fates = runs.map((run, i) => fateOf(run, cells[i], chance));
  const learned = cells.filter((_, i) => fates[i] === 'learned');
  const collapsed = fates.filter((fate) => fate === 'collapsed').length;
  const scores = cells.map((own, i) => {
    if (fates[i] === 'collapsed') return scoreOfCollapsed(collapsed - 1);
    if (fates[i] === 'diverged' || learned.length < 3) return Infinity;
    const moments = momentsOf(
      learned.filter((other) => other !== own),
      tests,
    );
    return Math.max(...own.map((cell, c) => deviation(cell, moments[c])));
  });
  const moments = learned.length === 0 ? [] : momentsOf(learned, tests);
  return { scores, learned: learned.length, collapsed, moments };
}

function fateOf(
  run: ScoredRun,
  cells: readonly number[],
  chance: Chance,
): 'learned' | 'collapsed' | 'diverged' {
  if (hasCollapsed(run, chance)) return 'collapsed';
  return cells.every(Number.isFinite) ? 'learned' : 'diverged';
}

/** @param others runs that collapsed, beside the judged one */
export function scoreOfCollapsed(others: number): number {
  return others > 0 ? 0 : Infinity;
}

/** Losses to either side whose spread is pooled. */
const NEIGHBOURS = 5;

/**
 * Moments of the cells. A logged loss is the mean over one batch, and its distribution moves as the training goes on. So its spread is
 * that of the losses logged before and after it, too: each has a mean of its own, but some dozen runs say little about one loss's
 * spread. The very first loss precedes every update and is an untrained net's, with a spread unlike any other's: it is pooled with none.
 *
 * @param tests cells that are no losses, at the front
 */
function momentsOf(runs: readonly (readonly number[])[], tests: number): Moments[] {
  const moments = momentsOfCells(runs);
  const later = moments.slice(tests + 1);
  return [
    ...moments.slice(0, tests + 1),
    ...later.map(({ mean }, i) => {
      const near = later.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
      return { mean, sd: Math.sqrt(near.reduce((sum, { sd }) => sum + sd ** 2, 0) / near.length) };
    }),
  ];
}
