import type { Conditions, Finding, Run, Stated } from '../../run/run';
import type { Metric } from '../../study/types';
import { areOne, numbersOf } from '../twice';
import { worstOf, type Verdict } from '../verdict';
import { experimentFindings } from './experiment';
import { CHECKS, checkOf, type Check, type CheckName } from './finding';
import { checkInBands, type BandSubject, type References } from './inBands';

export { CHECKS, type Check, type CheckName } from './finding';
export type { References } from './inBands';

export interface LogJudgement {
  /** Of the run, in the file, 1-based. */
  readonly firstLine: number;
  /** Missing when they are not all known. */
  readonly conditions?: Conditions;
  /** Where the conditions are from; missing when they are not known. */
  readonly conditionsFrom?: ConditionsFrom;
  /** All that fit, from the greatest on, where the log leaves its batch size open. */
  readonly batchSizes: readonly number[];
  /** Runs of these conditions that were judged at once, this one among them. */
  readonly together: number;
  /** `fail` when a check failed, `pass` when all pass; else not all could be judged. */
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Of the run alone, by its band; missing where a number of the band, or of the log, was not judged. */
  readonly pValue?: number;
}

export type ConditionsFrom = 'given' | 'best fit' | NonNullable<Stated['conditionsFrom']>;

/** A run, and what is known of it beside its log. */
export interface GivenRun {
  readonly run: Run;
  /** Conditions that were given for it. */
  readonly conditions?: Conditions;
}

export interface CheckOptions extends References {
  /** Left out, all that the study can be asked for. */
  readonly only?: readonly CheckName[];
}

/** Judges one run, of whatever trainer, alone. */
export function checkLog(run: Run, options: CheckOptions, conditions?: Conditions): LogJudgement {
  return checkLogs([{ run, conditions }], options)[0];
}

/**
 * Judges runs, of whatever trainer: format, arithmetic, protocol, whether they are of the experiment, and whether all of it lies in the
 * band. The bands are wider the more runs of one setting are judged at once, so that all of them pass as often as one alone.
 */
export function checkLogs(
  given: readonly GivenRun[],
  { only = CHECKS, ...references }: CheckOptions,
): LogJudgement[] {
  const { experiment, study, dataName = experiment?.data.name } = references;
  const subjects = given.map(({ run, conditions }): BandSubject => ({
    run,
    conditions: { ...run.conditions, ...conditions },
  }));
  const of = { ...references, dataName };
  const alone = subjects.map((subject) => checkInBands(subject, of));
  const repeated = repeatedRuns(given.map(({ run }) => run));
  const ours = new Set((references.ours ?? []).map(numbersOf));
  const isOurs = ({ run }: GivenRun): boolean => ours.has(numbersOf(run)) && numbersOf(run) !== undefined;
  const atOnce = new Map<string, number>();
  const keyOf = (conditions: Conditions | undefined): string => JSON.stringify(conditions ?? null);
  // Only runs of their own that could be judged make room for others.
  for (const [i, { conditions, placement }] of alone.entries())
    if (placement !== undefined && !repeated.has(i) && !isOurs(given[i]))
      atOnce.set(keyOf(conditions), (atOnce.get(keyOf(conditions)) ?? 0) + 1);
  return subjects.map(({ run }, i) => {
    const { conditions } = alone[i];
    const together = Math.max(1, atOnce.get(keyOf(conditions)) ?? 1);
    const inBands =
      together === 1 || conditions === undefined ? alone[i] : checkInBands({ run, conditions }, of, together);
    const isEmpty = Object.values(run.series).every((points) => points.length === 0);
    const read = (check: 'format' | 'arithmetic' | 'protocol'): Finding[] =>
      run.faults.flatMap(({ check: of, ...finding }) => (of === check ? [finding] : []));
    const judged = (name: CheckName, findings: () => Finding[]): Check =>
      isEmpty ? unread(name) : checkOf(name, findings());
    const all: Check[] = [
      read('format').length === 0 && isEmpty
        ? ofOtherNames(run, study.metrics)
        : checkOf('format', read('format')),
      withNote(
        judged('arithmetic', () => read('arithmetic')),
        arithmeticNote(run),
      ),
      withNote(
        judged('protocol', () => [
          ...read('protocol'),
          ...(repeated.get(i) ?? []),
          ...(experiment === undefined ? otherConditions(given[i]) : []),
        ]),
        protocolNote(run),
      ),
      ...(experiment === undefined || dataName === undefined
        ? []
        : [
            judged('experiment', () => [
              ...experimentFindings(run, { study, experiment, dataName }),
              ...otherConditions(given[i]),
            ]),
          ]),
      isOurs(given[i]) ? saidToBeOurs(inBands.check) : inBands.check,
    ];
    const checks = all.filter(({ name }) => only.includes(name));
    return {
      firstLine: run.source.line,
      ...(conditions && { conditions, conditionsFrom: conditionsFrom(given[i], conditions) }),
      batchSizes: run.stated.batchSizes?.value ?? [],
      together,
      verdict: worstOf(checks.map(({ verdict }) => verdict)),
      checks,
      ...(inBands.pValue !== undefined && { pValue: inBands.pValue }),
    };
  });
}

