import { halfOfLastDigit, placeOf, type Point, type Run } from '../../run/run';
import { pValueOf } from '../../statistics/conformal';
import type { Metric } from '../../study/types';
import { hasCollapsed, type Guess } from '../collapse';
import { nearestOf, rounded } from '../placement';
import { toScale, worseOn } from '../scale';

/**
 * How far apart two runs of one seed are, beside pairs of runs that differ by rounding alone. At each place a difference counts in what it
 * mostly is between the other pairs (root mean square), on the scale of its metric, and in no less than a unit of the last digit that all have. Of each metric three features are looked at: how far the
 * numbers are apart, in the root mean square; how far they are to one side, as another learning rate moves all of them a little; and the first
 * one, for rounding grows from the last bits and a change is there at once. Each feature counts in what it mostly is, too, and the greatest
 * decides ("max T", Westfall and Young 1993). All of that is asked of each pair beside all others, the judged one among them, so that if it
 * is like them, each has the greatest as often (conformal.ts): the share of pairs that are as far apart as the judged one, it among them,
 * is an exact p-value. Runs that collapse by the same draws are alike to their last digits: a pair is held against those of its own fate.
 */

/** Two runs of one seed. */
export interface Pair {
  readonly a: Pick<Run, 'series'>;
  readonly b: Pick<Run, 'series'>;
}

export interface Apart {
  /** What the verdict comes from: how many times as far as the other pairs mostly are. */
  readonly times: number;
  readonly by: Feature;
  /** The same of the measured pair that is the farthest. */
  readonly farthestPair: number;
  /** Of the measured pairs. */
  readonly pairs: number;
  readonly pValue: number;
  /** Numbers that are compared, in the order of the metrics. */
  readonly cells: readonly ApartCell[];
}

export interface Feature {
  readonly metric: Metric;
  /** `apart`: in the root mean square. `side`: as a whole. `start`: the first number. */
  readonly kind: 'apart' | 'side' | 'start';
  /** Of the side that the judged run is on; where there is none, of `apart`, missing. */
  readonly isWorse?: boolean;
}

export interface ApartCell {
  readonly metric: Metric;
  readonly a: Point;
  readonly b: Point;
  /** How many times as far apart as the measured pairs mostly are. */
  readonly times: number;
  /** Of the measured pairs, the most. */
  readonly most: number;
}

/**
 * @param measured pairs of runs of the same setting, all with numbers in the same places
 * @returns undefined where fewer than two are measured, or no number stands where theirs do
 */
