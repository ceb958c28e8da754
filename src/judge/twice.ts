import { AssayError } from '../base/errors';
import { sameConditions, type Run } from '../run/run';

/** From which on equal numbers of two runs are no chance. */
const TELLING_DECIMALS = 4;

/** All numbers of a run, digit for digit; undefined where it has fewer than two different ones. */
export function numbersOf({ series }: Pick<Run, 'series'>): string | undefined {
  const numbers = Object.entries(series).map(([name, points]) => [
    name,
    ...points.map(({ value, decimals }) => `${value} ${decimals ?? ''}`),
  ]);
  const different = new Set(Object.values(series).flatMap((points) => points.map(({ value }) => value)));
  return different.size < 2 ? undefined : JSON.stringify(numbers.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether two runs with the same numbers are one: few digits of runs that are known to have other seeds, or settings, may agree by chance. */
export function areOne(a: Run, b: Run): boolean {
  if (areTelling(a) || a.seed === undefined || b.seed === undefined) return true;
  return a.seed === b.seed && sameConditions(a.conditions, b.conditions);
}

/** Whether numbers are exact, or printed with many decimals. */
function areTelling({ series }: Pick<Run, 'series'>): boolean {
  return Object.values(series).some((points) =>
    points.some(({ decimals = Infinity }) => decimals >= TELLING_DECIMALS),
  );
}

/**
 * Every run has to be a witness of its own: one that is there twice, or two of one seed, would make a band narrower than it is.
 *
 * @throws AssayError `usage`
 */
export function checkNoneTwice(runs: readonly Run[]): void {
  const bySeed = new Map<string, Run>();
  const byNumbers = new Map<string, Run>();
  for (const run of runs) {
    const { conditions, seed, source } = run;
    const numbers = numbersOf(run);
    const twin = numbers === undefined ? undefined : byNumbers.get(numbers);
    const isSame = twin !== undefined && areOne(run, twin);
    const setting = JSON.stringify([Object.entries(conditions).sort(), seed]);
    const ofSeed = seed === undefined ? undefined : bySeed.get(setting);
    if (isSame || ofSeed !== undefined) {
      const before = isSame ? twin : (ofSeed as Run);
      throw new AssayError('usage', {
        what: isSame ? 'the same run twice' : `two runs of seed ${seed}`,
        where: source.path,
        expected: 'runs with different seeds',
        got: `${isSame ? 'the numbers' : 'the seed'} of ${before.source.path}`,
      });
    }
    if (numbers !== undefined) byNumbers.set(numbers, run);
    bySeed.set(setting, run);
  }
}
