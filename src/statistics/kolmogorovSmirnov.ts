export interface KolmogorovSmirnov {
  /** Greatest difference of the two empirical distribution functions. */
  readonly statistic: number;
  /** With how much probability it is as great or greater if both samples are of one distribution. Exact, for samples with ties, too. */
  readonly pValue: number;
}

/**
 * The two-sample test of Kolmogorov and Smirnov. All orders in which the two samples can be mixed are equally probable if they are of
 * one distribution; each is a path on a lattice, and those that stay nearer to the diagonal than the observed one are counted (Hodges
 * 1958). Equal values are one step of the distribution functions, so that a path is looked at behind them only (Schröer, Trenkler 1995).
 *
 * @param a @param b finite numbers, one at least of each
 */
export function kolmogorovSmirnov(a: readonly number[], b: readonly number[]): KolmogorovSmirnov {
  const values = [...a, ...b].sort((x, y) => x - y);
  const [m, n] = [a.length, b.length];
  /** Whether the k smallest values end where a greater one begins. */
  const isEnd = (k: number): boolean => k === values.length || values[k - 1] < values[k];
  const gap = (i: number, j: number): number => Math.abs(i * n - j * m); // an integer: m · n times the difference
  const countUpTo = (sample: readonly number[], value: number): number =>
    sample.filter((own) => own <= value).length;
  const greatest = Math.max(...values.map((value) => gap(countUpTo(a, value), countUpTo(b, value))));

  // inside[j]: with how much probability i of a and j of b come first, and were never as far apart as observed
  let inside = new Array<number>(n + 1).fill(0);
  for (let i = 0; i <= m; i++) {
    const before = inside;
    inside = [];
    for (let j = 0; j <= n; j++) {
      const left = m + n - i - j + 1; // values that were left before the last step
      const fromA = i > 0 ? (before[j] * (m - i + 1)) / left : 0;
      const fromB = j > 0 ? (inside[j - 1] * (n - j + 1)) / left : 0;
      const start = i + j === 0 ? 1 : 0;
      const isOut = i + j > 0 && isEnd(i + j) && gap(i, j) >= greatest;
      inside[j] = isOut ? 0 : start + fromA + fromB;
    }
  }
  return { statistic: greatest / (m * n), pValue: greatest === 0 ? 1 : 1 - inside[n] };
}
