import type { RunRecord } from '../run/record';
import type { Experiment } from '../experiment/types';
import type { Bands } from './bands';
import { firstDeparture, limitsAt, type Departure } from './beginning';
import { compareRecords, type Comparison } from './compare';
import { runOfRecord } from '../run/recordedRun';
import { conditionsText, type Run } from '../run/run';
import type { Study } from '../study/types';
import { placeRecorded, type RunInBands } from './recordedInBands';
import type { Rounding } from './stored/rounding';
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
  /** The record as what is judged. */
  readonly run: Run;
  readonly inBands: RunInBands;
  readonly verdict: Verdict;
  /** What the verdict comes from, in words. */
  readonly reason: string;
}

/** What a program's runs are compared with. */
export interface GateReferences {
  readonly study: Pick<Study, 'metrics' | 'chance'>;
  readonly experiment: Experiment;
  /** Missing where there are none yet. */
  readonly bands: Bands | undefined;
  /** How far rounding takes two runs of one seed apart in their first steps; missing where it was not measured. */
  readonly rounding: Rounding | undefined;
}

/**
 * Holds a run that was trained now against the approved one, on bits, and against the bands, by its results.
 */
export function judgeAtGate(
  record: RunRecord,
  golden: RunRecord | undefined,
  { study, experiment, bands, rounding }: GateReferences,
  strictness: Strictness,
): GateJudgement {
  const comparison = golden && compareRecords(golden, record);
  const run = runOfRecord(record, experiment.training);
  const inBands = placeRecorded(run, bands, experiment, study);
  const byResults = 'placement' in inBands ? inBands.placement.verdict : 'no-reference';
  const onBits = comparison?.verdict ?? 'no-reference';
  const start = golden && comparison?.tier && startOf(golden, record, run, rounding);
  const results = RESULTS[onBits === 'pass' ? 'same bits' : 'other bits'][byResults];
  // Another experiment's run is no run of this one, whatever it comes to.
  const isOther = comparison !== undefined && comparison.tier === undefined;
  const byStart = isOther ? 'fail' : (start?.verdict ?? 'pass');
  const verdict = worse(byStart, verdictOf(onBits, byResults, strictness));
  return { record, run, comparison, inBands, verdict, reason: `${bitsText(comparison, start)}; ${results}` };
}

function verdictOf(onBits: Verdict, byResults: Verdict, strictness: Strictness): Verdict {
  if (byResults === 'fail') return 'fail';
  // A run with the bits of the approved one is as good as that one, bands or not.
  if (strictness === 'bits' || onBits === 'pass') return onBits;
  return byResults;
}

/** From the one that says most to the one that says least. */
const WORST: readonly Verdict[] = ['fail', 'inconclusive', 'no-reference', 'pass'];

function worse(a: Verdict, b: Verdict): Verdict {
  return WORST.indexOf(a) < WORST.indexOf(b) ? a : b;
}

interface Start {
  readonly verdict: Verdict;
  readonly reason: string;
}

/** What the first steps say of a run whose bits are others: whether it is the arithmetic alone that changed. */
function startOf(
  golden: RunRecord,
  record: RunRecord,
  { conditions }: Run,
  rounding: Rounding | undefined,
): Start {
  if (golden.losses.every((loss, step) => Object.is(loss, record.losses[step]))) return SAME_LOSSES;
  const limits = limitsAt(conditions, rounding);
  if (limits === undefined) {
    const reason = `the bits differ, and how far rounding goes at ${conditionsText(conditions)} was not measured`;
    return { verdict: 'no-reference', reason };
  }
  const departure = firstDeparture(golden.losses, record.losses, limits);
  if (departure === undefined) return { verdict: 'pass', reason: 'the arithmetic changed' };
  const { mayBeRounding, limit } = departure;
  return mayBeRounding
    ? {
        verdict: 'inconclusive',
        reason: `${apart(departure)}, where rounding usually leaves ${digits(limit)} at most: a leap of rounding, or a small change of more than the arithmetic`,
      }
    : {
        verdict: 'fail',
        reason: `more than the arithmetic changed: ${apart(departure)}, where rounding was never seen to leave more than ${digits(limit)}`,
      };
}

const SAME_LOSSES: Start = { verdict: 'pass', reason: 'the arithmetic changed' };

function apart({ step, expected, got, distance }: Departure): string {
  return `the loss of step ${step} is ${got.toPrecision(8)}, not ${expected.toPrecision(8)}, ${digits(distance)} of it apart`;
}

function digits(value: number): string {
  return value.toExponential(1);
}

function bitsText(comparison: Comparison | undefined, start: Start | undefined): string {
  if (comparison === undefined) return 'there is no golden to compare the bits with';
  if (start === undefined) return comparison.reason;
  return comparison.verdict === 'pass' ? 'the same bits' : start.reason;
}

const NOT_JUDGED = 'there are no bands to compare the results with';
const NOT_MET = 'the results do not lie in the bands';
const RESULTS = {
  'same bits': { pass: 'the results lie in the bands', fail: NOT_MET, 'no-reference': NOT_JUDGED },
  'other bits': { pass: 'the results still lie in the bands', fail: NOT_MET, 'no-reference': NOT_JUDGED },
};
