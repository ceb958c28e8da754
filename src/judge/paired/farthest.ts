import type { Point } from '../../run/run';
import { pValueOf } from '../../statistics/conformal';
import type { Metric } from '../../study/types';
import { worseOn } from '../scale';
import type { Place } from './places';

/**
 * How far a run is from where it should be, compared with others that differ by rounding alone. At each place, a difference counts in units of
 * the others' root mean square there, and of at least the last digit. Each metric has three features: the root mean square of its numbers; how
 * far they lie to one side, as another learning rate moves all of them a little; and its first number, because rounding grows from the last
 * bits and a change is there at once. Each feature is divided by its root mean square over the others, too, and the greatest decides ("max T",
 * Westfall and Young 1993). The same is asked of each of the others beside all the rest, the judged one among them. If it is like them, each has
 * the greatest as often (conformal.ts): the share that is as far as the judged one, it among them, is an exact p-value. Runs that collapse by
 * the same draws agree to their last digits, so each is compared with those of its own fate.
 */

/** What is compared: the judged run, or one of the others. */
export interface Compared {
  /** Of each place, on the scale of its metric. */
  readonly differences: readonly number[];
  /** Of the last digit, on that scale. */
  readonly units: readonly number[];
  /** Whether it collapsed; what is unlike in that is not compared. */
  readonly fate: string;
  /** What each difference is of. */
  readonly points: readonly { readonly a: Point; readonly b: Point }[];
}

export interface Farness {
  /** What the verdict comes from: how many times as far as the others mostly are. */
  readonly times: number;
  readonly by: Feature;
  /** The same of the one of the others that is the farthest. */
  readonly farthestOther: number;
  readonly others: number;
  readonly pValue: number;
  /** Numbers that are compared, in the order of the metrics. */
  readonly cells: readonly FarCell[];
}

export interface Feature {
  readonly metric: Metric;
  /** `apart`: in the root mean square. `side`: as a whole. `start`: the first number. */
  readonly kind: 'apart' | 'side' | 'start';
  /** Of the side that the judged run is on; where there is none, of `apart`, missing. */
  readonly isWorse?: boolean;
}

export interface FarCell {
  readonly metric: Metric;
  readonly a: Point;
  readonly b: Point;
  /** How many times as far apart as the others mostly are. */
  readonly times: number;
  /** Of the others, the most. */
  readonly most: number;
}

/** @param all the judged one first; each has all places */
export function howFar(all: readonly Compared[], places: readonly Place[]): Farness {
  const [judged, ...others] = all;
  const units = places.map((_, i) => all.reduce((sum, each) => sum + each.units[i], 0) / all.length);
  const [{ times, by }, ...ofOthers] = scoresOf(all, places, units);
  const scores = ofOthers.map((score) => score.times);
  const alike = others.filter(({ fate }) => fate === judged.fate);
  return {
    ...{ times, by, others: others.length },
    farthestOther: Math.max(...scores),
    pValue: pValueOf(times, scores),
    cells: places.map(({ metric }, i) => {
      const mostly = alike.map(({ differences }) => differences[i]);
      const timesOf = (difference: number): number => Math.abs(inTermsOf(mostly, difference, units[i]));
      return {
        ...{ metric, ...judged.points[i] },
        times: timesOf(judged.differences[i]),
        most: Math.max(0, ...mostly.map(timesOf)),
      };
    }),
  };
}

interface Score {
  readonly times: number;
  readonly by: Feature;
}

/** Of each beside all others of its fate. */
function scoresOf(all: readonly Compared[], places: readonly Place[], units: readonly number[]): Score[] {
  const others = all.map((each) =>
    [...all.keys()].filter((i) => all[i] !== each && all[i].fate === each.fate),
  );
  const features = all.map(({ differences }, of) => {
    const own = differences.map((difference, place) => {
      const mostly = others[of].map((i) => all[i].differences[place]);
      return inTermsOf(mostly, difference, units[place]);
    });
    return featuresOf(own, places);
  });
  return features.map((own, of) => {
    let best: Score = { times: 0, by: own[0] };
    for (const [f, { value, ...by }] of own.entries()) {
      const mostly = others[of].map((i) => features[i][f].value);
      const times = inTermsOf(mostly, value, 1);
      if (times > best.times) best = { times, by };
    }
    return best;
  });
}

/** The same ones of each, in the same order. If the numbers had nothing to do with each other, each would mostly be 1. */
function featuresOf(
  own: readonly number[],
  places: readonly Place[],
): readonly (Feature & { readonly value: number })[] {
  return [...new Set(places.map(({ metric }) => metric))].flatMap((metric) => {
    const numbers = own.filter((_, i) => places[i].metric === metric);
    const isWorse = (signed: number): boolean => signed * worseOn(metric) > 0;
    const start = {
      metric,
      kind: 'start',
      isWorse: isWorse(numbers[0]),
      value: Math.abs(numbers[0]),
    } as const;
    if (numbers.length === 1) return [start];
    const sum = numbers.reduce((sum, value) => sum + value, 0) / Math.sqrt(numbers.length);
    const side = Number.isNaN(sum) ? 0 : sum; // infinite to both sides is to neither
    return [
      start,
      { metric, kind: 'apart', value: rootMeanSquare(numbers) },
      { metric, kind: 'side', isWorse: isWorse(side), value: Math.abs(side) },
    ];
  });
}

/** A number in what others mostly are, and in no less than a unit. */
function inTermsOf(others: readonly number[], value: number, unit: number): number {
  if (value === 0) return 0;
  // Nothing is known of it.
  if (others.length === 0) return Infinity * Math.sign(value);
  return Number.isFinite(value) ? value / Math.max(unit, rootMeanSquare(others)) : value;
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
