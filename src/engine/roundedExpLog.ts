import { add, divide, multiply, product, sum, type DoubleDouble } from './doubleDouble';
import { exp64, LN2_HIGH, LN2_LOW, log64, LOG2_E, powerOfTwo } from './expLog';
import { roundedSum } from './roundedSum';

/**
 * exp and log of float32 values, correctly rounded: the float32 nearest to the exact value, always. The float64 that `expLog.ts` computes
 * decides where its error cannot matter; where it can, once in some hundred thousand values, it is computed again with 106 bits.
 */

/** Above the relative error of `exp64` and `log64`. */
const MARGIN = powerOfTwo(-42);

/** ln 2 − LN2_HIGH − LN2_LOW. */
const LN2_REST = 1.1612227229362532e-26;

/** e^x. +Infinity above the float32 range, 0 below it, NaN for NaN. */
export function exp(x: number): number {
  if (x !== x) return NaN;
  if (x > 89) return Infinity;
  if (x < -104) return 0;
  return rounded(exp64(x), () => accurateExp(x));
}

/** Natural logarithm. −Infinity at ±0, NaN below 0, +Infinity at +Infinity. */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return log64(x);
  return rounded(log64(x), () => accurateLog(x));
}

function rounded(value: number, accurate: () => DoubleDouble): number {
  const nearest = Math.fround(value * (1 - MARGIN));
  if (nearest === Math.fround(value * (1 + MARGIN))) return nearest;
  return roundedSum(...accurate());
}

/** @param x a float64, |x| ≤ 105 */
function accurateExp(x: number): DoubleDouble {
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = add(add(sum(x, -k * LN2_HIGH), product(-k, LN2_LOW)), [-k * LN2_REST, 0]);
  // Taylor series by Horner's rule; the first term left out is below 2⁻¹¹⁸.
  let series: DoubleDouble = [1, 0];
  for (let n = 25; n >= 1; n--) series = add([1, 0], divide(multiply(series, r), n));
  const scale = powerOfTwo(k);
  return [series[0] * scale, series[1] * scale];
}

/** One step of Halley's method from `log64`, which triples its digits. */
function accurateLog(x: number): DoubleDouble {
  const near = log64(x);
  const [high, low] = accurateExp(near);
  const missing = add([x, 0], [-high, -low]);
  return sum(near, (2 * (missing[0] + missing[1])) / (x + high));
}
