/** The greatest float32, and the middle between it and the next power of two, from which on values round to Infinity. */
const GREATEST = 3.4028234663852886e38;
const BEYOND_GREATEST = 3.4028235677973366e38;

/**
 * high + low rounded to float32 once, of float64 values of which the second is at most half a unit in the last place of the first:
 * where the first is the middle between two float32 values, the second decides.
 */
export function roundedSum(high: number, low: number): number {
  const rounded = Math.fround(high);
  if (high === rounded || low === 0) return rounded;
  if (Math.abs(high) === BEYOND_GREATEST) {
    const isWithin = high > 0 ? low < 0 : low > 0;
    return isWithin ? Math.sign(high) * GREATEST : rounded;
  }
  const opposite = high + (high - rounded);
  if (!Number.isFinite(rounded) || Math.fround(opposite) !== opposite) return rounded; // not the middle
  return low > 0 ? Math.max(rounded, opposite) : Math.min(rounded, opposite);
}
