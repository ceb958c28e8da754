import { placeOf, type Point, type Run } from '../../run/run';
import { pValueOf } from '../../statistics/conformal';
import type { Metric } from '../../study/types';
import { hasCollapsed, type Guess } from '../collapse';
import { nearestTo } from '../placement';
import { toScale, worseOn } from '../scale';

/**
 * How far apart two runs of one seed are, beside pairs of runs that differ by rounding alone. At each place a difference counts in what it
 * mostly is between the measured pairs (root mean square), on the scale of its metric. Of each metric two features are looked at: how far
 * the numbers are apart, in the root mean square, and how far they are to one side: a larger learning rate moves all of them a little. The
 * greater counts. Each measured pair is held against the others in the same way, so that the share of pairs that are as far apart as the
 * judged one, it among them, is a p-value (conformal.ts). Runs that collapse by the same draws are alike to their last digits: a pair is
 * held against those of its own fate.
 */

/** Two runs of one seed. */
export interface Pair {
  readonly a: Pick<Run, 'series'>;
  readonly b: Pick<Run, 'series'>;
}

export interface Apart {
  /** What the verdict comes from: how many times as far as the measured pairs mostly are. */
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
  /** `apart`: in the root mean square. `worse`, `better`: to one side, as a whole. */
  readonly kind: 'apart' | 'worse' | 'better';
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
  const prepared = [{ a, b }, ...measured].map((pair) => prepare(pair, places, metrics, guess));
  const [judged, ...pairs] = prepared;
  const ofPairs = pairs.map((pair) => scoreOf(pair, without(pairs, pair), places));
  const scores = ofPairs.map(({ times }) => times);
  const { times, by, own } = scoreOf(judged, pairs, places);
  return {
    ...{ times, by, pairs: pairs.length },
    farthestPair: Math.max(...scores),
    pValue: pValueOf(times, scores),
    cells: places.map(({ metric }, i) => ({
      ...{ metric, ...judged.points[i] },
      times: Math.abs(own[i]),
      most: Math.max(...ofPairs.map((pair) => Math.abs(pair.own[i]))),
    })),
  };
}

/** How many numbers that learning has a part in both have, and whether they are the same, as far as the digits go. */
export function sameNumbers({ a, b }: Pair, metrics: readonly Metric[]): { count: number; areSame: boolean } {
  const { differences } = prepare({ a, b }, placesOf([{ a, b }], metrics), metrics, undefined);
  return { count: differences.length, areSame: differences.every((difference) => difference === 0) };
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

interface Prepared {
  readonly points: readonly { readonly a: Point; readonly b: Point }[];
  /** a less b, on the scale of the metric. */
  readonly differences: readonly number[];
  /** Whether either collapsed. */
  readonly fate: string;
}

function prepare(
  pair: Pair,
  places: readonly Place[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Prepared {
  const byPlace = [pair.a, pair.b].map(
    ({ series }) =>
      new Map(
        metrics.map(({ name }) => [
          name,
          new Map((series[name] ?? []).map((point) => [placeOf(point), point])),
        ]),
      ),
  );
  const pointOf = (side: number, { metric, name }: Place): Point =>
    byPlace[side].get(metric.name)?.get(name) as Point; // all have a number at each place
  const points = places.map((place) => ({ a: pointOf(0, place), b: pointOf(1, place) }));
  const collapsed = (side: 'a' | 'b'): boolean => {
    const series: Record<string, Point[]> = {};
    for (const [i, { metric }] of places.entries()) (series[metric.name] ??= []).push(points[i][side]);
    return guess !== undefined && hasCollapsed({ series }, metrics, guess);
  };
  return {
    points,
    differences: points.map(({ a, b }, i) => differenceOf(places[i].metric, a, b)),
    fate: `${collapsed('a')} ${collapsed('b')}`,
  };
}

/** As little as the digits of a log allow. */
function differenceOf(metric: Metric, a: Point, b: Point): number {
  const difference = toScale(metric, nearestTo(a, b.value)) - toScale(metric, b.value);
  if (!Number.isNaN(difference)) return difference;
  return Object.is(a.value, b.value) ? 0 : Infinity;
}

function without<T>(all: readonly T[], one: T): T[] {
  return all.filter((other) => other !== one);
}

interface Score {
  readonly times: number;
  readonly by: Feature;
  /** Of each place. */
  readonly own: readonly number[];
}

function scoreOf(
  { differences, fate }: Prepared,
  others: readonly Prepared[],
  places: readonly Place[],
): Score {
  const alike = others.filter((other) => other.fate === fate);
  const own = differences.map((difference, i) => {
    if (difference === 0) return 0;
    if (alike.length === 0) return Infinity * Math.sign(difference);
    return difference / rootMeanSquare(alike.map((other) => other.differences[i]));
  });
  let best: Pick<Score, 'times' | 'by'> = { times: 0, by: { metric: places[0].metric, kind: 'apart' } };
  const consider = (times: number, by: Feature): void => {
    if (times > best.times) best = { times, by };
  };
  for (const metric of new Set(places.map(({ metric }) => metric))) {
    const numbers = own.filter((_, i) => places[i].metric === metric);
    consider(rootMeanSquare(numbers), { metric, kind: 'apart' });
    const side = numbers.reduce((sum, value) => sum + value, 0) / Math.sqrt(numbers.length);
    // Infinite to both sides is to neither.
    if (numbers.length > 1 && !Number.isNaN(side))
      consider(Math.abs(side), { metric, kind: side * worseOn(metric) > 0 ? 'worse' : 'better' });
  }
  return { ...best, own };
}

function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
}
