import { halfOfLastDigit, placeOf, type Point, type Run } from '../../run/run';
import type { Metric } from '../../study/types';
import { hasCollapsed, type Guess } from '../collapse';
import { rounded } from '../placement';
import { toScale } from '../scale';

/** Where runs of one seed are compared: a metric, and an epoch or step of it. */
export interface Place {
  readonly metric: Metric;
  readonly name: string;
}

export type Numbers = Pick<Run, 'series'>;

/** Where all of the runs have a number that learning has a part in. */
export function placesOf([first, ...others]: readonly Numbers[], metrics: readonly Metric[]): Place[] {
  return metrics.flatMap((metric) => {
    const known = others.map(({ series }) => new Set((series[metric.name] ?? []).map(placeOf)));
    return (first.series[metric.name] ?? [])
      .filter((point) => !precedesUpdates(metric, point))
      .map(placeOf)
      .filter((name) => known.every((names) => names.has(name)))
      .map((name) => ({ metric, name }));
  });
}

/** Whether nothing was learned before a number was logged: of the first batch, before any update. */
export function precedesUpdates({ per }: Metric, { epoch = 1, step }: Point): boolean {
  return per === 'step' && epoch === 1 && step === 0;
}

/** The numbers of a run that has one at each place. */
export function pointsAt({ series }: Numbers, places: readonly Place[]): Point[] {
  const byMetric = new Map<string, Map<string, Point>>();
  return places.map(({ metric: { name }, name: place }) => {
    const known = byMetric.get(name) ?? new Map((series[name] ?? []).map((point) => [placeOf(point), point]));
    byMetric.set(name, known);
    return known.get(place) as Point;
  });
}

/** Whether a run collapsed, by its numbers at places. */
export function collapsedAt(
  points: readonly Point[],
  places: readonly Place[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): boolean {
  if (guess === undefined) return false;
  const series: Record<string, Point[]> = {};
  for (const [i, { metric }] of places.entries()) (series[metric.name] ??= []).push(points[i]);
  return hasCollapsed({ series }, metrics, guess);
}

/** With how many decimals all runs have a number; Infinity where all are exact. */
export function decimalsOf(points: readonly Point[]): number {
  return Math.min(...points.map(({ decimals = Infinity }) => decimals));
}

/** With so many decimals, on the scale of its metric. */
export function onScale(metric: Metric, value: number, decimals: number): number {
  return toScale(metric, Number.isFinite(decimals) ? rounded(value, decimals) : value);
}

/** Of two numbers on a scale: 0 where both are the same, NaN included; infinite where one is none. */
export function differenceOf(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  return Number.isNaN(a - b) ? Infinity : a - b;
}

/** Of the last digit, on that scale. */
export function unitOf(metric: Metric, value: number, decimals: number): number {
  if (!Number.isFinite(decimals) || !Number.isFinite(value)) return 0;
  const half = halfOfLastDigit({ decimals });
  return Math.abs(toScale(metric, value + half) - toScale(metric, value - half));
}
