import { sha256Of } from '../base/sha256';
import { AssayError } from '../base/errors';
import { schemaOf } from '../base/schema';
import {
  compareConditions,
  conditionsText,
  distinctConditions,
  placeOf,
  sameConditions,
  type Conditions,
  type Point,
  type Run,
} from '../run/run';
import { quantileOf, runsNeeded, type Interval, type Moments } from '../statistics/conformal';
import type { Metric, Study } from '../study/types';
import { collapseShare, type CollapseShare, type Guess } from './collapse';
import { intervalOf } from './scale';
import { scoresOf } from './score';

/**
 * Bands: where everything that can fail the next run is predicted to lie, all numbers of all metrics together, whatever the distribution
 * over seeds is (statistics/conformal.ts). One score, one limit, one level.
 */

export interface Bands {
  /** Of which the runs are; missing where another trainer made them. */
  readonly experiment?: { readonly name: string; readonly sha256: string };
  /** That they were trained on, where that is known. */
  readonly data?: {
    readonly name: string;
    readonly sha256: string;
    /** Samples of each class in the test set, where they are known: what a model that guesses can have right. */
    readonly testClassCounts?: readonly number[];
  };
  /** Digest of the raw runs, see {@link sha256OfRuns}. */
  readonly source: { readonly sha256: string };
  readonly method: typeof METHOD;
  /** What the bands are of: those of another list of metrics would judge something else. */
  readonly metrics: readonly BandedMetric[];
  /** With which the bands of all conditions hold together: what their coverages leave of 1 (Bonferroni). */
  readonly level: number;
  readonly bands: readonly Band[];
}

/** What of a metric decides its numbers' places and scale. */
export type BandedMetric = Pick<Metric, 'name' | 'kind' | 'better' | 'per'>;

/** Of one setting of the conditions. */
export interface Band {
  readonly conditions: Conditions;
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
  /** Missing where the study does not say what a guess is. */
  readonly collapse?: CollapseShare;
  /**
   * Of a metric whose numbers are printed, with as many decimals in all runs. Then a run's are taken with as many, too: it is treated as the
   * others were. Of other metrics, of all numbers that print so, the one that is nearest to the mean is taken.
   */
  readonly decimals?: Readonly<Record<string, number>>;
  /** By the name of the metric, in the order of a run. */
  readonly series: Readonly<Record<string, readonly Cell[]>>;
}

/** The interval of one number, and the moments, on the metric's scale, that it comes from. */
export interface Cell extends Interval, Moments, Pick<Point, 'epoch' | 'step'> {}

const METHOD =
  'conformal, one score over all numbers of a run, leave-one-out, on the scale of each metric, spread of what is told per step pooled over five to either side';

/** One run of an ensemble. */
export type EnsembleRun = Pick<Run, 'conditions' | 'seed' | 'series'>;

type Facts = Pick<Bands, 'experiment' | 'data'>;

/** What of a study bands are made by. */
export type BandRules = Pick<Study, 'metrics' | 'level'>;

/**
 * The bands of all conditions, each with its share of what the wanted level leaves of 1.
 *
 * @param guess by which collapsed runs are told
 * @throws AssayError `too-few-runs`, `bands-invalid`
 */
export function makeBands(
  runs: readonly EnsembleRun[],
  facts: Facts,
  { metrics, level }: BandRules,
  guess?: Guess,
): Bands {
  const groups = runsByConditions(runs);
  const share = 1 - (1 - level) / groups.length;
  return bandsOf(
    runs,
    facts,
    metrics,
    groups.map((own) => makeBand(own, metrics, share, guess)),
  );
}

/** Below it, a band says too little. */
const LOWEST_LEVEL = 0.9;

/**
 * Bands of an ensemble that is not complete: each setting has its share of the study's level when there are runs enough, else the level for
 * itself, else what so many runs allow, 90 % at least. The level of all together is what these leave of 1.
 *
 * @throws AssayError `too-few-runs` when a setting has too few even for 90 %; `bands-invalid`
 */
export function makeBandsAtHand(
  runs: readonly EnsembleRun[],
  facts: Facts,
  { metrics, level: wanted }: BandRules,
  guess?: Guess,
): Bands {
  const groups = runsByConditions(runs);
  const bands = groups.map((own) => {
    // What so few runs allow at most.
    const most = own.length < runsNeeded(wanted) ? [own.length / (own.length + 1)] : [];
    const levels = [1 - (1 - wanted) / groups.length, wanted, ...most, LOWEST_LEVEL];
    const possible = levels.filter((level) => level >= LOWEST_LEVEL && own.length >= runsNeeded(level));
    if (possible.length === 0) throw tooFew(own, wanted);
    for (const level of possible.slice(0, -1)) {
      try {
        return makeBand(own, metrics, level, guess);
      } catch (error) {
        if (!(error instanceof AssayError) || error.code !== 'too-few-runs') throw error;
      }
    }
    return makeBand(own, metrics, possible[possible.length - 1], guess);
  });
  return bandsOf(runs, facts, metrics, bands);
}

function bandsOf(
  runs: readonly EnsembleRun[],
  facts: Facts,
  metrics: readonly Metric[],
  bands: readonly Band[],
): Bands {
  const missed = bands.reduce((sum, { coverage }) => sum + (1 - coverage), 0);
  return {
    ...facts,
    source: { sha256: sha256OfRuns(runs, metrics) },
    method: METHOD,
    metrics: metrics.map(bandedMetric),
    level: Math.max(0, 1 - missed),
    bands,
  };
}

