import type { PrintedNumber } from '../../logs/pytorchExample/read';
import { pythonFixed } from '../../base/printf';
import { roundingOf } from '../numbers';
import type { EpochView, RunView } from '../types';
import type { Metric } from './claim';
import { testedEpochs } from '../views';
import { show, valueOf } from './metric';
import { cannotBeJudged, eitherWay, type Outcome } from './outcome';

/** Predicates that hold the numbers of a sentence against those of the run. */

export function value(run: RunView, metric: Metric, epoch: number, number: PrintedNumber): Outcome {
  const tested = testedEpochs(run).find((candidate) => candidate.epoch === epoch);
  if (tested === undefined) return cannotBeJudged(`there is no test of epoch ${epoch}`);
  const is = valueOf(tested, metric);
  const text = `the ${metric} of epoch ${epoch} is ${show(metric, is)}`;
  const said = pythonFixed(number.value, number.decimals);
  const holds = prints(is, number);
  return eitherWay(holds, holds ? text : `${text}, and not ${said}`, [
    { line: tested.line, lr: run.lr, epoch, text },
  ]);
}

export function lossRange(run: RunView, lower: PrintedNumber, upper: PrintedNumber): Outcome {
  const ranges = run.epochs.flatMap((epoch) => {
    const range = rangeOf(epoch);
    return range === undefined ? [] : [{ epoch, ...range }];
  });
  if (ranges.length === 0) return cannotBeJudged('there are no logged losses');
  const found = ranges.find(
    ({ least, greatest }) => prints(least.loss, lower) && prints(greatest.loss, upper),
  );
  const said = `${pythonFixed(lower.value, lower.decimals)} to ${pythonFixed(upper.value, upper.decimals)}`;
  if (found === undefined) return eitherWay(false, `in no epoch do the logged losses go from ${said}`);
  const { epoch } = found.epoch;
  const evidence = [found.least, found.greatest].map(({ line, loss }) => ({
    ...{ line, lr: run.lr, epoch, text: `loss ${loss}` },
  }));
  return eitherWay(true, `the logged losses of epoch ${epoch} go from ${said}`, evidence);
}

/** The least and the greatest of an epoch's logged losses; of numbers alone, and of some. */
export function rangeOf({ losses }: EpochView):
  | {
      readonly least: EpochView['losses'][number];
      readonly greatest: EpochView['losses'][number];
    }
  | undefined {
  if (losses.length === 0 || losses.some(({ loss }) => Number.isNaN(loss))) return undefined;
  const least = losses.reduce((a, b) => (b.loss < a.loss ? b : a));
  const greatest = losses.reduce((a, b) => (b.loss > a.loss ? b : a));
  return { least, greatest };
}

function prints(value: number, number: PrintedNumber): boolean {
  const { lower, upper } = roundingOf(number);
  return value >= lower - EXACT && value <= upper + EXACT;
}

/** Halves of decimal digits are no binary numbers. */
const EXACT = 1e-12;
