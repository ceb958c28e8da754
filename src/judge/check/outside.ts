import { pythonFixed } from '../../base/printf';
import type { Interval } from '../../statistics/conformal';

/**
 * `0.0487 is outside of 0.1068 … 0.1598`: the number as its log has it, so that it can be looked up there.
 *
 * @param leastDecimals of the bounds: a log may print fewer than tell them apart, and of `nan` and `inf` none
 */
export function outsideText(
  { value, decimals }: { readonly value: number; readonly decimals: number },
  { lower, upper }: Interval,
  leastDecimals: number,
): string {
  const finer = Math.max(decimals, leastDecimals);
  const shown = pythonFixed(value, decimals);
  // Only what is rounded here, and not by the log, can come to be inside: then its own digits say why it is not.
  const seemsInside = Number(shown) >= lower && Number(shown) <= upper;
  const number = seemsInside ? pythonFixed(value, finer) : shown;
  return `${number} is outside of ${pythonFixed(lower, finer)} … ${pythonFixed(upper, finer)}`;
}
