import type { Metric } from '../../study/types';
import type { Guess } from '../collapse';
import { fromScale } from '../scale';
import { howFar, type Compared, type Farness } from './farthest';
import {
  collapsedAt,
  decimalsOf,
  differenceOf,
  onScale,
  placesOf,
  pointsAt,
  unitOf,
  type Numbers,
} from './places';

/**
 * How far a run is from the mean of others of its seed and setting that do the same and are rounded differently (train/neighbours.ts). Each of
 * them is compared with the mean of the rest in the same way, the judged one among them (farthest.ts): so what rounding does to this very run is
 * known, where pairs of other seeds tell only what it does to most. Runs that collapsed and runs that did not have means of their own.
 *
 * @param others all with numbers in the same places
 * @returns undefined where there are fewer than two others, or no number stands where theirs do
 */
export function howFarFromNeighbours(
  run: Numbers,
  others: readonly Numbers[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Farness | undefined {
  if (others.length < 2) return undefined;
  const places = placesOf([run, others[0]], metrics);
  if (places.length === 0) return undefined;
  const found = [run, ...others].map((each) => pointsAt(each, places));
  const decimals = places.map((_, i) => decimalsOf(found.map((points) => points[i])));
  const scaled = found.map((points) =>
    places.map(({ metric }, i) => onScale(metric, points[i].value, decimals[i])),
  );
  const fates = found.map((points) => collapsedAt(points, places, metrics, guess));
  const units = places.map(({ metric }, i) => {
    const each = found.map((points) => unitOf(metric, points[i].value, decimals[i]));
    return each.reduce((sum, unit) => sum + unit, 0) / each.length;
  });
  const all = found.map((points, of): Compared => {
    const alike = scaled.filter((_, i) => i !== of && fates[i] === fates[of]);
    const means = places.map((_, i) => meanOf(alike.map((values) => values[i])));
    return {
      points: places.map(({ metric }, i) => ({
        a: points[i],
        b: { ...points[i], value: fromScale(metric, means[i]) },
      })),
      differences: means.map((mean, i) => beyond(units[i], differenceOf(scaled[of][i], mean))),
      units,
      fate: String(fates[of]),
    };
  });
  return howFar(all, places);
}

/** Of those that are numbers; NaN where none is. */
function meanOf(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

/**
 * In the first steps, all neighbours may print the same digits. Another implementation, which sums the loss of a batch in another order, may
 * print a last digit that is one off. So a difference counts from halfway to the next digit on.
 */
const SILENT_UNITS = 1.5;

function beyond(unit: number, difference: number): number {
  return Math.sign(difference) * Math.max(0, Math.abs(difference) - SILENT_UNITS * unit);
}
