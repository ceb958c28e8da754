import { AssayError } from '../../base/errors';
import { listOf } from '../../base/words';
import type { Experiment } from '../../experiment/types';
import { modulesOf } from '../../experiment/print';
import { checkIsOf, type RunRecord } from '../../run/record';
import { conditionsOf, runOfRecord } from '../../run/recordedRun';
import { conditionsText, type Run } from '../../run/run';
import type { Metric } from '../../study/types';
import type { References } from '../check';
import type { Tier, Verdict } from '../verdict';
import { differingOrder, differingValues, type Divergence } from './divergence';
import { entriesOfRecord, entriesOfRun, stepsPerEpochOf, type Entry } from '../../run/entries';
import { compareByBands } from './statistical';
import { otherExperiment, otherSettings } from './stated';
import { AS_PRINTED, checkTolerance, shareUsed, type Tolerance } from './tolerance';
import { triage, type Triage } from './triage';

export type { Divergence, Said } from './divergence';
export type { Tolerance } from './tolerance';
export type { Triage } from './triage';

/** A run at full precision, or as a log tells it. */
export type Side = { readonly record: RunRecord } | { readonly run: Run };

export interface Comparison {
  /** Missing when the two are not runs of one experiment, so that nothing can be expected of them. */
  readonly tier?: Tier;
  /** Why this tier applies, and what its verdict means. */
  readonly reason: string;
  readonly verdict: Verdict;
  /** Entries that were found equal, or within the tolerance, before the first divergence. */
  readonly equalEntries: number;
  readonly firstDivergence?: Divergence;
  /** Within tolerance: where most of what is allowed was used up, up to the first divergence. */
  readonly mostUsed?: { readonly share: number; readonly place: string };
  /** What the difference looks like, of two that should be equal. */
  readonly triage?: Triage;
}

/**
 * Compares two runs: entry by entry, in the order in which a run makes them. An entry that is missing, extra or out of order is a
 * divergence like a different value; NaN equals nothing but a NaN.
 *
 * @param references whose bands runs of two seeds are judged by; left out, they are not
 * @param tolerance what two implementations may differ by; left out, records have to be equal on bits, and logs as printed
 * @throws AssayError `tolerance-too-fine`; `usage` when a record is compared for a study without an experiment; `record-invalid` when it is
 *   compared with a log, and is of another experiment
 */
export function compareRuns(a: Side, b: Side, references: References, tolerance?: Tolerance): Comparison {
  if (tolerance !== undefined) checkTolerance(tolerance, testCountOf(a) ?? testCountOf(b) ?? Infinity);
  const { study, experiment, bands } = references;
  const compared = compareOnValues(a, b, references, tolerance);
  const looks =
    compared.tier === undefined || compared.firstDivergence?.kind !== 'value'
      ? undefined
      : triageOf(runInFull(a, experiment), runInFull(b, experiment), study.metrics, experiment);
  const comparison = { ...compared, ...(looks && { triage: looks }) };
  const runs = [a, b].map((side) => runOf(side, experiment));
  if (comparison.tier !== 'statistical' || bands === undefined) return withSettings(comparison, runs);
  const { verdict, reason } = compareByBands(runs, references);
  return withSettings({ ...comparison, verdict, reason: `${comparison.reason}; ${reason}` }, runs);
}

/**
 * With numbers that both state of their training, and not alike: that the results agree does not make them runs of one experiment. What such a
 * number is, a learning rate or a version, is not known; so that it does not make them runs of two, either.
 */
export function withSettings(comparison: Comparison, [a, b]: readonly Run[]): Comparison {
  const other = otherSettings(a, b);
  if (comparison.tier === undefined || other.length === 0) return comparison;
  const { triage: _, verdict, reason, ...found } = comparison;
  return {
    ...found,
    verdict: verdict === 'pass' ? 'inconclusive' : verdict,
    reason: `${reason}; they state another ${listOf(other)}`,
  };
}

