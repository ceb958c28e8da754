import { createHash } from 'node:crypto';
import { AssayError } from '../errors';
import type { Ensemble } from '../log/ensemble';
import { schemaOf } from '../spec/schema';
import { collapseShare, hasCollapsed, type CollapseShare } from './collapse';
import { METRICS, cellsOf, type Curve } from './curve';
import type { Verdict } from './verdict';

/**
 * Bands: where the whole curve of the next run is predicted to lie, whatever the distribution over seeds is.
 *
 * Conformal prediction (Vovk, Gammerman, Shafer 2005; leave-one-out as in Barber, Candès, Ramdas, Tibshirani 2021): the score of a
 * run is its largest standardised deviation from the other runs over all epochs and metrics; the next run's score is as likely to
 * have one rank among the n + 1 as another, so that it is at most the k-th smallest of n with probability k / (n + 1).
 */

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

export interface Band {
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

export interface Bands {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: { readonly name: string; readonly sha256: string };
  /** Digest of the raw runs, see {@link sha256OfRuns}. */
  readonly source: { readonly sha256: string };
  readonly method: 'conformal, simultaneous over epochs and metrics, leave-one-out';
  /** Of all bands together. */
  readonly level: number;
  readonly bands: readonly Band[];
}

/** One run of an ensemble. */
export interface EnsembleRun extends Curve {
  readonly lr: number;
  readonly seed: number;
}

/**
 * One band per learning rate, so that all hold together with the given level (each has its share of what is left to 1).
 *
 * @param classes of the data set, by which collapsed runs are told
 * @throws AssayError `too-few-runs`, `bands-invalid`
 */
export function makeBands(
  runs: readonly EnsembleRun[],
  facts: Pick<Bands, 'experiment' | 'data' | 'level'>,
  classes: number,
): Bands {
  const { experiment, data, level } = facts;
  const lrs = [...new Set(runs.map(({ lr }) => lr))].sort((a, b) => a - b);
  const levelOfEach = 1 - (1 - level) / lrs.length;
  return {
    experiment,
    data,
    source: { sha256: sha256OfRuns(runs) },
    method: 'conformal, simultaneous over epochs and metrics, leave-one-out',
    level,
    bands: lrs.map((lr) => {
      const curves = runs.filter((run) => run.lr === lr);
      return makeBand(curves, { lr, level: levelOfEach, collapseLevel: level, classes });
    }),
  };
}

/** Levels that a band is made at, the wanted one first: what the runs allow is what is claimed. */
const LOWEST_LEVEL = 0.9;

/**
 * Bands of an ensemble that is not complete: each learning rate has its share of the level when there are runs enough, else the whole
 * level for itself, else 90 %. The level of all together is what these leave of 1 (Bonferroni), and is stored as such.
 *
 * @throws AssayError `too-few-runs` when a learning rate has too few even for 90 %; `bands-invalid`
 */
export function makeBandsAtHand(
  runs: readonly EnsembleRun[],
  facts: Pick<Bands, 'experiment' | 'data' | 'level'>,
  classes: number,
): Bands {
  const lrs = [...new Set(runs.map(({ lr }) => lr))].sort((a, b) => a - b);
  const levels = [1 - (1 - facts.level) / lrs.length, facts.level];
  const bands = lrs.map((lr) => {
    const curves = runs.filter((run) => run.lr === lr);
    const n = curves.filter((curve) => !hasCollapsed(curve, classes)).length;
    const level = levels.find((candidate) => n >= runsNeeded(candidate)) ?? LOWEST_LEVEL;
    return makeBand(curves, { lr, level, collapseLevel: facts.level, classes });
  });
  const level = bands.every((band) => band.level === levels[0])
    ? facts.level
    : Math.max(0, 1 - bands.reduce((missed, band) => missed + (1 - band.level), 0));
  const source = { sha256: sha256OfRuns(runs) };
  const method = 'conformal, simultaneous over epochs and metrics, leave-one-out';
  return { ...facts, source, method, level, bands };
}

/** The runs of an ensemble's file, as bands are made of them. */
export function runsOf({ runs }: Ensemble): EnsembleRun[] {
  return runs.map(({ lr, seed, epochs }) => ({
    lr,
    seed,
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
export function makeBand(curves: readonly Curve[], options: BandOptions): Band {
  const { lr, level, collapseLevel, classes } = options;
  const good = curves.filter((curve) => !hasCollapsed(curve, classes));
  const n = good.length;
  const rank = Math.ceil((n + 1) * level - ROUNDING);
  if (rank > n) {
    throw new AssayError('too-few-runs', {
      what: 'too few runs for the level',
      where: `lr ${lr}`,
      expected: `at least ${runsNeeded(level)} runs that did not collapse, for the level ${level}`,
      got: `${n} (and ${curves.length - n} that collapsed)`,
    });
  }
  const cells = good.map(cellsOf);
  if (cells.some(({ length }) => length !== cells[0].length)) {
    throw new AssayError('bands-invalid', { what: 'runs with other numbers of epochs', where: `lr ${lr}` });
  }
  const scores = cells.map((own, i) => score(own, momentsOf(cells.toSpliced(i, 1)))).sort((a, b) => a - b);
  const quantile = scores[rank - 1];
  if (!Number.isFinite(quantile)) {
    throw new AssayError('bands-invalid', {
      what: 'the runs do not differ: a band of them has no width',
      where: `lr ${lr}`,
    });
  }
  const intervals = momentsOf(cells).map(({ mean, sd }) => ({
    lower: mean - quantile * sd,
    upper: mean + quantile * sd,
  }));
  const epochs = good[0].epochs.map((_, index) => {
    const [testLoss, accuracy] = METRICS.map((_, metric) => intervals[index * METRICS.length + metric]);
    return { epoch: index + 1, testLoss, accuracy };
  });
  const collapse = collapseShare(curves.length - n, curves.length, collapseLevel);
  return { lr, n, level, coverage: rank / (n + 1), collapse, epochs };
}

/** Fewest runs with which the next is inside of all of them with probability `level`: 19 for 95 %. */
export function runsNeeded(level: number): number {
  return Math.ceil(level / (1 - level) - ROUNDING);
}

/** (19 + 1) · 0.95 is 19, but not in floating point. */
const ROUNDING = 1e-9;

interface Moments {
  readonly mean: number;
  readonly sd: number;
}

/** Of each cell over the runs. */
function momentsOf(runs: readonly (readonly number[])[]): Moments[] {
  return runs[0].map((_, cell) => {
    const mean = runs.reduce((sum, run) => sum + run[cell], 0) / runs.length;
    const squares = runs.reduce((sum, run) => sum + (run[cell] - mean) ** 2, 0);
    return { mean, sd: Math.sqrt(squares / (runs.length - 1)) };
  });
}

/** Largest standardised deviation. */
function score(cells: readonly number[], moments: readonly Moments[]): number {
  return Math.max(
    ...cells.map((cell, i) =>
      cell === moments[i].mean ? 0 : Math.abs(cell - moments[i].mean) / moments[i].sd,
    ),
  );
}

/**
 * Share of the runs, the given one among them, whose whole curve is as far from the others as its own or farther: near 0, it is unlike
 * them. Each of the n + 1 is held against the other n, so that of a run of the same kind it is at most p with probability p.
 *
 * @param others with as many epochs
 */
export function conformalPValue(curve: Curve, others: readonly Curve[]): number {
  const cells = [curve, ...others].map(cellsOf);
  const [own, ...scores] = cells.map((run, i) => score(run, momentsOf(cells.toSpliced(i, 1))));
  return (1 + scores.filter((score) => score >= own).length) / cells.length;
}

/** Where a run is in a band. */
export interface Placement {
  readonly verdict: Extract<Verdict, 'pass' | 'fail'>;
  readonly collapsed: boolean;
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
 * collapsed passes where collapsing is surely more common than missing the band.
 *
 * @param curve with as many epochs as the band, or fewer when the run was stopped
 */
export function placeInBand(curve: Curve, { epochs, collapse, coverage }: Band, classes: number): Placement {
  const cells = curve.epochs.slice(0, epochs.length).flatMap((point, index) =>
    METRICS.map((metric) => {
      const interval = epochs[index][metric];
      const half = (interval.upper - interval.lower) / 2;
      const value = point[metric];
      return { epoch: index + 1, metric, value, interval, position: (value - interval.lower) / half - 1 };
    }),
  );
  const collapsed = hasCollapsed(curve, classes);
  const isInside = cells.every(({ value, interval }) => value >= interval.lower && value <= interval.upper);
  const isFine = collapsed ? collapse.lower > 1 - coverage : isInside;
  return { verdict: isFine ? 'pass' : 'fail', collapsed, cells };
}

/** SHA-256 of the raw runs, in the order of learning rate and seed, whatever order they are given in. */
export function sha256OfRuns(runs: readonly EnsembleRun[]): string {
  const ordered = [...runs].sort((a, b) => a.lr - b.lr || a.seed - b.seed);
  const text = ordered.map(({ lr, seed, epochs }) =>
    JSON.stringify([lr, seed, ...epochs.map(({ testLoss, accuracy }) => [String(testLoss), accuracy])]),
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