export function howFarApart(
  { a, b }: Pair,
  measured: readonly Pair[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Apart | undefined {
  if (measured.length < 2) return undefined;
  const places = placesOf([{ a, b }, measured[0]], metrics);
  if (places.length === 0) return undefined;
  const found = [{ a, b }, ...measured].map((pair) => pointsAt(pair, places));
  const decimals = places.map((_, i) => Math.min(...found.flatMap((pair) => decimalsOf(pair[i]))));
  const all = found.map((points) => prepare(points, places, { decimals, metrics, guess }));
  const [judged, ...pairs] = all;
  const units = places.map((_, i) => all.reduce((sum, pair) => sum + pair.units[i], 0) / all.length);
  const [{ times, by }, ...ofPairs] = scoresOf(all, places, units);
  const scores = ofPairs.map((score) => score.times);
  const alike = pairs.filter(({ fate }) => fate === judged.fate);
  return {
    ...{ times, by, pairs: pairs.length },
    farthestPair: Math.max(...scores),
    pValue: pValueOf(times, scores),
    cells: places.map(({ metric }, i) => {
      const others = alike.map(({ differences }) => differences[i]);
      const timesOf = (difference: number): number => Math.abs(inTermsOf(others, difference, units[i]));
      return {
        ...{ metric, ...judged.points[i] },
        times: timesOf(judged.differences[i]),
        most: Math.max(0, ...others.map(timesOf)),
      };
    }),
  };
}

/** How many numbers that learning has a part in both have, and whether they are the same, as far as the digits go. */
export function sameNumbers(pair: Pair, metrics: readonly Metric[]): { count: number; areSame: boolean } {
  const points = pointsAt(pair, placesOf([pair], metrics));
  const areSame = points.every(({ a, b }) => Object.is(...nearestOf(a, b)));
  return { count: points.length, areSame };
}

interface Place {
  readonly metric: Metric;
  readonly name: string;
}

/** Where all of the runs have a number that learning has a part in. */
function placesOf(pairs: readonly Pair[], metrics: readonly Metric[]): Place[] {
  const [first, ...others] = pairs.flatMap(({ a, b }) => [a, b]);
  return metrics.flatMap((metric) => {
    const known = others.map(({ series }) => new Set((series[metric.name] ?? []).map(placeOf)));
    return (first.series[metric.name] ?? [])
      .filter((point) => !precedesUpdates(metric, point))
      .map(placeOf)
      .filter((name) => known.every((names) => names.has(name)))
      .map((name) => ({ metric, name }));
  });
}

/** Whether nothing was learned before a number was told: of the first batch, before any update. */
export function precedesUpdates({ per }: Metric, { epoch = 1, step }: Point): boolean {
  return per === 'step' && epoch === 1 && step === 0;
}

/** The numbers of two runs at one place. */
interface Points {
  readonly a: Point;
  readonly b: Point;
}

function pointsAt({ a, b }: Pair, places: readonly Place[]): Points[] {
  const [ofA, ofB] = [a, b].map(({ series }) => {
    const byMetric = new Map<string, Map<string, Point>>();
    return ({ metric: { name }, name: place }: Place): Point => {
      const known =
        byMetric.get(name) ?? new Map((series[name] ?? []).map((point) => [placeOf(point), point]));
      byMetric.set(name, known);
      return known.get(place) as Point; // all have a number at each place
    };
  });
  return places.map((place) => ({ a: ofA(place), b: ofB(place) }));
}

function decimalsOf({ a, b }: Points): number[] {
  return [a, b].map(({ decimals = Infinity }) => decimals);
}

interface Prepared {
  readonly points: readonly Points[];
  /** a less b, on the scale of the metric, both rounded. */
  readonly differences: readonly number[];
  /** Of the last digit, on that scale. */
  readonly units: readonly number[];
  /** Whether either collapsed. */
  readonly fate: string;
}

function prepare(
  points: readonly Points[],
  places: readonly Place[],
  {
    decimals,
    metrics,
    guess,
  }: {
    readonly decimals: readonly number[];
    readonly metrics: readonly Metric[];
    readonly guess: Guess | undefined;
  },
): Prepared {
  const collapsed = (side: 'a' | 'b'): boolean => {
    const series: Record<string, Point[]> = {};
    for (const [i, { metric }] of places.entries()) (series[metric.name] ??= []).push(points[i][side]);
    return guess !== undefined && hasCollapsed({ series }, metrics, guess);
  };
  return {
    points,
    differences: points.map(({ a, b }, i) => differenceOf(places[i].metric, decimals[i], a.value, b.value)),
    units: points.map(({ b }, i) => unitOf(places[i].metric, decimals[i], b.value)),
    fate: `${collapsed('a')} ${collapsed('b')}`,
  };
}

function differenceOf(metric: Metric, decimals: number, a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  const [ofA, ofB] = [a, b].map((value) =>
    toScale(metric, Number.isFinite(decimals) ? rounded(value, decimals) : value),
  );
  const difference = ofA - ofB;
  return Number.isNaN(difference) ? Infinity : difference;
}

function unitOf(metric: Metric, decimals: number, value: number): number {
  if (!Number.isFinite(decimals) || !Number.isFinite(value)) return 0;
  const half = halfOfLastDigit({ decimals });
  return Math.abs(toScale(metric, value + half) - toScale(metric, value - half));
}

interface Score {
  readonly times: number;
  readonly by: Feature;
}

/** Of each pair beside all others of its fate. */
function scoresOf(all: readonly Prepared[], places: readonly Place[], units: readonly number[]): Score[] {
  const others = all.map((pair) =>
    [...all.keys()].filter((i) => all[i] !== pair && all[i].fate === pair.fate),
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

/** The same ones of each pair, in the same order. If the numbers had nothing to do with each other, each would mostly be 1. */
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
