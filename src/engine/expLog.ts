/**
 * exp and log of float32 values, from + − × ÷ alone, so that every JavaScript engine gives the same bits
 * (`Math.exp` and `Math.log` do not promise that). Computed in float64 and rounded once to float32: the error
 * is at most 0.5 ulp + 2⁻²⁰ ulp. Proven against exact values in `tests/engine/expLog.test.ts`.
 */

export const LOG2_E = 1.4426950408889634;
/** ln 2 in two parts; the first has 32 trailing zero bits, so that k · LN2_HIGH is exact for |k| < 2³². */
export const LN2_HIGH = 0.6931471803691238;
export const LN2_LOW = 1.9082149292705877e-10;

/** 2^k at index k + 160, for −160 ≤ k ≤ 160; doubling and halving are exact. */
const POWERS_OF_TWO = powersOfTwo(160);

/** 2^k, for −160 ≤ k ≤ 160. */
export function powerOfTwo(k: number): number {
  return POWERS_OF_TWO[160 + k];
}

function powersOfTwo(limit: number): Float64Array {
  const table = new Float64Array(2 * limit + 1);
  for (let k = 0, up = 1, down = 1; k <= limit; k++, up *= 2, down *= 0.5) {
    table[limit + k] = up;
    table[limit - k] = down;
  }
  return table;
}

/** e^x rounded to float32. +Infinity above the float32 range, 0 below it, NaN for NaN. */
export function exp(x: number): number {
  return Math.fround(exp64(x));
}

/** The same before it is rounded. */
export function exp64(x: number): number {
  if (x !== x) return NaN;
  if (x > 89) return Infinity;
  if (x < -104) return 0;
  const k = Math.floor(x * LOG2_E + 0.5);
  const r = x - k * LN2_HIGH - k * LN2_LOW; // |r| ≤ ln 2 / 2
  // Taylor series by Horner's rule; the first term left out is below 2⁻⁵⁷.
  let sum = 1;
  for (let n = 14; n >= 1; n--) sum = 1 + (sum * r) / n;
  return sum * powerOfTwo(k);
}

/** Natural logarithm of a float32 value, rounded to float32. −Infinity at ±0, NaN below 0, +Infinity at +Infinity. */
export function log(x: number): number {
  return Math.fround(log64(x));
}

/** The same before it is rounded. */
export function log64(x: number): number {
  if (x !== x || x < 0) return NaN;
  if (x === 0) return -Infinity;
  if (x === Infinity) return Infinity;
  let e = 0;
  let m = x; // x = m · 2^e with √½ ≤ m < √2
  while (m >= Math.SQRT2) {
    m *= 0.5;
    e++;
  }
  while (m < Math.SQRT1_2) {
    m *= 2;
    e--;
  }
  // ln m = 2 artanh(s) = 2 (s + s³/3 + s⁵/5 + …); |s| ≤ 0.1716, the first term left out is below 2⁻⁵⁷ of the sum.
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 0;
  for (let n = 21; n >= 1; n -= 2) sum = sum * s2 + 1 / n;
  return e * LN2_HIGH + (2 * s * sum + e * LN2_LOW);
}