/** A judgement with one more check, which was made elsewhere. */
export function withCheck<T extends LogJudgement>(judgement: T, check: Check): T {
  const checks = [...judgement.checks, check];
  return { ...judgement, checks, verdict: worstOf(checks.map(({ verdict }) => verdict)) };
}

function saidToBeOurs(check: Check): Check {
  const note =
    'its numbers are those of a run that the band was made of, digit for digit: that says nothing of a new run';
  return { ...check, reason: check.reason === undefined ? note : `${check.reason}; ${note}` };
}

/** Of a check that found nothing: where there was little to find, that is said. */
function withNote(check: Check, note: string | undefined): Check {
  return check.verdict === 'pass' && note !== undefined ? { ...check, reason: note } : check;
}

/** What is counted, or repeated at the end, ties numbers to each other; so do the numbers of samples that were seen. */
function arithmeticNote({ series, stated }: Run): string | undefined {
  const isTied =
    stated.trainCount !== undefined ||
    Object.keys(stated.final ?? {}).length > 0 ||
    Object.values(series).some((points) => points.some(({ count }) => count !== undefined));
  return isTied ? undefined : 'each number is possible; nothing ties one to another';
}

function protocolNote({ series }: Run): string | undefined {
  return Object.values(series).every(({ length }) => length < 2)
    ? 'one number of each metric: there is no order to check'
    : undefined;
}

/** The log was read, but nothing in it is called as the study calls its metrics. */
function ofOtherNames({ stated: { otherSeries = [] } }: Run, metrics: readonly Metric[]): Check {
  if (otherSeries.length === 0) return unread('format');
  const shown = otherSeries
    .slice(0, MOST_NAMES)
    .map((name) => name.slice(0, LONGEST_NAME))
    .join(', ');
  const more = otherSeries.length > MOST_NAMES ? ', …' : '';
  const wanted = metrics.map(({ from, name }) => from ?? name).join(', ');
  const reason = `the log has ${shown}${more}, and the study ${wanted}: a metric's "from" in study.json is its name in the log`;
  return { name: 'format', verdict: 'no-reference', reason, findings: [] };
}

const MOST_NAMES = 10;
const LONGEST_NAME = 60;

function unread(name: CheckName): Check {
  return { name, verdict: 'no-reference', reason: 'no number of a run could be read', findings: [] };
}

/**
 * The same numbers, digit for digit, are those of one run, whatever path it has, unless few digits may agree by chance: by the place of the
 * run that comes later, with what is found.
 */
export function repeatedRuns(runs: readonly Run[]): ReadonlyMap<number, Finding[]> {
  const first = new Map<string, Run>();
  const repeated = new Map<number, Finding[]>();
  for (const [i, run] of runs.entries()) {
    const key = numbersOf(run);
    if (key === undefined) continue;
    const before = first.get(key);
    if (before === undefined) first.set(key, run);
    else if (areOne(run, before)) {
      const { line: from, path } = before.source;
      const where = path === run.source.path ? '' : ` of ${path}`;
      const message = `the numbers are those of the run from line ${from}${where}, digit for digit`;
      const [line] = Object.values(run.series).flatMap((points) => points.flatMap(({ line }) => line ?? []));
      repeated.set(i, [{ rule: 'repeated-run', line, message }]);
    }
  }
  return repeated;
}

/** A run may state its conditions: another one that is given contradicts them. */
function otherConditions({ run, conditions = {} }: GivenRun): Finding[] {
  return Object.entries(conditions).flatMap(([name, given]): Finding[] => {
    const stated = run.conditions[name];
    if (stated === undefined || stated === given) return [];
    const message = `${name} is stated as ${stated}, and judged as ${given}`;
    return [{ rule: 'conditions', line: Math.max(1, run.source.line), message }];
  });
}

/** Where most of them are from: of what is given, of what the run says, or of the band that fits. */
function conditionsFrom({ run, conditions = {} }: GivenRun, judged: Conditions): ConditionsFrom {
  const names = Object.keys(judged);
  if (names.some((name) => name in conditions)) return 'given';
  if (names.some((name) => !(name in run.conditions))) return 'best fit';
  return run.stated.conditionsFrom ?? 'log';
}
