import { jStat } from 'jstat';

export interface Tost {
  /** Mean of b less mean of a. */
  readonly difference: number;
  /** Of the difference, at 1 − 2α = 90 %: the means are equivalent at α = 5 % exactly when it is within ± margin. */
  readonly interval: { readonly lower: number; readonly upper: number };
  readonly margin: number;
  /** The greater of the two one-sided tests' p-values: small when the means are surely nearer than the margin. */
  readonly pValue: number;
}

/** Of each of the two one-sided tests. */
export const ALPHA = 0.05;

/**
 * Two one-sided tests (Schuirmann 1987) of whether two means are nearer than a margin, each as Welch's: the variances may differ.
 *
 * @param a @param b two numbers at least, not all equal in both
 */
export function tost(a: readonly number[], b: readonly number[], margin: number): Tost {
  const [ofA, ofB] = [a, b].map((sample) => {
    const mean = sample.reduce((sum, value) => sum + value, 0) / sample.length;
    const squares = sample.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, variance: squares / (sample.length - 1) / sample.length, freedom: sample.length - 1 };
  });
  const difference = ofB.mean - ofA.mean;
  const variance = ofA.variance + ofB.variance;
  const error = Math.sqrt(variance);
  const freedom = variance ** 2 / (ofA.variance ** 2 / ofA.freedom + ofB.variance ** 2 / ofB.freedom);
  const half = jStat.studentt.inv(1 - ALPHA, freedom) * error;
  const tooLow = 1 - jStat.studentt.cdf((difference + margin) / error, freedom);
  const tooHigh = jStat.studentt.cdf((difference - margin) / error, freedom);
  return {
    difference,
    interval: { lower: difference - half, upper: difference + half },
    margin,
    pValue: Math.max(tooLow, tooHigh),
  };
}
