import { createHash } from 'node:crypto';
import { AssayError } from '../base/errors';
import type { Ensemble } from '../run/ensemble';
import { schemaOf } from '../base/schema';
import { collapseShare, type Chance, type CollapseShare } from './collapse';
import { quantileOf, runsNeeded, type Interval, type Moments } from '../statistics/conformal';
import type { Metric } from './curve';
import { scoresOf, type ScoredRun } from './score';

/**
 * Bands: where everything that can fail the next run is predicted to lie, its tests and the training losses that it logs together,
 * whatever the distribution over seeds is (conformal.ts). One score, one limit, one level.
 */

export interface Bands {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: {
    readonly name: string;
    readonly sha256: string;
    /** Images of each class in the test set, where they are known: what a model that guesses can have right. */
    readonly testClassCounts?: readonly number[];
  };
  /** Digest of the raw runs, see {@link sha256OfRuns}. */
  readonly source: { readonly sha256: string };
  readonly method: typeof METHOD;
  /** With which the bands of all learning rates hold together: what their coverages leave of 1 (Bonferroni). */
  readonly level: number;
  readonly bands: readonly Band[];
}

/** Of one learning rate. */
export interface Band {
  readonly lr: number;
  /** Runs that the band is made of, those that collapsed or diverged among them. */
  readonly runs: number;
  /** Of these, the runs that learned: the moments are theirs. */
  readonly learned: number;
  /** What was wanted. */
  readonly level: number;
  /** What is claimed of the verdict on the next run: k / (runs + 1), at least `level`. */
  readonly coverage: number;
  /** The limit: how many standard deviations to either side of the mean. */
  readonly quantile: number;
  /** Of the runs, from the least on; those that are missing are infinite. */
  readonly scores: readonly number[];
  readonly collapse: CollapseShare;
  readonly epochs: readonly BandEpoch[];
}

export interface BandEpoch extends Readonly<Record<Metric, Cell>> {
  readonly epoch: number;
  /** Of the logged losses, in the order of the log. */
  readonly losses: readonly Cell[];
}

/** The interval, and the moments of the cube roots (of a loss, or of the wrong images in percent) that it comes from. */
export interface Cell extends Interval, Moments {}

const METHOD =
  'conformal, one score over test losses, errors and logged losses, leave-one-out, of cube roots, spread of losses pooled over five to either side';

/** One run of an ensemble. */
export interface EnsembleRun extends ScoredRun {
  readonly lr: number;
  readonly seed: number;
}

type Facts = Pick<Bands, 'experiment' | 'data'>;

/**
 * The bands of all learning rates, each with its share of what the wanted level leaves of 1.
 *
 * @param chance by which collapsed runs are told
 * @throws AssayError `too-few-runs`, `bands-invalid`
 */
export function makeBands(runs: readonly EnsembleRun[], facts: Facts, chance: Chance, level: number): Bands {
  const byLr = runsByLr(runs);
  const share = 1 - (1 - level) / byLr.length;
  return bandsOf(
    runs,
    facts,
    byLr.map((own) => makeBand(own, share, chance)),
  );
}

/** Levels that a band is made at, the wanted one first: what the runs allow is what is claimed. */
const WANTED_LEVEL = 0.95;
const LOWEST_LEVEL = 0.9;

/**
 * Bands of an ensemble that is not complete: each learning rate has its share of 95 % when there are runs enough, else 95 % for itself,
 * else 90 %. The level of all together is what these leave of 1.
 *
 * @throws AssayError `too-few-runs` when a learning rate has too few even for 90 %; `bands-invalid`
 */
export function makeBandsAtHand(runs: readonly EnsembleRun[], facts: Facts, chance: Chance): Bands {
  const byLr = runsByLr(runs);
  const levels = [1 - (1 - WANTED_LEVEL) / byLr.length, WANTED_LEVEL, LOWEST_LEVEL];
  const bands = byLr.map((own) => {
    const possible = levels.filter((level) => own.length >= runsNeeded(level));
    for (const level of possible.slice(0, -1)) {
      try {
        return makeBand(own, level, chance);
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'too-few-runs') throw error;
      }
    }
    return makeBand(own, possible.at(-1) ?? LOWEST_LEVEL, chance);
  });
  return bandsOf(runs, facts, bands);
}

function bandsOf(runs: readonly EnsembleRun[], facts: Facts, bands: readonly Band[]): Bands {
  const missed = bands.reduce((sum, { coverage }) => sum + (1 - coverage), 0);
  return {
    ...facts,
    source: { sha256: sha256OfRuns(runs) },
    method: METHOD,
    level: Math.max(0, 1 - missed),
    bands,
  };
}

/** From the least learning rate on. */
function runsByLr(runs: readonly EnsembleRun[]): EnsembleRun[][] {
  const lrs = [...new Set(runs.map(({ lr }) => lr))].sort((a, b) => a - b);
  return lrs.map((lr) => runs.filter((run) => run.lr === lr));
}

/** Of the interval of the share that collapses. */
const COLLAPSE_LEVEL = 0.95;

/**
 * The band of one learning rate.
 *
 * @param runs all of one learning rate, collapsed ones among them
 * @throws AssayError `too-few-runs` when the level needs more runs; `bands-invalid` when runs have other numbers of epochs or of losses
 */
export function makeBand(runs: readonly EnsembleRun[], level: number, chance: Chance): Band {
  const [{ lr, epochs }] = runs;
  const where = `lr ${lr}`;
  const perEpoch = lossesPerEpoch(runs, where);
  const { scores, learned, collapsed, moments } = scoresOf(runs, chance);
  const { quantile, coverage } = quantileOf(scores, level, where);
  const cell = (metric: Metric | 'loss', index: number): Cell => ({
    ...intervalOf(metric, moments[index], quantile),
    ...moments[index],
  });
  return {
    ...{ lr, runs: runs.length, learned, level, coverage, quantile },
    scores: scores.filter(Number.isFinite).sort((a, b) => a - b),
    collapse: collapseShare(collapsed, runs.length, COLLAPSE_LEVEL),
    epochs: epochs.map((_, i) => ({
      epoch: i + 1,
      testLoss: cell('testLoss', 2 * i),
      accuracy: cell('accuracy', 2 * i + 1),
      losses: Array.from({ length: perEpoch }, (_, j) => cell('loss', 2 * epochs.length + i * perEpoch + j)),
    })),
  };
}

/** The values whose cube roots are within so many standard deviations of the mean; none is beyond what is possible. */
export function intervalOf(metric: Metric | 'loss', { mean, sd }: Moments, limit: number): Interval {
  const [lower, upper] = [Math.max(0, mean - limit * sd) ** 3, (mean + limit * sd) ** 3];
  return metric === 'accuracy' ? { lower: Math.max(0, 100 - upper), upper: 100 - lower } : { lower, upper };
}

function lossesPerEpoch(runs: readonly EnsembleRun[], where: string): number {
  const [{ epochs, loggedLosses }] = runs;
  if (runs.some((run) => run.epochs.length !== epochs.length))
    throw new AssayError('bands-invalid', { what: 'runs with other numbers of epochs', where });
  const perEpoch = loggedLosses.length / epochs.length;
  if (
    perEpoch > 0 &&
    Number.isInteger(perEpoch) &&
    runs.every((run) => run.loggedLosses.length === loggedLosses.length)
  )
    return perEpoch;
  throw new AssayError('bands-invalid', {
    what: 'runs without the same logged losses in each epoch',
    where,
    expected: `a multiple of ${epochs.length} losses, of all runs as many`,
    got: [...new Set(runs.map((run) => run.loggedLosses.length))].join(', '),
  });
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
