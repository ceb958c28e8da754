import type { LenientRun } from '../../log/lenient';
import type { Experiment } from '../../spec/types';
import type { Bands } from '../bands';
import type { Verdict } from '../verdict';
import { arithmeticFindings } from './arithmetic';
import { checkOf, type Check } from './finding';
import { checkInBands } from './inBands';
import { checkLosses } from './losses';
import { withWholeBatches } from './parts';
import { protocolFindings } from './protocol';

export type { Check, Finding } from './finding';

export interface LogJudgement {
  /** Of the run, in the file, 1-based. */
  readonly firstLine: number;
  readonly lr?: number;
  /** Where the learning rate is from; missing when it is not known. */
  readonly lrFrom?: 'given' | 'record' | 'heading' | 'best fit';
  /** `fail` when a check failed. */
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
}

/**
 * Judges the log of one run, of whatever trainer: its format, its arithmetic, its protocol, and the places of its tests and losses in the bands.
 *
 * @param given.lr which a log does not state; left out, a heading's, or that of the band that fits best
 * @param given.recordedLr of the record whose log it is; `lr` goes before it
 * @param given.bands of the log's data set, if there are any
 */
export function checkLog(
  run: LenientRun,
  experiment: Experiment,
  given: { readonly lr?: number; readonly recordedLr?: number; readonly bands?: Bands } = {},
): LogJudgement {
  const [known, lrFrom] = knownLr(run, given);
  const counted = withWholeBatches(run, experiment.training.batchSize);
  const format = run.faults.map(({ line, message }) => ({ rule: 'format', line, message }));
  const inBands = checkInBands(run, known, experiment, given.bands);
  const checks = [
    checkOf('format', format),
    checkOf('arithmetic', arithmeticFindings(counted, experiment.training.batchSize)),
    checkOf('protocol', run.lines.length === 0 ? [] : protocolFindings(counted, experiment)),
    inBands.check,
    checkLosses(counted, inBands.lr, experiment, given.bands),
  ];
  return {
    firstLine: run.firstLine,
    ...(inBands.lr !== undefined && { lr: inBands.lr, lrFrom }),
    verdict: checks.some(({ verdict }) => verdict === 'fail') ? 'fail' : 'pass',
    checks,
  };
}

function knownLr(
  run: LenientRun,
  given: { readonly lr?: number; readonly recordedLr?: number },
): [lr: number | undefined, from: NonNullable<LogJudgement['lrFrom']>] {
  if (given.lr !== undefined) return [given.lr, 'given'];
  if (given.recordedLr !== undefined) return [given.recordedLr, 'record'];
  return run.lr === undefined ? [undefined, 'best fit'] : [run.lr, 'heading'];
}
