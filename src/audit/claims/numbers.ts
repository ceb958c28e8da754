import { pythonFixed } from '../../base/printf';
import { pluralOf } from '../../base/words';
import type { Point } from '../../run/run';
import type { Metric } from '../../study/types';
import { roundingOf } from '../numbers';
import type { RunNumbers } from '../types';
import { epochPoints, epochsOf, type EpochPoint } from '../views';
import { show } from '../words';
import type { PrintedNumber } from './sentence';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates that hold the numbers of a sentence against those of the run. */

export function value(run: RunNumbers, metric: Metric, epoch: number, number: PrintedNumber): Outcome {
  const point = epochPoints(run, metric).find((candidate) => candidate.epoch === epoch);
  if (point === undefined) return cannotBeJudged(`there is no test of epoch ${epoch}`);
  const text = isText(metric, point);
  const said = pythonFixed(number.value, number.decimals);
  const holds = prints(point.value, number);
  return eitherWay(holds, holds ? text : `${text}, and not ${said}`, [
    { line: point.line, conditions: run.conditions, epoch, text },
  ]);
}

/** Both are within. */
export interface Bounds {
  readonly lower?: number;
  readonly upper?: number;
}

/** @param epoch left out, the last */
export function within(
  run: RunNumbers,
  metric: Metric,
  epoch: number | undefined,
  { lower = -Infinity, upper = Infinity }: Bounds,
): Outcome {
  const points = epochPoints(run, metric);
  const point = epoch === undefined ? points.at(-1) : points.find((candidate) => candidate.epoch === epoch);
  if (point === undefined)
    return cannotBeJudged(`there is no test${epoch === undefined ? '' : ` of epoch ${epoch}`}`);
  if (Number.isNaN(point.value)) return cannotBeJudged(`${isText(metric, point)}, which is not a number`);
  const text = isText(metric, point);
  const holds = point.value >= lower - EXACT && point.value <= upper + EXACT;
  const which = point.value < lower - EXACT ? `less than ${lower}` : `more than ${upper}`;
  return eitherWay(holds, holds ? text : `${text}, which is ${which}`, [
    { line: point.line, conditions: run.conditions, epoch: point.epoch, text },
  ]);
}

function isText(metric: Metric, { epoch, value }: EpochPoint): string {
  return `the ${metric.name} of epoch ${epoch} is ${show(metric, value)}`;
}

export function range(run: RunNumbers, metric: Metric, lower: PrintedNumber, upper: PrintedNumber): Outcome {
  const logged = `logged ${pluralOf(metric.name)}`;
  const points = epochPoints(run, metric);
  const ranges = epochsOf(run).flatMap((epoch) => {
    const range = rangeOf(points.filter((point) => point.epoch === epoch));
    return range === undefined ? [] : [{ epoch, ...range }];
  });
  if (ranges.length === 0) return cannotBeJudged(`there are no ${logged}`);
  const found = ranges.find(
    ({ least, greatest }) => prints(least.value, lower) && prints(greatest.value, upper),
  );
  const said = `${pythonFixed(lower.value, lower.decimals)} to ${pythonFixed(upper.value, upper.decimals)}`;
  if (found === undefined) return eitherWay(false, `in no epoch do the ${logged} go from ${said}`);
  const { epoch } = found;
  const evidence = [found.least, found.greatest].map(({ line, value }) => ({
    ...{ line, conditions: run.conditions, epoch, text: `${metric.name} ${value}` },
  }));
  return eitherWay(true, `the ${logged} of epoch ${epoch} go from ${said}`, evidence);
}

/** The least and the greatest of some numbers; of numbers alone, and of some. */
export function rangeOf(
  points: readonly Point[],
): { readonly least: Point; readonly greatest: Point } | undefined {
  if (points.length === 0 || points.some(({ value }) => Number.isNaN(value))) return undefined;
  const least = points.reduce((a, b) => (b.value < a.value ? b : a));
  const greatest = points.reduce((a, b) => (b.value > a.value ? b : a));
  return { least, greatest };
}

function prints(value: number, number: PrintedNumber): boolean {
  const { lower, upper } = roundingOf(number);
  return value >= lower - EXACT && value <= upper + EXACT;
}

/** Halves of decimal digits are no binary numbers. */
const EXACT = 1e-12;
