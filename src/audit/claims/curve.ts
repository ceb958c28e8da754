import type { Evidence, RunView } from '../types';
import type { Direction, Metric } from './claim';
import { wholeCurve, type TestedEpoch } from '../views';
import { epochList, show, valueOf } from './metric';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates about how a metric goes from epoch to epoch. */

interface Step {
  readonly from: TestedEpoch;
  readonly to: TestedEpoch;
  readonly change: number;
  readonly evidence: Evidence;
}

/** Undefined when there are fewer than two epochs, or one whose test is missing or is no number. */
function curveOf(run: RunView, metric: Metric): readonly TestedEpoch[] | undefined {
  const epochs = wholeCurve(run);
  if (epochs === undefined || epochs.length < 2) return undefined;
  return epochs.some((epoch) => Number.isNaN(valueOf(epoch, metric))) ? undefined : epochs;
}

/** None when the curve is not whole. */
function stepsOf(run: RunView, metric: Metric): Step[] {
  const epochs = curveOf(run, metric) ?? [];
  return epochs.slice(1).map((to, i) => stepBetween(epochs[i], to, metric, run.lr));
}

function stepBetween(from: TestedEpoch, to: TestedEpoch, metric: Metric, lr: number | undefined): Step {
  const text = `${metric} ${show(metric, valueOf(to, metric))} after ${show(metric, valueOf(from, metric))}`;
  return {
    from,
    to,
    change: valueOf(to, metric) - valueOf(from, metric),
    evidence: { line: to.line, lr, epoch: to.epoch, text },
  };
}

function goes({ change }: Step, direction: Direction): boolean {
  return direction === 'rises' ? change > 0 : change < 0;
}

const NOT_WHOLE = 'there are not two epochs at least, each with a test whose numbers are numbers';

export function eachEpoch(
  run: RunView,
  metric: Metric,
  direction: Direction,
  withinImages: number | undefined,
): Outcome {
  const steps = stepsOf(run, metric);
  if (steps.length === 0) return cannotBeJudged(NOT_WHOLE);
  const holds = (step: Step): boolean =>
    goes(step, direction) ||
    (withinImages !== undefined && Math.abs(imagesOf(step)) <= withinImages + ROUNDING);
  const right = steps.filter(holds);
  const wrong = steps.filter((step) => !holds(step));
  const slack =
    withinImages === undefined ? '' : ` (or moves by no more than ${withinImages} of the test's images)`;
  const of = `the ${metric} ${direction}${slack} in`;
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

/** A step of the accuracy, in images of the test set. */
function imagesOf({ change, to }: Step): number {
  return (change / 100) * to.testCount;
}

/** Accuracies are quotients. */
const ROUNDING = 1e-6;

export function overall(run: RunView, metric: Metric, direction: Direction): Outcome {
  const epochs = curveOf(run, metric);
  if (epochs === undefined) return cannotBeJudged(NOT_WHOLE);
  const step = stepBetween(epochs[0], epochs[epochs.length - 1], metric, run.lr);
  const because = `the ${metric} goes from ${show(metric, valueOf(step.from, metric))} to ${show(metric, valueOf(step.to, metric))}`;
  return eitherWay(goes(step, direction), because, [step.evidence]);
}

export function inEpoch(run: RunView, metric: Metric, epoch: number, direction: Direction): Outcome {
  const step = stepsOf(run, metric).find(({ to }) => to.epoch === epoch);
  if (step === undefined)
    return cannotBeJudged(`it takes tests of all epochs, up to epoch ${epoch} at least`);
  const verb = step.change > 0 ? 'rises' : step.change < 0 ? 'falls' : 'stays';
  return eitherWay(goes(step, direction), `in epoch ${epoch} the ${metric} ${verb}`, [step.evidence]);
}

export function repeatedly(run: RunView, metric: Metric, direction: Direction, times: number): Outcome {
  const steps = stepsOf(run, metric);
  if (steps.length === 0) return cannotBeJudged(NOT_WHOLE);
  const found = steps.filter((step) => goes(step, direction));
  const others = steps.filter((step) => !found.includes(step));
  const where = found.length === 0 ? 'in no epoch' : `in ${epochList(found.map(({ to }) => to.epoch))}`;
  return {
    verdict: found.length >= times ? 'holds' : 'contradicted',
    because: `the ${metric} ${direction} ${where}; ${times} times would be repeatedly`,
    supporting: found.map(({ evidence }) => evidence),
    against: others.map(({ evidence }) => evidence),
  };
}

export function bestLast(run: RunView, metric: Metric): Outcome {
  const epochs = curveOf(run, metric);
  if (epochs === undefined) return cannotBeJudged(NOT_WHOLE);
  const isBetter = (a: number, b: number): boolean => (metric === 'accuracy' ? a > b : a < b);
  // Of several that are as good, the last.
  const best = epochs.reduce((a, b) => (isBetter(valueOf(a, metric), valueOf(b, metric)) ? a : b));
  const { epoch, line } = best;
  const text = `${metric} ${show(metric, valueOf(best, metric))}, its best`;
  return eitherWay(
    best === epochs[epochs.length - 1],
    `the ${metric} is best in epoch ${epoch} of ${epochs.length}`,
    [{ line, lr: run.lr, epoch, text }],
  );
}
