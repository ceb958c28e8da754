import { createHash } from 'node:crypto';
import { AssayError } from '../errors';
import type { Ensemble } from '../log/ensemble';
import { schemaOf } from '../spec/schema';
import { collapseShare, hasCollapsed, isGuess, isLossOfGuess, type CollapseShare } from './collapse';
import {
  conformal,
  intervalsOfCubes,
  momentsOfCells,
  runsNeeded,
  scoresOf,
  type Interval,
} from './conformal';
import { METRICS, type Curve } from './curve';
import { LOSS_METHOD, makeLossBand, type LossBand } from './lossBand';
import type { Verdict } from './verdict';

/**
 * Bands: where the whole curve of the next run, and each training loss that it logs, is predicted to lie, whatever the distribution
 * over seeds is ({@link conformal}).
 */

/** Of what the tests of a run's epochs say. */
export interface TestBand {
  readonly lr: number;
  /** Runs that did not collapse: the band is theirs. */
  readonly n: number;
  /** What was wanted. */
  readonly level: number;
  /** What is claimed: k / (n + 1), at least `level`. */
  readonly coverage: number;
  readonly collapse: CollapseShare;
  readonly epochs: readonly (Record<(typeof METRICS)[number], Interval> & { readonly epoch: number })[];
}

export interface Band extends TestBand {
  readonly losses: LossBand;
}

export interface Bands {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: { readonly name: string; readonly sha256: string };
  /** Digest of the raw runs, see {@link sha256OfRuns}. */
  readonly source: { readonly sha256: string };
  readonly method: typeof METHOD;
  readonly lossMethod: typeof LOSS_METHOD;
  /** Of the bands of tests of all learning rates together; those of the losses have it together, too, for themselves. */
  readonly level: number;
  readonly bands: readonly Band[];
}

const METHOD =
  'conformal, simultaneous over epochs and metrics, leave-one-out, of cube roots of losses and errors';

/** One run of an ensemble. */
export interface EnsembleRun extends Curve {
  readonly lr: number;
  readonly seed: number;
  /** The training losses that its log prints, in their order. */
  readonly loggedLosses: readonly number[];
}

type Facts = Pick<Bands, 'experiment' | 'data' | 'level'>;

/**
 * The bands of one learning rate each, so that all hold together with the given level (each has its share of what is left to 1).
 *
 * @param classes of the data set, by which collapsed runs are told
 * @throws AssayError `too-few-runs`, `bands-invalid`
 */
export function makeBands(runs: readonly EnsembleRun[], facts: Facts, classes: number): Bands {
  const byLr = runsByLr(runs);
  const level = 1 - (1 - facts.level) / byLr.length;
  const bands = byLr.map((own) => makeBandOf(own, level, facts.level, classes));
  return { ...facts, ...originOf(runs), bands };
}

/** Levels that a band is made at, the wanted one first: what the runs allow is what is claimed. */
const WANTED_LEVEL = 0.95;
const LOWEST_LEVEL = 0.9;

/**
 * Bands of an ensemble that is not complete: each learning rate has its share of 95 % when there are runs enough, else 95 % for itself,
 * else 90 %. The level of all together is what these leave of 1 (Bonferroni), and is stored as such.
 *
 * @throws AssayError `too-few-runs` when a learning rate has too few even for 90 %; `bands-invalid`
 */
export function makeBandsAtHand(
  runs: readonly EnsembleRun[],
  facts: Omit<Facts, 'level'>,
  classes: number,
): Bands {
  const byLr = runsByLr(runs);
  const levels = [1 - (1 - WANTED_LEVEL) / byLr.length, WANTED_LEVEL];
  const bands = byLr.map((own) => {
    const n = own.filter((curve) => !hasCollapsed(curve, classes)).length;
    const level = levels.find((candidate) => n >= runsNeeded(candidate)) ?? LOWEST_LEVEL;
    return makeBandOf(own, level, WANTED_LEVEL, classes);
  });
  const level = bands.every((band) => band.level === levels[0])
    ? WANTED_LEVEL
    : Math.max(0, 1 - bands.reduce((missed, band) => missed + (1 - band.level), 0));
  return { ...facts, ...originOf(runs), level, bands };
}

function originOf(runs: readonly EnsembleRun[]): Pick<Bands, 'source' | 'method' | 'lossMethod'> {
  return { source: { sha256: sha256OfRuns(runs) }, method: METHOD, lossMethod: LOSS_METHOD };
}

/** From the least learning rate on. */
function runsByLr(runs: readonly EnsembleRun[]): EnsembleRun[][] {
  const lrs = [...new Set(runs.map(({ lr }) => lr))].sort((a, b) => a - b);
  return lrs.map((lr) => runs.filter((run) => run.lr === lr));
}

function makeBandOf(
  runs: readonly EnsembleRun[],
  level: number,
  collapseLevel: number,
  classes: number,
): Band {
  const [{ lr }] = runs;
  const band = makeBand(runs, { lr, level, collapseLevel, classes });
  const losses = runs.filter((run) => !hasCollapsed(run, classes)).map(({ loggedLosses }) => loggedLosses);
  const epochs = band.epochs.length;
  return { ...band, losses: makeLossBand(losses, { epochs, level, where: `lr ${lr}` }) };
}

/** The runs of an ensemble's file, as bands are made of them. */
export function runsOf({ runs }: Ensemble): EnsembleRun[] {
  return runs.map(({ lr, seed, loggedLosses, epochs }) => ({
    lr,
    seed,
    loggedLosses: loggedLosses.map(Number),
    epochs: epochs.map(({ testLoss, correctCount, testCount }) => ({
      testLoss: Number(testLoss),
      accuracy: (100 * correctCount) / testCount,
    })),
  }));
}

