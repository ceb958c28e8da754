import { AssayError } from '../../base/errors';
import type { PrintedNumber } from '../../logs/pytorchExample/read';
import type { EntryValue } from './entries';

/** What two runs may differ by; 0 where nothing is given: then only as much as rounding for the log hides. */
export interface Tolerance {
  /** Relative, of the greater of two losses. */
  readonly loss: number;
  /** In percentage points; left out, accuracies have to be equal. */
  readonly accuracy?: number;
}

export const AS_PRINTED: Tolerance = { loss: 0 };

/**
 * @throws AssayError `tolerance-too-fine` when the tolerance for the accuracy is finer than one image of the test set: it could not
 *   be used, and would only look strict.
 */
export function checkTolerance({ accuracy }: Tolerance, testCount: number): void {
  const oneImage = 100 / testCount;
  if (accuracy === undefined || accuracy >= oneImage) return;
  throw new AssayError('tolerance-too-fine', {
    what: 'the tolerance for the accuracy is finer than one image of the test set',
    expected: `at least ${oneImage} percentage points: 1 of ${testCount} images`,
    got: `${accuracy} percentage points`,
  });
}

/** How much of what is allowed two values differ by: 0 when they are equal, at most 1 when that is allowed, Infinity for NaN against a number. */
export function shareUsed(a: EntryValue, b: EntryValue, tolerance: Tolerance): number {
  if (a.kind === 'sha256' || b.kind === 'sha256') return a.value === b.value ? 0 : Infinity;
  // NaN equals nothing but a recorded NaN; infinities equal themselves.
  if (Object.is(a.value, b.value)) return 0;
  const difference = Math.abs(a.value - b.value);
  const allowed = allowedDifference(a, b, tolerance);
  if (Number.isNaN(difference) || difference === Infinity) return Infinity;
  if (difference === 0 && tolerance.loss > 0) return 0;
  return difference === 0 ? Infinity : difference / allowed; // −0 is not 0, on bits and as printed
}

function allowedDifference(
  a: Exclude<EntryValue, { kind: 'sha256' }>,
  b: Exclude<EntryValue, { kind: 'sha256' }>,
  tolerance: Tolerance,
): number {
  if (a.kind === 'count') return ((tolerance.accuracy ?? 0) / 100) * a.of * WIDENED;
  const isAccuracy = a.kind === 'printed' && a.what === 'accuracy';
  const given = isAccuracy
    ? (tolerance.accuracy ?? 0)
    : tolerance.loss * Math.max(Math.abs(a.value), Math.abs(b.value));
  if (a.kind !== 'printed' || b.kind !== 'printed') return given * WIDENED;
  // A printed number stands for an interval. With the same decimals no number rounds to both of two different ones.
  if (given === 0 && a.decimals === b.decimals) return 0;
  return (given + halfOfLastDigit(a) + halfOfLastDigit(b)) * WIDENED;
}

function halfOfLastDigit({ decimals }: PrintedNumber): number {
  return 0.5 / Number(`1e${decimals}`);
}

/** Room for the rounding of this very arithmetic. */
const WIDENED = 1 + 1e-12;