/** In the order of the conditions. */
function runsByConditions(runs: readonly EnsembleRun[]): EnsembleRun[][] {
  return distinctConditions(runs).map((conditions) =>
    runs.filter((run) => sameConditions(run.conditions, conditions)),
  );
}

function tooFew(runs: readonly EnsembleRun[], wanted: number): AssayError {
  return new AssayError('too-few-runs', {
    what: 'too few runs for bands',
    where: conditionsText(runs[0].conditions) || 'all runs',
    expected: `at least ${runsNeeded(LOWEST_LEVEL)} runs of the setting, which give a band of level ${LOWEST_LEVEL}`,
    got: `${runs.length}`,
    hint: `add runs with other seeds; a band of level ${wanted} takes ${runsNeeded(wanted)}`,
  });
}

/** Of the interval of the share that collapses. */
const COLLAPSE_LEVEL = 0.95;

/**
 * The band of one setting.
 *
 * @param runs all of one setting, collapsed ones among them
 * @throws AssayError `too-few-runs` when the level needs more runs; `bands-invalid` when runs have numbers in other places
 */
export function makeBand(
  runs: readonly EnsembleRun[],
  metrics: readonly Metric[],
  level: number,
  guess?: Guess,
): Band {
  const [{ conditions, series }] = runs;
  const where = conditionsText(conditions) || 'all runs';
  checkSamePlaces(runs, metrics, where);
  const { scores, learned, collapsed, moments } = scoresOf(runs, metrics, guess);
  const { quantile, coverage } = quantileOf(scores, level, where);
  return {
    ...{ conditions, runs: runs.length, learned, level, coverage, quantile },
    scores: scores.filter(Number.isFinite).sort((a, b) => a - b),
    ...(guess && { collapse: collapseShare(collapsed, runs.length, COLLAPSE_LEVEL) }),
    ...decimalsOf(runs, metrics),
    series: Object.fromEntries(
      metrics.map((metric, m) => [
        metric.name,
        series[metric.name].map(({ epoch, step }, i): Cell => ({
          ...(epoch !== undefined && { epoch }),
          ...(step !== undefined && { step }),
          ...intervalOf(metric, moments[m][i], quantile),
          ...moments[m][i],
        })),
      ]),
    ),
  };
}

export function bandedMetric({ name, kind, better, per }: Metric): BandedMetric {
  return { name, kind, better, per };
}

function decimalsOf(runs: readonly EnsembleRun[], metrics: readonly Metric[]): Pick<Band, 'decimals'> {
  const printed = metrics.flatMap(({ name }) => {
    const [{ decimals }] = runs[0].series[name];
    const isAlike = runs.every(({ series }) => series[name].every((point) => point.decimals === decimals));
    return decimals !== undefined && isAlike ? [[name, decimals] as const] : [];
  });
  return printed.length === 0 ? {} : { decimals: Object.fromEntries(printed) };
}

/** Every run has to have every metric, in the places where most have it. */
function checkSamePlaces(runs: readonly EnsembleRun[], metrics: readonly Metric[], where: string): void {
  for (const { name } of metrics) {
    const places = runs.map(({ series }) => (series[name] ?? []).map(placeOf).join(' '));
    const counts = new Map<string, number>();
    for (const of of places) counts.set(of, (counts.get(of) ?? 0) + 1);
    const [[commonest]] = [...counts].sort(([, a], [, b]) => b - a);
    const others = runs.filter((_, i) => places[i] !== commonest);
    if (others.length === 0 && commonest !== '') continue;
    const length = (text: string): number => (text === '' ? 0 : text.split(' ').length);
    const list = (commonest === '' ? runs : others).map(
      ({ seed, series }, i) =>
        `${seed === undefined ? `run ${i + 1}` : `seed ${seed}`}: ${series[name]?.length ?? 0}`,
    );
    throw new AssayError('bands-invalid', {
      what: `not all runs have ${name} in the same places`,
      where,
      expected: commonest === '' ? `numbers of ${name}` : `${length(commonest)} numbers, as most runs have`,
      got: `${list.slice(0, 10).join(', ')}${list.length > 10 ? ` and ${list.length - 10} more` : ''}`,
      hint: 'leave out runs that were stopped, or take metrics that all runs have',
    });
  }
}

/** SHA-256 of the raw runs, in the order of conditions and seed, whatever order they are given in. */
export function sha256OfRuns(runs: readonly EnsembleRun[], metrics: readonly Metric[]): string {
  const text = orderedRuns(runs).map(({ conditions, seed, series }) => {
    const numbers = ({ kind, name }: Metric): (string | number)[] =>
      // A loss may be NaN, which JSON does not have.
      (series[name] ?? []).map(({ value }) => (kind === 'loss' || kind === 'real' ? String(value) : value));
    const perEpoch = metrics.filter(({ per }) => per === 'epoch').map(numbers);
    const epochs = Array.from({ length: Math.max(0, ...perEpoch.map(({ length }) => length)) }, (_, i) =>
      perEpoch.flatMap((values) => values.slice(i, i + 1)),
    );
    return JSON.stringify([
      ...Object.values(conditions),
      seed,
      ...metrics.filter(({ per }) => per === 'step').map(numbers),
      ...epochs,
    ]);
  });
  return sha256Of(text.join('\n'));
}

/** By conditions, then by seed. */
export function orderedRuns<R extends Pick<Run, 'conditions' | 'seed'>>(runs: readonly R[]): R[] {
  return [...runs].sort(
    (a, b) => compareConditions(a.conditions, b.conditions) || (a.seed ?? 0) - (b.seed ?? 0),
  );
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