function compareOnValues(
  a: Side,
  b: Side,
  { study, experiment }: References,
  tolerance: Tolerance | undefined,
): Comparison {
  if ('record' in a && 'record' in b) return compareRecords(a.record, b.record, tolerance);
  const runs = [a, b].map((side) => asLogged(side, experiment));
  const other = otherExperiment(runs[0], runs[1]);
  if (other !== undefined) return notOfOneExperiment(other);
  // Only beside a record is it known that the experiment is the one of the spec.
  const hasRecord = 'record' in a || 'record' in b;
  const batchSize = hasRecord ? experiment?.training.batchSize : undefined;
  const setting = otherSetting(runs[0], runs[1]);
  if (setting !== undefined) return notOfOneExperiment(setting);
  if (!hasCommonMetric(runs, study.metrics)) return nothingInCommon(runs, study.metrics);
  const [listA, listB] = runs.map((run) => entriesOfRun(run, study.metrics, batchSize));
  // A record does not say anything again at the end: it is asked for what the log says there.
  const isCompared = ({ place }: Entry, other: readonly Entry[]): boolean =>
    !hasRecord || !place.startsWith('final ') || other.some((entry) => entry.place === place);
  const comparable = (run: Run, own: readonly Entry[], other: readonly Entry[]): Comparable => ({
    entries: own.filter((entry) => isCompared(entry, other)),
    run,
    start: startOf(run, study.metrics),
  });
  const compared = compareLogs(
    comparable(runs[0], listA, listB),
    comparable(runs[1], listB, listA),
    tolerance,
  );
  const missing = study.metrics.filter(({ name }) => runs.every(({ series }) => !series[name]?.length));
  return missing.length === 0 || compared.verdict === 'no-reference'
    ? compared
    : { ...compared, reason: `${compared.reason}; neither has ${listOf(missing.map(({ name }) => name))}` };
}

function namesOf({ series, stated }: Run, metrics: readonly Metric[]): string[] {
  return metrics.map(({ name }) => name).filter((name) => series[name]?.length || stated.final?.[name]);
}

function hasCommonMetric([a, b]: readonly Run[], metrics: readonly Metric[]): boolean {
  const ofB = namesOf(b, metrics);
  return namesOf(a, metrics).some((name) => ofB.includes(name));
}

/** Numbers of one that the other does not have at all show no difference. */
function nothingInCommon(runs: readonly Run[], metrics: readonly Metric[]): Comparison {
  const [ofA, ofB] = runs.map((run) => listOf(namesOf(run, metrics)));
  const reason =
    ofA === '' && ofB === ''
      ? 'neither has a number of the metrics of the study'
      : `no metric of the study is in both: A has ${ofA || 'none'}, B has ${ofB || 'none'}; a metric's "from" in study.json is its name in the log`;
  return { reason, verdict: 'no-reference', equalEntries: 0 };
}

/** Two that are said to be of different seeds need no explanation. */
function triageOf(
  a: Run,
  b: Run,
  metrics: readonly Metric[],
  experiment: Experiment | undefined,
): Triage | undefined {
  if (a.seed !== undefined && b.seed !== undefined && a.seed !== b.seed) return undefined;
  // The least makes the most steps, in which rounding can grow.
  const stated = [a, b].flatMap(({ stated }) => stated.batchSizes?.value ?? []);
  const batchSize = experiment?.training.batchSize ?? (stated.length > 0 ? Math.min(...stated) : undefined);
  return triage(a, b, metrics, batchSize);
}

/** What both say of their conditions, and not alike. */
function otherSetting(a: Run, b: Run): Divergence | undefined {
  const name = Object.keys(a.conditions).find(
    (name) => Object.hasOwn(b.conditions, name) && a.conditions[name] !== b.conditions[name],
  );
  if (name === undefined) return undefined;
  const [ofA, ofB] = [a, b].map(({ conditions }) => ({ value: String(conditions[name]) }));
  return { place: name, kind: 'value', a: ofA, b: ofB };
}