export interface BandOptions {
  readonly lr: number;
  readonly level: number;
  /** Of the interval of the share that collapses. */
  readonly collapseLevel: number;
  readonly classes: number;
}

/**
 * The band of one learning rate.
 *
 * @param curves all runs, collapsed ones among them; all with the same number of epochs
 * @throws AssayError `too-few-runs` when the level needs more runs that did not collapse; `bands-invalid` when runs have other
 *   numbers of epochs, or do not differ at all.
 */
export function makeBand(curves: readonly Curve[], options: BandOptions): TestBand {
  const { lr, level, collapseLevel, classes } = options;
  const good = curves.filter((curve) => !hasCollapsed(curve, classes));
  const n = good.length;
  const cells = good.map(rootsOf);
  const where = `lr ${lr}`;
  if (cells.some(({ length }) => length !== cells[0].length)) {
    throw new AssayError('bands-invalid', { what: 'runs with other numbers of epochs', where });
  }
  const predicted = conformal(cells, momentsOfCells, level, where);
  const intervals = intervalsOfCubes(predicted);
  const epochs = good[0].epochs.map((_, index) => {
    const [testLoss, errors] = intervals.slice(2 * index);
    const accuracy = { lower: Math.max(0, 100 - errors.upper), upper: 100 - errors.lower };
    return { epoch: index + 1, testLoss, accuracy };
  });
  return {
    ...{ lr, n, level, coverage: predicted.coverage },
    collapse: collapseShare(curves.length - n, curves.length, collapseLevel),
    epochs,
  };
}

/** Of each epoch, the cube roots of the test loss and of the images in percent that are wrong. */
function rootsOf({ epochs }: Curve): number[] {
  return epochs.flatMap(({ testLoss, accuracy }) => [Math.cbrt(testLoss), Math.cbrt(100 - accuracy)]);
}

/**
 * Share of the runs, the given one among them, whose whole curve is as far from the others as its own or farther: near 0, it is unlike
 * them. Each of the n + 1 is held against the other n, so that of a run of the same kind it is at most p with probability p.
 *
 * @param others with as many epochs
 */
export function conformalPValue(curve: Curve, others: readonly Curve[]): number {
  const cells = [curve, ...others].map(rootsOf);
  const [own, ...scores] = scoresOf(cells, momentsOfCells);
  return (1 + scores.filter((score) => score >= own).length) / cells.length;
}

/** Where a run is in a band. */
export interface Placement {
  readonly verdict: Extract<Verdict, 'pass' | 'fail'>;
  readonly collapsed: boolean;
  /** Epochs of a run that collapsed which are neither in the band nor those of a guess: runs that collapse have none. */
  readonly stray: readonly number[];
  readonly cells: readonly {
    readonly epoch: number;
    readonly metric: (typeof METRICS)[number];
    readonly value: number;
    readonly interval: Interval;
    /** −1 at the lower edge, 0 in the middle, 1 at the upper edge; beyond that it is outside. */
    readonly position: number;
  }[];
}

/**
 * Judges a run by the band of its learning rate: all of its curve has to be inside, better being as suspicious as worse. A run that
 * collapsed passes where collapsing is surely more common than missing the band, and when it did as others do: each test is in the band
 * or that of a guess, which NaN is not.
 *
 * @param curve with as many epochs as the band, or fewer when the run was stopped
 */
export function placeInBand(
  curve: Curve,
  { epochs, collapse, coverage }: TestBand,
  classes: number,
): Placement {
  const cells = curve.epochs.slice(0, epochs.length).flatMap((point, index) =>
    METRICS.map((metric) => {
      const interval = epochs[index][metric];
      const half = (interval.upper - interval.lower) / 2;
      const value = point[metric];
      return { epoch: index + 1, metric, value, interval, position: (value - interval.lower) / half - 1 };
    }),
  );
  const collapsed = hasCollapsed(curve, classes);
  const isInside = ({ value, interval }: (typeof cells)[number]): boolean =>
    value >= interval.lower && value <= interval.upper;
  if (!collapsed) return { verdict: cells.every(isInside) ? 'pass' : 'fail', collapsed, stray: [], cells };
  const stray = curve.epochs.slice(0, epochs.length).flatMap((point, index) => {
    const isInBand = cells.filter(({ epoch }) => epoch === index + 1).every(isInside);
    const isGuessed = isGuess(point, classes) && isLossOfGuess(point.testLoss, classes);
    return isInBand || isGuessed ? [] : [index + 1];
  });
  const isFine = collapse.lower > 1 - coverage && stray.length === 0;
  return { verdict: isFine ? 'pass' : 'fail', collapsed, stray, cells };
}

/** SHA-256 of the raw runs, in the order of learning rate and seed, whatever order they are given in. */
export function sha256OfRuns(runs: readonly EnsembleRun[]): string {
  const ordered = [...runs].sort((a, b) => a.lr - b.lr || a.seed - b.seed);
  const text = ordered.map(({ lr, seed, loggedLosses, epochs }) =>
    JSON.stringify([
      ...[lr, seed, loggedLosses.map(String)],
      ...epochs.map(({ testLoss, accuracy }) => [String(testLoss), accuracy]),
    ]),
  );
  return createHash('sha256').update(text.join('\n')).digest('hex');
}

const schema = schemaOf<Bands>('bands', 'bands-invalid');

/**
 * Bands from their file.
 *
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `bands-invalid`
 */
export function parseBands(text: string, where: string): Bands {
  return schema.parse(text, where);
}

export function serializeBands(bands: Bands): string {
  return `${JSON.stringify(bands, null, 2)}\n`;
}
