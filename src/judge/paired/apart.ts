import type { Metric } from '../../study/types';
import type { Guess } from '../collapse';
import { nearestOf } from '../placement';
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

/** Two runs of one seed. */
export interface Pair {
  readonly a: Numbers;
  readonly b: Numbers;
}

/**
 * How far apart two runs of one seed are, beside pairs of runs that differ by rounding alone (farthest.ts).
 *
 * @param measured pairs of runs of the same setting, all with numbers in the same places
 * @returns undefined where fewer than two are measured, or no number stands where theirs do
 */
export function howFarApart(
  judged: Pair,
  measured: readonly Pair[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Farness | undefined {
  if (measured.length < 2) return undefined;
  const places = placesOf([judged, measured[0]].flatMap(runsOf), metrics);
  if (places.length === 0) return undefined;
  const found = [judged, ...measured].map((pair) => runsOf(pair).map((run) => pointsAt(run, places)));
  const decimals = places.map((_, i) => decimalsOf(found.flatMap((pair) => pair.map((points) => points[i]))));
  const all = found.map(([a, b]): Compared => {
    return {
      points: places.map((_, i) => ({ a: a[i], b: b[i] })),
      differences: places.map(({ metric }, i) => {
        const [ofA, ofB] = [a[i], b[i]].map(({ value }) => onScale(metric, value, decimals[i]));
        return differenceOf(ofA, ofB);
      }),
      units: places.map(({ metric }, i) => unitOf(metric, b[i].value, decimals[i])),
      fate: [a, b].map((points) => collapsedAt(points, places, metrics, guess)).join(),
    };
  });
  return howFar(all, places);
}

/** How many numbers that learning has a part in both have, and whether they are the same, as far as the digits go. */
export function sameNumbers(pair: Pair, metrics: readonly Metric[]): { count: number; areSame: boolean } {
  const places = placesOf(runsOf(pair), metrics);
  const [a, b] = runsOf(pair).map((run) => pointsAt(run, places));
  return { count: places.length, areSame: a.every((point, i) => Object.is(...nearestOf(point, b[i]))) };
}

function runsOf({ a, b }: Pair): [a: Numbers, b: Numbers] {
  return [a, b];
}
