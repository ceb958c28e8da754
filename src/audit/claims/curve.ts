import type { Conditions } from '../../run/run';
import { plural } from '../../base/words';
import type { Metric } from '../../study/types';
import type { Evidence, RunNumbers } from '../types';
import { isAsGood, wholeCurve, type EpochPoint } from '../views';
import { epochList, show } from '../words';
import type { Direction } from './claim';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates about how a metric goes from epoch to epoch. */

interface Step {
  readonly from: EpochPoint;
  readonly to: EpochPoint;
  readonly change: number;
  readonly evidence: Evidence;
}

/** Undefined when there are fewer than two epochs, or when a test is missing or NaN. */
function curveOf(run: RunNumbers, metric: Metric): readonly EpochPoint[] | undefined {
  const points = wholeCurve(run, metric);
  if (points === undefined || points.length < 2) return undefined;
  return points.some(({ value }) => Number.isNaN(value)) ? undefined : points;
}

/** None when the curve is not whole. */
function stepsOf(run: RunNumbers, metric: Metric): Step[] {
  const points = curveOf(run, metric) ?? [];
  return points.slice(1).map((to, i) => stepBetween(points[i], to, metric, run.conditions));
}

function stepBetween(from: EpochPoint, to: EpochPoint, metric: Metric, conditions: Conditions): Step {
  const text = `${metric.name} ${show(metric, to.value)} after ${show(metric, from.value)}`;
  const { line, epoch } = to;
  return { from, to, change: to.value - from.value, evidence: { line, conditions, epoch, text } };
}

function goes({ change }: Step, direction: Direction): boolean {
  return direction === 'rises' ? change > 0 : change < 0;
}

const NOT_WHOLE = 'fewer than two epochs were tested, or a test result is missing or NaN';

export function eachEpoch(
  run: RunNumbers,
  metric: Metric,
  direction: Direction,
  withinSamples: number | undefined,
): Outcome {
  const steps = stepsOf(run, metric);
  if (steps.length === 0) return cannotBeJudged(NOT_WHOLE);
  if (withinSamples !== undefined && steps.some(({ to }) => to.count === undefined))
    return cannotBeJudged(`the log does not say how many samples the ${metric.name} was counted over`);
  const holds = (step: Step): boolean =>
    goes(step, direction) ||
    (withinSamples !== undefined && Math.abs(samplesOf(step, metric)) <= withinSamples + ROUNDING);
  const right = steps.filter(holds);
  const wrong = steps.filter((step) => !holds(step));
  const slack =
    withinSamples === undefined ? '' : ` (or moves by no more than ${withinSamples} of the test's samples)`;
  const of = `the ${metric.name} ${direction}${slack} in`;
  const because =
    wrong.length === 0
      ? `${of} every epoch`
      : right.length === 0
        ? `${of} no epoch`
        : `${of} ${epochList(right.map(({ to }) => to.epoch))}, and not in ${epochList(wrong.map(({ to }) => to.epoch))}`;
  return {
    verdict: wrong.length === 0 ? 'holds' : right.length === 0 ? 'contradicted' : 'partly',
    because,
    supporting: right.map(({ evidence }) => evidence),
    against: wrong.map(({ evidence }) => evidence),
  };
}

/** A step of a share, in samples of the test set. */
function samplesOf({ change, to: { count } }: Step, { kind }: Metric): number {
  return (kind === 'percent' ? change / 100 : change) * (count?.of ?? NaN);
}

/** Shares are quotients. */
const ROUNDING = 1e-6;

export function overall(run: RunNumbers, metric: Metric, direction: Direction): Outcome {
  const points = curveOf(run, metric);
  if (points === undefined) return cannotBeJudged(NOT_WHOLE);
  const step = stepBetween(points[0], points[points.length - 1], metric, run.conditions);
  const because = `the ${metric.name} goes from ${show(metric, step.from.value)} to ${show(metric, step.to.value)}`;
  return eitherWay(goes(step, direction), because, [step.evidence]);
}

export function inEpoch(run: RunNumbers, metric: Metric, epoch: number, direction: Direction): Outcome {
  const step = stepsOf(run, metric).find(({ to }) => to.epoch === epoch);
  if (step === undefined)
    return cannotBeJudged(`a test result is missing or NaN in the epochs up to ${epoch}`);
  const verb = step.change > 0 ? 'rises' : step.change < 0 ? 'falls' : 'stays';
  return eitherWay(goes(step, direction), `in epoch ${epoch} the ${metric.name} ${verb}`, [step.evidence]);
}

export function repeatedly(run: RunNumbers, metric: Metric, direction: Direction, times: number): Outcome {
  const steps = stepsOf(run, metric);
  if (steps.length === 0) return cannotBeJudged(NOT_WHOLE);
  const found = steps.filter((step) => goes(step, direction));
  const others = steps.filter((step) => !found.includes(step));
  const are = found.length === 1 ? 'there is 1' : `there are ${found.length}`;
  const which =
    found.length === 0 ? 'there is none' : `${are}, ${epochList(found.map(({ to }) => to.epoch))}`;
  return {
    verdict: found.length >= times ? 'holds' : 'contradicted',
    because: `the claim needs at least ${plural(times, 'epoch')} in which the ${metric.name} ${direction}: ${which}`,
    supporting: found.map(({ evidence }) => evidence),
    against: others.map(({ evidence }) => evidence),
  };
}

export function bestLast(run: RunNumbers, metric: Metric): Outcome {
  const points = curveOf(run, metric);
  if (points === undefined) return cannotBeJudged(NOT_WHOLE);
  // Of several that are as good, the last.
  const best = points.reduce((a, b) => (isAsGood(metric, b.value, a.value) ? b : a));
  const { epoch, line } = best;
  const text = `${metric.name} ${show(metric, best.value)}, its best`;
  return eitherWay(
    best === points[points.length - 1],
    `the ${metric.name} is best in epoch ${epoch} of ${points.length}`,
    [{ line, conditions: run.conditions, epoch, text }],
  );
}
