import type { Band } from '../judge/bands';
import { positionIn } from '../judge/placement';
import { placeOf, type Run } from '../run/run';
import type { Interval } from '../statistics/conformal';
import type { Place, PlacedNumber } from './numbers';

/**
 * Where the numbers of a run are: in the band, and among those of our seeds.
 *
 * @param band of the run's conditions, if there is one for runs such as this
 * @param seeds of ours at the run's conditions that did not collapse
 */
export function placeIn(band: Band | undefined, seeds: readonly Pick<Run, 'series'>[]): Place {
  return (number) => {
    const { value, rounding } = number;
    const ours = seeds.flatMap(({ series }) => {
      const point = placeAmong(series[number.metric.name] ?? [], number);
      const own = number.what === 'count' ? point?.count?.right : point?.value;
      return own === undefined ? [] : [own];
    });
    const among =
      ours.length === 0 ? {} : { quantile: midrank(ours, rounding.lower, rounding.upper), of: ours.length };
    const interval = intervalOf(band, number);
    if (interval === undefined) return { verdict: 'no-reference', ...among };
    const { lower, upper } = interval;
    return {
      verdict: rounding.upper >= lower && rounding.lower <= upper ? 'pass' : 'fail',
      band: interval,
      position: positionIn(interval, value),
      ...among,
    };
  };
}

function intervalOf(band: Band | undefined, number: PlacedNumber): Interval | undefined {
  const { metric, what, of } = number;
  const cell = band && placeAmong(band.series[metric.name] ?? [], number);
  if (cell === undefined || (what === 'count' && of === undefined)) return undefined;
  const { lower, upper } = cell;
  if (what !== 'count' || of === undefined) return { lower, upper };
  const perUnit = metric.kind === 'percent' ? of / 100 : of;
  return { lower: lower * perUnit, upper: upper * perUnit };
}

/** What stands in the place of a number; what is said at the end is of the last. */
function placeAmong<C extends { readonly epoch?: number; readonly step?: number }>(
  cells: readonly C[],
  number: PlacedNumber,
): C | undefined {
  return number.what === 'final' ? cells.at(-1) : cells.find((cell) => placeOf(cell) === placeOf(number));
}

/** Share below the interval, and half of that within: of those numbers it is not known on which side they are. */
function midrank(values: readonly number[], lower: number, upper: number): number {
  const below = values.filter((value) => value < lower).length;
  const within = values.filter((value) => value >= lower && value <= upper).length;
  return (below + within / 2) / values.length;
}
