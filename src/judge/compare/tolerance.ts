import { AssayError } from '../../base/errors';
import { halfOfLastDigit } from '../../run/run';
import type { EntryValue } from '../../run/entries';

/** What two runs may differ by; 0 where nothing is given: then only as much as rounding for the log hides. */
export interface Tolerance {
  /** Of losses and other numbers: relative, of the greater of two. */
  readonly relative: number;
  /** Of shares, in percentage points; left out, they have to be equal. */
  readonly points?: number;
}

export const AS_PRINTED: Tolerance = { relative: 0 };

/**
 * @throws AssayError `tolerance-too-fine` when the tolerance for shares is finer than one sample of the test set: it could not
 *   be used, and would only look strict.
 */
export function checkTolerance({ points }: Tolerance, testCount: number): void {
  const oneSample = 100 / testCount;
  if (points === undefined || points >= oneSample) return;
  throw new AssayError('tolerance-too-fine', {
    what: 'the tolerance is finer than one sample of the test set',
    expected: `at least ${oneSample} percentage points: 1 of ${testCount} samples`,
    got: `${points} percentage points`,
  });
}

/** How much of what is allowed two values differ by: 0 when they are equal, at most 1 when that is allowed, Infinity for NaN against a number. */
export function shareUsed(a: EntryValue, b: EntryValue, tolerance: Tolerance): number {
  if (a.kind === 'sha256' || b.kind === 'sha256') return a.value === b.value ? 0 : Infinity;
  // Equal counts may have other shares printed beside them, of which one is wrong.
  if (a.kind === 'count' && b.kind === 'count' && a.value === b.value && a.share && b.share)
    return shareUsed(a.share, b.share, tolerance);
  // NaN equals nothing but a recorded NaN; infinities equal themselves.
  if (Object.is(a.value, b.value)) return 0;
  const difference = Math.abs(a.value - b.value);
  const allowed = allowedDifference(a, b, tolerance);
  if (Number.isNaN(difference) || difference === Infinity) return Infinity;
  if (difference === 0 && tolerance.relative > 0) return 0;
  return difference === 0 ? Infinity : difference / allowed; // −0 is not 0, on bits and as printed
}

function allowedDifference(a: NumberValue, b: NumberValue, tolerance: Tolerance): number {
  if (a.kind === 'count') return ((tolerance.points ?? 0) / 100) * a.of * WIDENED;
  const given = isShare(a)
    ? ((tolerance.points ?? 0) / 100) * (a.what === 'share' ? 1 : 100)
    : tolerance.relative * Math.max(Math.abs(a.value), Math.abs(b.value));
  // A printed number stands for an interval. With the same decimals no number rounds to both of two different ones.
  if (given === 0 && a.kind === 'printed' && b.kind === 'printed' && a.decimals === b.decimals) return 0;
  const rounding = [a, b].reduce(
    (sum, each) => sum + (each.kind === 'printed' ? halfOfLastDigit(each) : 0),
    0,
  );
  return (given + rounding) * WIDENED;
}

type NumberValue = Exclude<EntryValue, { kind: 'sha256' }>;

function isShare(value: NumberValue): value is Extract<NumberValue, { what: string }> {
  return 'what' in value && (value.what === 'percent' || value.what === 'share');
}

/** Room for the rounding of this very arithmetic. */
const WIDENED = 1 + 1e-12;
