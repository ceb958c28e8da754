import type { Run } from '../run/run';
import { deviation, momentsOfCells, type Moments } from '../statistics/conformal';
import type { Metric } from '../study/types';
import { hasCollapsed, type Guess } from './collapse';
import { toScale } from './scale';

/**
 * One score for everything about a run that a band can fail: the largest standardised deviation of its numbers from those of the other runs
 * that learned. A run that collapsed has no curve to hold against theirs: its score is 0 where another run collapsed, too, and Infinity
 * where none did. One that diverges (NaN) has Infinity.
 */

/** A run, as it is scored. */
export type ScoredRun = Pick<Run, 'series'>;

export interface Scores {
  /** Of all runs, in their order: each against the others. */
  readonly scores: readonly number[];
  readonly learned: number;
  readonly collapsed: number;
  /** Of the numbers of the runs that learned: of each metric, in its order. */
  readonly moments: readonly (readonly Moments[])[];
}

/**
 * @param runs at least one, all with numbers in the same places
 * @param guess what a run that never learned looks like; left out, none is taken for one
 */
export function scoresOf(
  runs: readonly ScoredRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Scores {
  const cells = runs.map(({ series }) =>
    metrics.map((metric) => series[metric.name].map(({ value }) => toScale(metric, value))),
  );
  const fates = runs.map((run, i) => fateOf(run, cells[i], metrics, guess));
  const learned = cells.filter((_, i) => fates[i] === 'learned');
  const collapsed = fates.filter((fate) => fate === 'collapsed').length;
  const momentsOf = (runs: typeof cells): Moments[][] =>
    metrics.map((metric, m) =>
      momentsOfSeries(
        metric,
        runs.map((run) => run[m]),
      ),
    );
  const scores = cells.map((own, i) => {
    if (fates[i] === 'collapsed') return scoreOfCollapsed(collapsed - 1);
    if (fates[i] === 'diverged' || learned.length < 3) return Infinity;
    const moments = momentsOf(learned.filter((other) => other !== own));
    let score = 0;
    for (const [m, series] of own.entries())
      for (const [c, cell] of series.entries()) score = Math.max(score, deviation(cell, moments[m][c]));
    return score;
  });
  const moments = learned.length === 0 ? metrics.map(() => []) : momentsOf(learned);
  return { scores, learned: learned.length, collapsed, moments };
}

/** @param cells of the run, on the scale of each metric */
export function fateOf(
  run: ScoredRun,
  cells: readonly (readonly number[])[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): 'learned' | 'collapsed' | 'diverged' {
  if (guess !== undefined && hasCollapsed(run, metrics, guess)) return 'collapsed';
  return cells.every((series) => series.every(Number.isFinite)) ? 'learned' : 'diverged';
}

/** @param others runs that collapsed, beside the judged one */
export function scoreOfCollapsed(others: number): number {
  return others > 0 ? 0 : Infinity;
}

/** Numbers to either side whose spread is pooled. */
const NEIGHBOURS = 5;

/**
 * Moments of a metric's numbers. What is told per step is the mean over one batch or a few, and its distribution moves as the training goes
 * on. So its spread is that of the numbers before and after it, too: each has a mean of its own, but some dozen runs say little about one
 * number's spread. The very first precedes every update and is an untrained net's, with a spread unlike any other's: it is pooled with none.
 */
export function momentsOfSeries({ per }: Metric, runs: readonly (readonly number[])[]): Moments[] {
  const moments = momentsOfCells(runs);
  if (per === 'epoch') return moments;
  const later = moments.slice(1);
  return [
    ...moments.slice(0, 1),
    ...later.map(({ mean }, i) => {
      const near = later.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
      return { mean, sd: Math.sqrt(near.reduce((sum, { sd }) => sum + sd ** 2, 0) / near.length) };
    }),
  ];
}
