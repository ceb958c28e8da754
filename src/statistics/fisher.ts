/** How many of some runs did something. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/**
 * Fisher's exact test of two shares: with how much probability the same number of all is divided between the two so, or in a way that
 * is no more probable, if it is chance which are where. Two-sided.
 */
export function fisherExact(a: Share, b: Share): number {
  const all = a.count + b.count;
  const [least, most] = [Math.max(0, all - b.of), Math.min(a.of, all)];
  const total = lnChoose(a.of + b.of, all);
  const probabilities = Array.from({ length: most - least + 1 }, (_, i) =>
    Math.exp(lnChoose(a.of, least + i) + lnChoose(b.of, all - least - i) - total),
  );
  const observed = probabilities[a.count - least];
  const asRare = probabilities.filter((probability) => probability <= observed * (1 + ROUNDING));
  return Math.min(
    1,
    asRare.reduce((sum, probability) => sum + probability, 0),
  );
}

/** Two divisions that are as probable are so in floating point up to this. */
const ROUNDING = 1e-7;

function lnChoose(n: number, k: number): number {
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}