/** The first number that is told per step, where it is one of step 0: nothing was learned before it. */
function startOf(run: Run, metrics: readonly Metric[]): Entry | undefined {
  const metric = metrics.find(({ name, per }) => per === 'step' && run.series[name]?.at(0)?.step === 0);
  if (metric === undefined) return undefined;
  const first = { ...run, series: { [metric.name]: run.series[metric.name].slice(0, 1) } };
  return entriesOfRun(first, [metric], undefined).at(0);
}

/** Two records; see {@link compareRuns}. */
export function compareRecords(a: RunRecord, b: RunRecord, tolerance?: Tolerance): Comparison {
  const other = OF_ONE_EXPERIMENT.find(([, of]) => of(a) !== of(b));
  if (other !== undefined) {
    const [place, of] = other;
    return notOfOneExperiment({ place, kind: 'value', a: { value: of(a) }, b: { value: of(b) } });
  }
  const stepsPerEpoch = stepsPerEpochOf([a, b]);
  const entries = [entriesOfRecord(a, stepsPerEpoch), entriesOfRecord(b, stepsPerEpoch)] as const;
  const otherDraws = OF_THE_SAME_DRAWS.find(([, of]) => of(a) !== of(b));
  if (otherDraws !== undefined) {
    const [what, of] = otherDraws;
    return {
      ...walk(...entries, AS_PRINTED),
      tier: 'statistical',
      reason: `another ${what} (${of(a)}, ${of(b)}): ${BY_BANDS}`,
      verdict: 'no-reference',
    };
  }
  const isBitwise = a.tier === 'bitwise' && b.tier === 'bitwise';
  if (isBitwise && tolerance === undefined) {
    const walked = walk(...entries, AS_PRINTED);
    const reason = 'same spec, data, setting and seed, on engines that promise the same bits';
    return { ...walked, tier: 'bitwise', reason, verdict: walked.firstDivergence ? 'fail' : 'pass' };
  }
  // Only engines that promise it give the same weights on bits; the initial ones are drawn, not computed.
  const isJudged = ({ value }: Entry): boolean => value.kind !== 'sha256' || value.isInitial === true;
  const walked = walk(entries[0].filter(isJudged), entries[1].filter(isJudged), tolerance ?? AS_PRINTED);
  if (tolerance === undefined && walked.firstDivergence?.kind === 'value') {
    const reason = 'an engine that does not promise the same bits, and no tolerance is given to judge it by';
    return { ...walked, tier: 'within tolerance', reason, verdict: 'inconclusive' };
  }
  const verdict = walked.firstDivergence ? 'fail' : 'pass';
  return { ...walked, tier: 'within tolerance', reason: toleranceText(tolerance), verdict };
}

/**
 * Losses before the first update that are further apart, relatively, are not those of the same initial weights and images: those of
 * one seed differ by some 10⁻⁷ between implementations.
 */
const SAME_START = 1e-6;

const BY_BANDS = 'only bands can judge them';

interface Comparable {
  readonly entries: readonly Entry[];
  readonly run: Run;
  /** A number of it that precedes every update; undefined where it tells none. */
  readonly start?: Entry;
}

function compareLogs(a: Comparable, b: Comparable, tolerance: Tolerance | undefined): Comparison {
  const walked = walk(a.entries, b.entries, tolerance ?? AS_PRINTED);
  const difference = tolerance === undefined ? otherStart(a, b) : undefined;
  if (difference !== undefined) {
    const reason = `${difference}: ${BY_BANDS}`;
    return { ...walked, tier: 'statistical', reason, verdict: 'no-reference' };
  }
  const verdict = walked.firstDivergence ? 'fail' : 'pass';
  const tier = tolerance === undefined ? 'as printed' : 'within tolerance';
  return { ...walked, tier, reason: toleranceText(tolerance), verdict };
}

/** What shows that two runs did not start alike; undefined where nothing does. */
function otherStart(a: Comparable, b: Comparable): string | undefined {
  if (a.run.seed !== undefined && b.run.seed !== undefined && a.run.seed !== b.run.seed)
    return `another seed (${a.run.seed}, ${b.run.seed})`;
  if (a.start === undefined || b.start === undefined || a.start.place !== b.start.place) return undefined;
  return shareUsed(a.start.value, b.start.value, { relative: SAME_START, points: 0 }) <= 1
    ? undefined
    : 'another first loss, before any update (another seed, model or data)';
}

