import { halfOfLastDigit, placeOf, type Point, type Run } from '../run/run';
import { deviation, pValueOf, widening, type Interval } from '../statistics/conformal';
import type { Metric } from '../study/types';
import type { Band, Bands, Cell } from './bands';
import { hasCollapsed, isGuess, isOfChance, type Guess } from './collapse';
import { fromScale, intervalOf, toScale } from './scale';
import { scoreOfCollapsed } from './score';
import type { Verdict } from './verdict';

/** Where a run is in a band. */
export interface Placement {
  readonly verdict: Extract<Verdict, 'pass' | 'fail'>;
  readonly collapsed: boolean;
  /** How many standard deviations its farthest number is from the mean; see score.ts. */
  readonly score: number;
  /** Of a run that is judged alone: at most 1 − coverage exactly when it fails. */
  readonly pValue: number;
  /** How far a score may be: the band's, or farther where several runs are judged at once. */
  readonly limit: number;
  /** Of a run most of whose tests are those of a guess: the numbers that keep it from being one that collapsed. */
  readonly notGuessed: readonly Point[];
  /** Of the metrics in their order, each in the order of the band. */
  readonly cells: readonly PlacedCell[];
}

export interface PlacedCell {
  readonly metric: Metric;
  /** As the run has it. */
  readonly point: Point;
  /** What is judged: of the numbers that are printed so, the one that is nearest to the mean; see `Band.decimals`. */
  readonly value: number;
  readonly interval: Interval;
  /** −1 at the lower edge, 0 in the middle, 1 at the upper edge; beyond that it is outside. */
  readonly position: number;
  /** In standard deviations. */
  readonly deviation: number;
}

/** The band as it is when several of its runs are judged at once. */
export function widened(band: Band, metrics: readonly Metric[], together: number): Band {
  const quantile = band.quantile * widening(together);
  return {
    ...band,
    quantile,
    series: Object.fromEntries(
      metrics.map((metric) => [
        metric.name,
        band.series[metric.name].map((cell) => ({ ...cell, ...intervalOf(metric, cell, quantile) })),
      ]),
    ),
  };
}

/** What a guess looks like on the data of these bands; undefined where the study does not say it. */
export function guessOf(
  bands: Pick<Bands, 'data'> | undefined,
  chance: Guess | undefined,
  testCount: number | undefined,
): Guess | undefined {
  if (chance === undefined) return undefined;
  const testClassCounts = bands?.data?.testClassCounts;
  return {
    ...chance,
    ...(testCount !== undefined && { testCount }),
    ...(testClassCounts && { testClassCounts }),
  };
}

/**
 * Judges a run by a band: all of it has to be inside, better being as suspicious as worse. A run that collapsed passes where one of ours did,
 * too.
 *
 * @param run what the band does not have of it is not judged
 * @param band {@link widened} where several runs are judged at once
 */
export function placeInBand(
  { series }: Pick<Run, 'series'>,
  band: Band,
  metrics: readonly Metric[],
  guess: Guess | undefined,
): Placement {
  const limit = band.quantile;
  const cells = metrics.flatMap((metric) => {
    const points = new Map((series[metric.name] ?? []).map((point) => [placeOf(point), point]));
    return band.series[metric.name].flatMap((cell) => {
      const point = points.get(placeOf(cell));
      return point === undefined ? [] : [placed(metric, point, cell, band.decimals?.[metric.name])];
    });
  });
  const collapsed = guess !== undefined && hasCollapsed({ series }, metrics, guess);
  let score = collapsed ? scoreOfCollapsed(band.collapse?.collapsed ?? 0) : 0;
  if (!collapsed) for (const cell of cells) score = Math.max(score, cell.deviation);
  const infinite = Array<number>(band.runs - band.scores.length).fill(Infinity);
  return {
    verdict: score <= limit ? 'pass' : 'fail',
    collapsed,
    score,
    pValue: pValueOf(score, [...band.scores, ...infinite]),
    limit,
    notGuessed: guess === undefined ? [] : notGuessed({ series }, metrics, guess),
    cells,
  };
}

function placed(metric: Metric, point: Point, cell: Cell, decimals: number | undefined): PlacedCell {
  const interval = { lower: cell.lower, upper: cell.upper };
  const value =
    decimals !== undefined && (point.decimals ?? Infinity) >= decimals
      ? rounded(point.value, decimals)
      : nearestTo(point, fromScale(metric, cell.mean));
  return {
    ...{ metric, point, value, interval },
    position: positionIn(interval, value),
    deviation: deviation(toScale(metric, value), cell),
  };
}

/** −1 at the lower edge, 0 in the middle, 1 at the upper one; of an interval without width, 0 in it, and infinite beside it. */
export function positionIn({ lower, upper }: Interval, value: number): number {
  if (upper > lower) return (2 * (value - lower)) / (upper - lower) - 1;
  return value === lower ? 0 : Infinity * Math.sign(value - lower);
}

/** As a log with so many decimals has it; NaN and infinities stay. */
export function rounded(value: number, decimals: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(Math.min(100, decimals))) : value;
}

/** Of the numbers that are printed so, the one that is nearest to a value. */
export function nearestTo(point: Point, wanted: number): number {
  if (point.decimals === undefined) return point.value;
  const half = halfOfLastDigit(point);
  return Math.min(Math.max(wanted, point.value - half), point.value + half);
}

/** Of all that two numbers stand for as they are printed, the two that are nearest to each other. */
export function nearestOf(a: Point, b: Point): readonly [a: number, b: number] {
  const nearest = nearestTo(a, b.value);
  return [nearest, nearestTo(b, nearest)];
}

/** Tests of an epoch are those of a guess together; what is told per step counts where most of them are. */
function notGuessed({ series }: Pick<Run, 'series'>, metrics: readonly Metric[], guess: Guess): Point[] {
  const ofChance = metrics.filter(({ name }) => isOfChance(name, guess));
  const others = (per: Metric['per']): Point[] =>
    ofChance
      .filter((metric) => metric.per === per)
      .flatMap((metric) => (series[metric.name] ?? []).filter((point) => !isGuess(metric, point, guess)));
  const tests = ofChance.filter(({ per }) => per === 'epoch').flatMap(({ name }) => series[name] ?? []);
  const placesOf = (points: readonly Point[]): number => new Set(points.map(placeOf)).size;
  if (placesOf(others('epoch')) >= placesOf(tests) / 2) return [];
  return [...others('epoch'), ...others('step')];
}
