import { alea } from 'seedrandom';

/**
 * Whether k of n + k samples are unlike the others, by several features at once (permutation test: Fisher 1935, Pitman 1937). If all are
 * of one kind, whatever its distribution, every choice of k of them was as likely to be the judged one; so the share of choices that are as
 * unlike the rest as the judged one is at most p with probability p. Of several features the greatest deviation counts, of each choice its
 * own greatest (Westfall and Young 1993, "max T"): no feature takes level from another that says the same.
 */

/** Choices of k of all samples, the judged ones being the first k. */
export interface Choices {
  /** Whether they are all that there are; else they are drawn, and the judged one is counted beside them (Phipson and Smyth 2010). */
  readonly isExact: boolean;
  readonly of: readonly (readonly number[])[];
}

/**
 * All choices of k of n, where there are at most `most`; else `most` that are drawn.
 *
 * @param key what they are drawn by: other samples have to have other draws, for the level is that over all draws
 */
export function choicesOf(n: number, k: number, most: number, key: string): Choices {
  if (numberOfChoices(n, k) <= most) return { isExact: true, of: allChoices(n, k) };
  const random = alea(key);
  const order = Array.from({ length: n }, (_, i) => i);
  const of = Array.from({ length: most }, () => {
    for (let i = 0; i < k; i++) {
      const j = i + Math.floor(random() * (n - i));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order.slice(0, k);
  });
  return { isExact: false, of };
}

export function numberOfChoices(n: number, k: number): number {
  let count = 1;
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return Math.round(count);
}

function allChoices(n: number, k: number): number[][] {
  const all: number[][] = [];
  const choice: number[] = [];
  const extend = (from: number): void => {
    if (choice.length === k) {
      all.push([...choice]);
      return;
    }
    for (let i = from; i <= n - (k - choice.length); i++) {
      choice.push(i);
      extend(i + 1);
      choice.pop();
    }
  };
  extend(0);
  return all;
}

export interface MaxTest {
  /** Of the greatest deviation of any feature. */
  readonly pValue: number;
  /** Of each feature, with which it alone would be said to deviate, though all are looked at. */
  readonly adjusted: readonly number[];
}

/**
 * @param samples those that are judged first; of each, its features
 * @param k how many are judged
 */
export function maxTest(samples: readonly (readonly number[])[], k: number, choices: Choices): MaxTest {
  const standard = standardised(samples);
  const observed = standard.map((values) => sumOfFirst(values, k));
  const counts = observed.map(() => (choices.isExact ? 0 : 1));
  for (const choice of choices.of) {
    const greatest = greatestOf(standard, choice);
    for (const [f, own] of observed.entries()) if (isAsGreat(greatest, own)) counts[f]++;
  }
  const total = choices.of.length + (choices.isExact ? 0 : 1);
  const adjusted = counts.map((count) => count / total);
  return { pValue: Math.min(1, ...adjusted), adjusted };
}

/** Whether `maxTest` has a p-value of at most `level`; as soon as that is decided. */
export function isUnlike(
  samples: readonly (readonly number[])[],
  k: number,
  choices: Choices,
  level: number,
): boolean {
  const standard = standardised(samples);
  const observed = Math.max(0, ...standard.map((values) => sumOfFirst(values, k)));
  const total = choices.of.length + (choices.isExact ? 0 : 1);
  let left = Math.floor(level * total + ROUNDING) - (choices.isExact ? 0 : 1);
  for (const choice of choices.of) {
    if (left < 0) return false;
    if (isAsGreat(greatestOf(standard, choice), observed)) left--;
  }
  return left >= 0;
}

/** By feature, of all samples: mean 0, mean square 1. One that is the same for all stays 0. */
function standardised(samples: readonly (readonly number[])[]): Float64Array[] {
  return samples[0].map((_, f) => {
    const values = Float64Array.from(samples, (sample) => sample[f]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const isConstant = values.every((value) => value === values[0]);
    return values.map((value) => (isConstant || sd === 0 ? 0 : (value - mean) / sd));
  });
}

function sumOfFirst(values: Float64Array, k: number): number {
  let sum = 0;
  for (let i = 0; i < k; i++) sum += values[i];
  return Math.abs(sum);
}

function greatestOf(standard: readonly Float64Array[], choice: readonly number[]): number {
  let greatest = 0;
  for (const values of standard) {
    let sum = 0;
    for (const i of choice) sum += values[i];
    const own = Math.abs(sum);
    if (own > greatest) greatest = own;
  }
  return greatest;
}

/** Sums of the same numbers in another order are equal up to this. */
const ROUNDING = 1e-9;

function isAsGreat(value: number, than: number): boolean {
  return value >= than - ROUNDING * (1 + than);
}
