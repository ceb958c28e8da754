import type { Experiment } from '../experiment/types';
import type { Band } from '../judge/bands';
import type { Interval } from '../statistics/conformal';
import type { Place } from './numbers';
import type { SeedView } from './seeds';
import type { EpochView, JudgedNumber, NumberPlacement } from './types';

/**
 * Where the numbers of a run are: in the band, and among those of our seeds.
 *
 * @param band of the run's learning rate, if there is one for runs such as this
 * @param seeds of ours at the run's learning rate that did not collapse
 */
export function placeIn(band: Band | undefined, seeds: readonly SeedView[], experiment: Experiment): Place {
  return ({ what, epoch, seen, value, rounding }) => {
    const ours = seeds.flatMap(({ epochs }) => {
      const view = epoch === undefined ? epochs.at(-1) : epochs.find((view) => view.epoch === epoch);
      const number = view && numberOf(view, what, seen);
      return number === undefined ? [] : [number];
    });
    const among =
      ours.length === 0 ? {} : { quantile: midrank(ours, rounding.lower, rounding.upper), of: ours.length };
    const interval = intervalOf(band, { what, epoch, seen }, experiment);
    if (interval === undefined) return { verdict: 'no-reference', ...among };
    const { lower, upper } = interval;
    return {
      verdict: rounding.upper >= lower && rounding.lower <= upper ? 'pass' : 'fail',
      band: interval,
      position: (2 * (value - lower)) / (upper - lower) - 1,
      ...among,
    };
  };
}

function intervalOf(
  band: Band | undefined,
  { what, epoch, seen }: Pick<JudgedNumber, 'what' | 'epoch' | 'seen'>,
  { data, training }: Experiment,
): NumberPlacement['band'] {
  if (band === undefined) return undefined;
  if (what === 'loss') {
    if (epoch === undefined || seen === undefined) return undefined;
    return boundsOf(band.epochs.at(epoch - 1)?.losses[seen / (training.batchSize * training.logInterval)]);
  }
  const cell = epoch === undefined ? band.epochs.at(-1) : band.epochs.find((cell) => cell.epoch === epoch);
  if (cell === undefined) return undefined;
  if (what === 'test loss') return boundsOf(cell.testLoss);
  const { lower, upper } = cell.accuracy;
  const perPercent = what === 'correct count' ? data.testCount / 100 : 1;
  return { lower: lower * perPercent, upper: upper * perPercent };
}

function boundsOf(cell: Interval | undefined): Interval | undefined {
  return cell && { lower: cell.lower, upper: cell.upper };
}

function numberOf(view: EpochView, what: JudgedNumber['what'], seen: number | undefined): number | undefined {
  switch (what) {
    case 'loss':
      return view.losses.find((loss) => loss.seen === seen)?.loss;
    case 'test loss':
      return view.testLoss;
    case 'correct count':
      return view.correctCount;
    case 'accuracy':
    case 'final accuracy':
      return view.accuracy;
  }
}

/** Share below the interval, and half of that within: of those numbers it is not known on which side they are. */
function midrank(values: readonly number[], lower: number, upper: number): number {
  const below = values.filter((value) => value < lower).length;
  const within = values.filter((value) => value >= lower && value <= upper).length;
  return (below + within / 2) / values.length;
}
