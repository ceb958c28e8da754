import { pythonFixed } from '../log/printf';
import type { RunRecord } from '../log/record';
import type { Experiment } from '../spec/types';
import type { Bands } from './bands';
import { firstDeparture, type Departure } from './beginning';
import { compareRecords, type Comparison } from './compare';
import { placeRecord, type RecordInBands } from './recordInBands';
import type { Verdict } from './verdict';

/**
 * What a changed program is held to. `bits`: the very bits of the goldens, and the bands. `bands`: the bands, for a change that is
 * meant to change the arithmetic; and the first steps of the goldens, up to rounding, for a change of more than the arithmetic may well
 * lead to results within the bands.
 */
export const STRICTNESSES = ['bits', 'bands'] as const;
export type Strictness = (typeof STRICTNESSES)[number];

export interface GateJudgement {
  readonly record: RunRecord;
  /** With the golden; missing where there is none. */
  readonly comparison?: Comparison;
  readonly inBands: RecordInBands;
  readonly verdict: Verdict;
  /** What the verdict comes from, in words. */
  readonly reason: string;
}

/** Holds a run that was trained now against the approved one, on bits, and against the bands, by its results. */
export function judgeAtGate(
  record: RunRecord,
  golden: RunRecord | undefined,
  bands: Bands | undefined,
  experiment: Experiment,
  strictness: Strictness,
): GateJudgement {
  const comparison = golden && compareRecords(golden, record);
  const inBands = placeRecord(record, bands, experiment);
  const byResults = 'placement' in inBands ? inBands.placement.verdict : 'no-reference';
  const departure = golden && comparison?.tier && firstDeparture(golden.losses, record.losses);
  const bits = bitsText(comparison, departure);
  const results = RESULTS[comparison?.verdict === 'pass' ? 'same bits' : 'other bits'][byResults];
  const onBits = comparison?.verdict ?? 'no-reference';
  const verdict = departure === undefined ? verdictOf(onBits, byResults, strictness) : 'fail';
  return { record, comparison, inBands, verdict, reason: `${bits}; ${results}` };
}

function verdictOf(onBits: Verdict, byResults: Verdict, strictness: Strictness): Verdict {
  if (byResults === 'fail') return 'fail';
  // A run with the bits of the approved one is as good as that one, bands or not.
  if (strictness === 'bits' || onBits === 'pass') return onBits;
  return byResults;
}

function bitsText(comparison: Comparison | undefined, departure: Departure | undefined): string {
  if (comparison === undefined) return 'there is no golden to hold the bits against';
  if (comparison.tier === undefined) return comparison.reason;
  if (departure !== undefined) {
    const [expected, got] = [departure.expected, departure.got].map((loss) => pythonFixed(loss, 6));
    return `more than the arithmetic changed: the loss of step ${departure.step} is ${got}, not ${expected}`;
  }
  return comparison.verdict === 'pass' ? 'the same bits' : 'the arithmetic changed';
}

const NOT_JUDGED = 'there are no bands to hold the results against';
const NOT_MET = 'the results do not meet the bands';
const RESULTS = {
  'same bits': { pass: 'the results meet the bands', fail: NOT_MET, 'no-reference': NOT_JUDGED },
  'other bits': { pass: 'the results still meet the bands', fail: NOT_MET, 'no-reference': NOT_JUDGED },
};
