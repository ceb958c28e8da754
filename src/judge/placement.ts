import { intervalOf, type Band, type Bands, type Cell } from './bands';
import { hasCollapsed, isGuess, isGuessedLoss, type Chance } from './collapse';
import { deviation, pValueOf, widening, type Interval } from '../statistics/conformal';
import type { JudgedRun, Metric } from './curve';
import { rootOfErrors, rootOfLoss, scoreOfCollapsed } from './score';
import type { Verdict } from './verdict';

/** Where a run is in a band. */
export interface Placement {
  readonly verdict: Extract<Verdict, 'pass' | 'fail'>;
  readonly collapsed: boolean;
  /** How many standard deviations its farthest cell is from the mean; see score.ts. */
  readonly score: number;
  /** Of a run that is judged alone: at most 1 − coverage exactly when it fails. */
  readonly pValue: number;
  /** How far a score may be: the band's, or farther where several runs are judged at once. */
  readonly limit: number;
  /** Of a run most of whose tests are those of a guess: what keeps it from being one that collapsed. */
  readonly notGuessed: {
    /** Epochs whose test is that of no guess. */
    readonly tests: readonly number[];
    /** Places among the run's logged losses. */
    readonly losses: readonly number[];
  };
  readonly cells: readonly PlacedCell<Metric>[];
  readonly losses: readonly (PlacedCell<'loss'> & { readonly index: number })[];
}

export interface PlacedCell<M extends Metric | 'loss'> {
  readonly epoch: number;
  readonly metric: M;
  readonly value: number;
  readonly interval: Interval;
  /** −1 at the lower edge, 0 in the middle, 1 at the upper edge; beyond that it is outside. */
  readonly position: number;
  /** In standard deviations. */
  readonly deviation: number;
}

/** The band as it is when several runs are judged at once at its learning rate. */
export function widened(band: Band, together: number): Band {
  const quantile = band.quantile * widening(together);
  const wider = (metric: Metric | 'loss', cell: Cell): Cell => ({
    ...cell,
    ...intervalOf(metric, cell, quantile),
  });
  return {
    ...band,
    quantile,
    epochs: band.epochs.map(({ epoch, testLoss, accuracy, losses }) => ({
      epoch,
      testLoss: wider('testLoss', testLoss),
      accuracy: wider('accuracy', accuracy),
      losses: losses.map((cell) => wider('loss', cell)),
    })),
  };
}

/** What a guess looks like on the data of these bands. */
export function chanceOf(bands: Bands | undefined, data: Chance): Chance {
  const { classes, testCount } = data;
  const testClassCounts = bands?.data.testClassCounts;
  return { classes, testCount, ...(testClassCounts && { testClassCounts }) };
}

/**
 * Judges a run by the band of its learning rate: all of it has to be inside, better being as suspicious as worse. A run that collapsed
 * passes where one of ours did, too.
 *
 * @param run with as many epochs as the band, or fewer when the run was stopped; what the band does not have is not judged
 * @param band {@link widened} where several runs are judged at once
 */
export function placeInBand(run: JudgedRun, band: Band, chance: Chance): Placement {
  const limit = band.quantile;
  const epochs = run.epochs.slice(0, band.epochs.length);
  const cells = epochs.flatMap(({ test }, i) =>
    test === undefined
      ? []
      : [
          placed(i, 'testLoss', test.testLoss, band.epochs[i].testLoss),
          placed(i, 'accuracy', test.accuracy, band.epochs[i].accuracy),
        ],
  );
  const losses = epochs.flatMap((epoch, i) =>
    band.epochs[i].losses.flatMap((cell, index) => {
      const loss = epoch.losses.at(index);
      return loss === undefined ? [] : [{ ...placed(i, 'loss', loss, cell), index }];
    }),
  );
  const tests = run.epochs.flatMap(({ test }) => test ?? []);
  const collapsed = hasCollapsed({ epochs: tests, loggedLosses: run.loggedLosses }, chance);
  const score = collapsed
    ? scoreOfCollapsed(band.collapse.collapsed)
    : Math.max(0, ...[...cells, ...losses].map(({ deviation }) => deviation));
  const infinite = Array<number>(band.runs - band.scores.length).fill(Infinity);
  return {
    verdict: score <= limit ? 'pass' : 'fail',
    collapsed,
    score,
    pValue: pValueOf(score, [...band.scores, ...infinite]),
    limit,
    notGuessed: notGuessed(run, chance),
    cells,
    losses,
  };
}

function placed<M extends Metric | 'loss'>(
  index: number,
  metric: M,
  value: number,
  cell: Cell,
): PlacedCell<M> {
  const interval = { lower: cell.lower, upper: cell.upper };
  const half = (interval.upper - interval.lower) / 2;
  const root = metric === 'accuracy' ? rootOfErrors(value) : rootOfLoss(value);
  return {
    epoch: index + 1,
    metric,
    value,
    interval,
    position: (value - interval.lower) / half - 1,
    deviation: deviation(root, cell),
  };
}

function notGuessed({ epochs, loggedLosses }: JudgedRun, chance: Chance): Placement['notGuessed'] {
  const tests = epochs.flatMap(({ test }, i) => (test === undefined ? [] : [{ epoch: i + 1, test }]));
  const others = tests.filter(({ test }) => !isGuess(test, chance));
  if (others.length >= tests.length / 2) return { tests: [], losses: [] };
  return {
    tests: others.map(({ epoch }) => epoch),
    losses: loggedLosses.flatMap((loss, i) => (isGuessedLoss(loss, chance.classes) ? [] : [i])),
  };
}
