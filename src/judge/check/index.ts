import type { LenientRun } from '../../logs/pytorchExample/read';
import type { RunRecord } from '../../run/record';
import type { Experiment } from '../../experiment/types';
import type { Bands } from '../bands';
import { worstOf, type Verdict } from '../verdict';
import { arithmeticFindings } from './arithmetic';
import { countBatches } from './batchSizes';
import { experimentFindings } from './experiment';
import { CHECKS, checkOf, type Check, type CheckName, type Finding } from './finding';
import { checkInBands, type BandSubject } from './inBands';
import { trainLinesOf } from './parts';
import { protocolFindings } from './protocol';

export { CHECKS, type Check, type CheckName, type Finding } from './finding';

export interface LogJudgement {
  /** Of the run, in the file, 1-based. */
  readonly firstLine: number;
  readonly lr?: number;
  /** Where the learning rate is from; missing when it is not known. */
  readonly lrFrom?: 'given' | 'record' | 'heading' | 'best fit';
  /** All that fit, from the greatest on: a log does not state its batch size. */
  readonly batchSizes: readonly number[];
  /** Runs of this learning rate that were judged at once, this one among them. */
  readonly together: number;
  /** `fail` when a check failed, `pass` when all pass; else not all could be judged. */
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** Of the run alone, by its band; missing where a number of the band, or of the log, was not judged. */
  readonly pValue?: number;
}

/** A run, and what is known of it beside its log. */
export interface GivenRun {
  readonly run: LenientRun;
  /** That the run is in: the same run twice in one file is a fault of it. */
  readonly file?: string;
  /** Which a log does not state; left out, a heading's, or that of the band that fits best. */
  readonly lr?: number;
  /** Whose log it is: its learning rate counts where none is given, and its numbers at full precision. */
  readonly record?: RunRecord;
}

export interface CheckOptions {
  /** Of the data set that the logs should be of, if there are any. */
  readonly bands?: Bands;
  /** Of the data set that the logs should be of; left out, the experiment's. */
  readonly dataName?: string;
  /** Left out, all. */
  readonly only?: readonly CheckName[];
}

/** Judges the log of one run, of whatever trainer, alone. */
export function checkLog(
  run: LenientRun,
  experiment: Experiment,
  { lr, record, ...options }: CheckOptions & Omit<GivenRun, 'run'> = {},
): LogJudgement {
  return checkLogs([{ run, lr, record }], experiment, options)[0];
}

/**
 * Judges logs of runs, of whatever trainer: format, arithmetic, protocol, whether they are of the experiment, and whether all of it lies
 * in the band. The bands are wider the more runs of a learning rate are judged at once, so that all of them pass as often as one alone.
 */
export function checkLogs(
  given: readonly GivenRun[],
  experiment: Experiment,
  { bands, dataName = experiment.data.name, only = CHECKS }: CheckOptions = {},
): LogJudgement[] {
  const references = { experiment, bands, dataName };
  const subjects = given.map((each): BandSubject => ({
    ...countBatches(each.run, experiment.training.batchSize),
    lr: knownLr(each)[0],
    record: each.record,
  }));
  const alone = subjects.map((subject) => checkInBands(subject, references));
  const repeated = repeatedRuns(given);
  const atLr = new Map<number | undefined, number>();
  // Only runs of their own that could be judged make room for others.
  for (const [i, { lr, placement }] of alone.entries())
    if (placement !== undefined && !repeated.has(i)) atLr.set(lr, (atLr.get(lr) ?? 0) + 1);
  return subjects.map((subject, i) => {
    const { run, batchSizes } = subject;
    const [, lrFrom] = knownLr(given[i]);
    const { lr } = alone[i];
    const together = Math.max(1, atLr.get(lr) ?? 1);
    const inBands =
      together === 1 ? alone[i] : checkInBands({ ...subject, bestFit: lr }, references, together);
    const isEmpty = run.lines.length === 0;
    const format = run.faults.map(({ line, message }) => ({ rule: 'format', line, message }));
    const all: Check[] = [
      checkOf('format', format),
      isEmpty ? unread('arithmetic') : checkOf('arithmetic', arithmeticFindings(subject)),
      isEmpty
        ? unread('protocol')
        : checkOf('protocol', [...protocolFindings(run), ...(repeated.get(i) ?? [])]),
      isEmpty
        ? unread('experiment')
        : checkOf('experiment', [...experimentFindings(subject, experiment, dataName), ...otherLr(given[i])]),
      inBands.check,
    ];
    const checks = all.filter(({ name }) => only.includes(name));
    return {
      firstLine: run.firstLine,
      ...(lr !== undefined && { lr, lrFrom }),
      batchSizes,
      together,
      verdict: worstOf(checks.map(({ verdict }) => verdict)),
      checks,
      ...(inBands.pValue !== undefined && { pValue: inBands.pValue }),
    };
  });
}

function unread(name: CheckName): Check {
  return { name, verdict: 'no-reference', reason: 'no line of a run could be read', findings: [] };
}

/** The same losses, digit for digit, are those of one run: by the place of the run that comes later, with what it is found of in one file. */
function repeatedRuns(given: readonly GivenRun[]): ReadonlyMap<number, Finding[]> {
  const first = new Map<string, GivenRun>();
  const repeated = new Map<number, Finding[]>();
  for (const [i, each] of given.entries()) {
    const losses = trainLinesOf(each.run).map(({ loss }) => `${loss.value} ${loss.decimals}`);
    if (new Set(losses).size < 2) continue;
    const key = losses.join();
    const before = first.get(key);
    if (before === undefined) first.set(key, each);
    else {
      const message = `the losses are those of the run from line ${before.run.firstLine}, digit for digit`;
      const finding = { rule: 'repeated-run', line: each.run.lines[0].line, message };
      repeated.set(i, before.file === each.file ? [finding] : []);
    }
  }
  return repeated;
}

/** A heading and a record state a learning rate: another one that is given contradicts them. */
function otherLr({ run, lr, record }: GivenRun): Finding[] {
  const stated = record?.lr ?? run.lr;
  if (lr === undefined || stated === undefined || stated === lr) return [];
  const message = `the learning rate is stated as ${stated}, and judged as ${lr}`;
  return [{ rule: 'learning-rate', line: Math.max(1, run.firstLine), message }];
}

function knownLr({
  run,
  lr,
  record,
}: GivenRun): [lr: number | undefined, from: NonNullable<LogJudgement['lrFrom']>] {
  if (lr !== undefined) return [lr, 'given'];
  if (record !== undefined) return [record.lr, 'record'];
  return run.lr === undefined ? [undefined, 'best fit'] : [run.lr, 'heading'];
}
