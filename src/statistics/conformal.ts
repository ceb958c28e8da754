import { jStat } from 'jstat';
import { AssayError } from '../base/errors';

/**
 * Conformal prediction (Vovk, Gammerman, Shafer 2005; leave-one-out as in Barber, Candès, Ramdas, Tibshirani 2021): a score says how
 * unlike the others a run is. The next run's score is as likely to have one rank among the n + 1 as another, so that it is at most the
 * k-th smallest of n with probability k / (n + 1), whatever the distribution over seeds is.
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

export interface Quantile {
  /** Scores up to this one are inside. */
  readonly quantile: number;
  /** What is claimed: k / (n + 1), at least the level. */
  readonly coverage: number;
}

/**
 * @param scores of all runs, in any order; a run that can be compared with nothing has Infinity
 * @param where names the runs in messages
 * @throws AssayError `too-few-runs` when the level needs more runs, or when too many of them have no finite score
 */
export function quantileOf(scores: readonly number[], level: number, where: string): Quantile {
  const n = scores.length;
  const rank = Math.ceil((n + 1) * level - ROUNDING);
  if (rank > n) {
    throw new AssayError('too-few-runs', {
      what: 'too few runs for the level',
      where,
      expected: `at least ${runsNeeded(level)} runs, for the level ${level}`,
      got: `${n}`,
      hint: 'add runs with other seeds',
    });
  }
  const quantile = [...scores].sort((a, b) => a - b)[rank - 1];
  if (!Number.isFinite(quantile)) {
    throw new AssayError('too-few-runs', {
      what: 'too many runs are unlike all others for the level',
      where,
      expected: `at most ${n - rank} of ${n} runs that diverge, or that alone collapse, for the level ${level}`,
      got: `${scores.filter((score) => !Number.isFinite(score)).length}`,
      hint: 'add seeds, or take a lower level',
    });
  }
  return { quantile, coverage: rank / (n + 1) };
}

/** Fewest runs with which the next is inside of all of them with probability `level`: 19 for 95 %. */
export function runsNeeded(level: number): number {
  return Math.ceil(level / (1 - level) - ROUNDING);
}

/** (19 + 1) · 0.95 is 19, but not in floating point. */
const ROUNDING = 1e-9;

/**
 * Share of the n + 1 runs, the judged one among them, that are as unlike the others as it is, or more: of a run of the same kind it is at
 * most p with probability p. It is at most 1 − coverage exactly when the score is above the quantile.
 */
export function pValueOf(score: number, scores: readonly number[]): number {
  return (1 + scores.filter((other) => other >= score).length) / (scores.length + 1);
}

/**
 * The coverage of one band is not that of all: over ensembles of n runs it is distributed as Beta(k, n + 1 − k) (Vovk 2012), with k / (n + 1)
 * as its mean.
 *
 * @param coverage k / (n + 1)
 * @param n runs that the band is made of
 * @returns what the band covers at least, with the given confidence
 */
export function leastCoverage(coverage: number, n: number, confidence: number): number {
  const rank = Math.round(coverage * (n + 1));
  return jStat.beta.inv(1 - confidence, rank, n + 1 - rank);
}

/**
 * How many times as far the limit is when several runs are judged at once, so that all of them pass at least as often as one alone does.
 * Ranks among n runs cannot tell less than 1 / (n + 1). Beyond the runs that there are, the share of runs that are f times as far is taken
 * to be at most f⁻⁴ of those that are as far: tails as heavy as Student's t with 4 degrees of freedom are allowed for. Each of m runs
 * then has the m-th part of the error (Bonferroni).
 */
export function widening(together: number): number {
  return together ** (1 / 4);
}

/** Each cell by itself. In plain loops: a band asks for them once for each of its runs. */
export function momentsOfCells(runs: readonly (readonly number[])[]): Moments[] {
  return runs[0].map((first, cell) => {
    let shift = 0; // counted from the first, the mean is exact where all are the same
    for (const run of runs) shift += run[cell] - first;
    const mean = first + shift / runs.length;
    let squares = 0;
    for (const run of runs) squares += (run[cell] - mean) ** 2;
    return { mean, sd: Math.sqrt(squares / (runs.length - 1)) };
  });
}

/** How many standard deviations a value is from the mean; Infinity where that is no number. */
export function deviation(value: number, { mean, sd }: Moments): number {
  if (value === mean) return 0;
  const deviations = Math.abs(value - mean) / sd;
  return Number.isNaN(deviations) ? Infinity : deviations;
}
