import { AssayError } from '../base/errors';
import type { Run } from '../run/run';

/**
 * Every run has to be a witness of its own: one that is there twice, or two of one seed, would make a band narrower than it is.
 *
 * @throws AssayError `usage`
 */
export function checkNoneTwice(runs: readonly Run[]): void {
  const bySeed = new Map<string, Run>();
  const byNumbers = new Map<string, Run>();
  for (const run of runs) {
    const { conditions, seed, series, source } = run;
    const numbers = JSON.stringify(
      Object.values(series).map((points) => points.map(({ value }) => String(value))),
    );
    const setting = JSON.stringify([conditions, seed]);
    const before = byNumbers.get(numbers) ?? (seed === undefined ? undefined : bySeed.get(setting));
    if (before !== undefined) {
      throw new AssayError('usage', {
        what: byNumbers.has(numbers) ? 'a run that is there twice' : `two runs of seed ${seed}`,
        where: source.path,
        expected: 'runs with seeds of their own',
        got: byNumbers.has(numbers)
          ? `the numbers of ${before.source.path}`
          : `the seed of ${before.source.path}`,
      });
    }
    byNumbers.set(numbers, run);
    bySeed.set(setting, run);
  }
}