function toleranceText(tolerance: Tolerance | undefined): string {
  if (tolerance === undefined) return 'no tolerance is given: numbers must print the same';
  const points = tolerance.points === undefined ? 'nothing' : `${tolerance.points} percentage points`;
  return `losses may differ by ${tolerance.relative} of the greater one, shares by ${points}, as given`;
}

/** What two runs have to share to be runs of one experiment. */
const OF_ONE_EXPERIMENT: readonly [string, (record: RunRecord) => string][] = [
  ['experiment', ({ spec }) => `${spec.name} (SHA-256 ${spec.sha256})`],
  ['data set', ({ data }) => `${data.name} (SHA-256 ${data.sha256})`],
  ['setting', (record) => conditionsText(conditionsOf(record))],
  [
    'origin of the initial weights',
    ({ init, initialWeightsSha256 }) =>
      init === undefined ? 'the seed' : `a file (SHA-256 ${initialWeightsSha256})`,
  ],
];

/** What two runs have to share to draw the same random numbers. */
const OF_THE_SAME_DRAWS: readonly [string, (record: RunRecord) => string][] = [
  ['seed', ({ seed }) => String(seed)],
  ['stream of random numbers', ({ rng }) => rng],
];

type Walked = Pick<Comparison, 'equalEntries' | 'firstDivergence' | 'mostUsed'>;

function walk(a: readonly Entry[], b: readonly Entry[], tolerance: Tolerance): Walked {
  let mostUsed: Comparison['mostUsed'];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (a[i]?.place !== b[i]?.place) {
      const after = { a: a.slice(i), b: b.slice(i) };
      return { equalEntries: i, firstDivergence: differingOrder(a[i], b[i], after), mostUsed };
    }
    const share = shareUsed(a[i].value, b[i].value, tolerance);
    if (!(share <= 1)) return { equalEntries: i, firstDivergence: differingValues(a[i], b[i]), mostUsed };
    if (share > (mostUsed?.share ?? 0)) mostUsed = { share, place: a[i].place };
  }
  return { equalEntries: a.length, mostUsed };
}

function notOfOneExperiment(firstDivergence: Divergence): Comparison {
  const reason = `not runs of one experiment: another ${firstDivergence.place}`;
  return { reason, verdict: 'fail', equalEntries: 0, firstDivergence };
}

/** A record with all that its log would say. */
function asLogged(side: Side, experiment: Experiment | undefined): Run {
  const run = runOf(side, experiment);
  if ('run' in side || experiment === undefined) return run;
  checkIsOf(side.record, experiment);
  const modules = modulesOf(experiment.model).map((value) => ({ value }));
  const last = Object.entries(run.series).flatMap(([name, points]) =>
    points.slice(-1).map(({ value }) => [name, { value }] as const),
  );
  const isFinished = side.record.epochs.length === side.record.plan.epochs;
  return {
    ...run,
    stated: { ...run.stated, modules, ...(isFinished && { final: Object.fromEntries(last) }) },
  };
}

/** Of a record, with the losses of all steps. */
export function runInFull(side: Side, experiment: Experiment | undefined): Run {
  return runOf(side, experiment, 1);
}

/** @param logInterval of a record, each of how many losses; left out, those that its log prints */
function runOf(side: Side, experiment: Experiment | undefined, logInterval?: number): Run {
  if ('run' in side) return side.run;
  if (experiment !== undefined)
    return runOfRecord(side.record, { ...experiment.training, ...(logInterval && { logInterval }) });
  throw new AssayError('usage', {
    what: 'a record of a run, in a study without an experiment',
    where: side.record.spec.name,
    expected: 'the study of its experiment, with --study',
  });
}

function testCountOf(side: Side): number | undefined {
  return 'record' in side ? side.record.data.testCount : side.run.stated.testCount?.value;
}
