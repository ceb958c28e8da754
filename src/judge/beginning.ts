import { sameConditions, type Conditions } from '../run/run';
import type { Rounding } from './stored/rounding';

/**
 * What the first steps of a training tell: two programs that do the same differ by rounding alone there, by some 1e-7 of a loss. But a
 * rounding error may decide which of two nearly equal pixels is a window's maximum, and then the losses leap apart, at some seeds within ten
 * steps, and by up to 5e-3. So what is beyond that which rounding does to most pairs of runs is one of the two, and only what is beyond all
 * that it was seen to do is something else (docs/goldens.md). Later, rounding has grown to the differences that other seeds make.
 */
export const FIRST_STEPS = 10;

/** Where two runs of one seed part. */
export interface Departure {
  /** From 0. */
  readonly step: number;
  readonly expected: number;
  readonly got: number;
  /** Of the expected loss. */
  readonly distance: number;
  /** What rounding was seen to do up to that step, to nine of ten pairs of runs, or, if that is exceeded, to any. */
  readonly limit: number;
  /** Whether a leap of rounding can be the cause. */
  readonly mayBeRounding: boolean;
}

/** The limits of one setting, step by step; undefined where nothing was measured. */
export function limitsAt(conditions: Conditions, rounding: Rounding | undefined): Limits | undefined {
  const measured = rounding?.settings.find((measured) => sameConditions(measured.conditions, conditions));
  if (rounding === undefined || measured === undefined) return undefined;
  // Nine of ten pairs of one setting, rounded up, may come to more than any pair that was measured.
  const greatest = rounding.greatest.map((limit, step) => Math.max(limit, measured.most[step] ?? 0));
  return { most: measured.most, greatest };
}

export interface Limits {
  readonly most: readonly number[];
  readonly greatest: readonly number[];
}

/**
 * Where a run first differs, of the {@link FIRST_STEPS} losses, from another of the same seed by more than rounding ever did; else where
 * it first does by more than rounding mostly does.
 */
export function firstDeparture(
  expected: readonly number[],
  got: readonly number[],
  { most, greatest }: Limits,
): Departure | undefined {
  const beyond = (limits: readonly number[], mayBeRounding: boolean): Departure | undefined => {
    for (let step = 0; step < Math.min(limits.length, expected.length, got.length); step++) {
      const [a, b, limit] = [expected[step], got[step], limits[step]];
      const distance = Object.is(a, b) ? 0 : Math.abs(b / a - 1);
      if (!(distance <= limit)) return { step, expected: a, got: b, distance, limit, mayBeRounding };
    }
    return undefined;
  };
  return beyond(greatest, false) ?? beyond(most, true);
}
