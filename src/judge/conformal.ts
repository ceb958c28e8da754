import { AssayError } from '../errors';

/**
 * Conformal prediction (Vovk, Gammerman, Shafer 2005; leave-one-out as in Barber, Candès, Ramdas, Tibshirani 2021): the score of a run
 * is its largest standardised deviation from the other runs; the next run's score is as likely to have one rank among the n + 1 as
 * another, so that it is at most the k-th smallest of n with probability k / (n + 1), whatever the distribution over seeds is.
 */

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** Of one cell over the runs. */
export interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Of each cell, from the runs given. */
export type MomentsOf = (runs: readonly (readonly number[])[]) => readonly Moments[];

export interface Conformal {
  /** How many standard deviations to either side of the mean. */
  readonly quantile: number;
  /** What is claimed: k / (n + 1), at least the level. */
  readonly coverage: number;
  /** Of all runs. */
  readonly moments: readonly Moments[];
}

/**
 * How far from their moments the next run's cells are predicted to be, all of them together.
 *
 * @param cells of each run, of all runs as many
 * @param where names the runs in messages
 * @throws AssayError `too-few-runs` when the level needs more; `bands-invalid` when the runs do not differ at all
 */
export function conformal(
  cells: readonly (readonly number[])[],
  momentsOf: MomentsOf,
  level: number,
  where: string,
): Conformal {
  const n = cells.length;
  const rank = Math.ceil((n + 1) * level - ROUNDING);
  if (rank > n) {
    throw new AssayError('too-few-runs', {
      what: 'too few runs for the level',
      where,
      expected: `at least ${runsNeeded(level)} runs that did not collapse, for the level ${level}`,
      got: `${n}`,
    });
  }
  const scores = scoresOf(cells, momentsOf).sort((a, b) => a - b);
  const quantile = scores[rank - 1];
  if (!Number.isFinite(quantile)) {
    const what = 'the runs do not differ: a band of them has no width';
    throw new AssayError('bands-invalid', { what, where });
  }
  return { quantile, coverage: rank / (n + 1), moments: momentsOf(cells) };
}

/**
 * The band itself, where each cell is the cube root of a value that cannot be below 0. A loss, or a share of wrong images, is decided by
 * few hard images, and as skewed as a sum of few squares: the cube root takes the skew (Wilson and Hilferty 1931), and the band
 * is not beyond what is possible.
 */
export function intervalsOfCubes({ quantile, moments }: Conformal): Interval[] {
  return moments.map(({ mean, sd }) => ({
    lower: Math.max(0, mean - quantile * sd) ** 3,
    upper: (mean + quantile * sd) ** 3,
  }));
}

/** Fewest runs with which the next is inside of all of them with probability `level`: 19 for 95 %. */
export function runsNeeded(level: number): number {
  return Math.ceil(level / (1 - level) - ROUNDING);
}

/** (19 + 1) · 0.95 is 19, but not in floating point. */
const ROUNDING = 1e-9;

/** Each cell by itself. */
export function momentsOfCells(runs: readonly (readonly number[])[]): Moments[] {
  return runs[0].map((_, cell) => {
    const first = runs[0][cell]; // counted from there, the mean is exact where all are the same
    const mean = first + runs.reduce((sum, run) => sum + (run[cell] - first), 0) / runs.length;
    const squares = runs.reduce((sum, run) => sum + (run[cell] - mean) ** 2, 0);
    return { mean, sd: Math.sqrt(squares / (runs.length - 1)) };
  });
}

/** Of each run, how far it is from the others. */
export function scoresOf(cells: readonly (readonly number[])[], momentsOf: MomentsOf): number[] {
  return cells.map((own, i) => score(own, momentsOf(cells.toSpliced(i, 1))));
}

/** Largest standardised deviation. */
function score(cells: readonly number[], moments: readonly Moments[]): number {
  return Math.max(
    ...cells.map((cell, i) =>
      cell === moments[i].mean ? 0 : Math.abs(cell - moments[i].mean) / moments[i].sd,
    ),
  );
}
