/** exp and log of rational numbers in fixed-point arithmetic on BigInt: exact but for the last few of 256 binary digits. */

const DIGITS = 256n;
const ONE = 1n << DIGITS;
const LN2 = 2n * artanh(ONE / 3n); // ln 2 = 2 artanh(1/3)

/** A real number: fixed · 2^(exponent − 256). */
export interface Exact {
  readonly fixed: bigint;
  readonly exponent: number;
}

/** e^x of a float64, with 1 ≤ fixed/ONE < 2. */
export function exactExp(x: number): Exact {
  const fixedX = toFixed(x);
  let k = fixedX / LN2;
  if (k * LN2 > fixedX) k--;
  const r = fixedX - k * LN2; // 0 ≤ r < ln 2
  let sum = 0n;
  for (let term = ONE, n = 1n; term > 0n; n++) {
    sum += term;
    term = (term * r) / ONE / n;
  }
  return { fixed: sum, exponent: Number(k) };
}

/** ln x of a positive float64, as a fixed-point number (exponent 0). */
export function exactLog(x: number): Exact {
  let exponent = 0n;
  let m = x;
  for (; m >= 2; m /= 2) exponent++;
  for (; m < 1; m *= 2) exponent--;
  const fixedM = toFixed(m);
  return { fixed: exponent * LN2 + 2n * artanh(((fixedM - ONE) * ONE) / (fixedM + ONE)), exponent: 0 };
}

/** s + s³/3 + s⁵/5 + … */
function artanh(s: bigint): bigint {
  let sum = 0n;
  let power = s;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = (((power * s) / ONE) * s) / ONE;
  }
  return sum;
}

/** Every float64 that is a multiple of 2⁻²⁵⁶ is exact. */
function toFixed(x: number): bigint {
  let shift = DIGITS;
  for (; !Number.isInteger(x); x *= 2) shift--;
  return BigInt(x) << shift;
}

/**
 * |got − exact| in units in the last place of float32 at the exact value (2⁻¹⁴⁹ among the subnormals). Infinity stands for everything from
 * 2¹²⁸ on, so that rounding to it is judged like any other.
 */
export function errorInUlps(got: number, exact: Exact): number {
  const magnitude = exact.fixed < 0n ? -exact.fixed : exact.fixed;
  const leading = magnitude.toString(2).length - 1 - Number(DIGITS) + exact.exponent; // 2^leading ≤ |exact|
  if (got === Infinity && leading >= 128) return 0;
  const ulp = Math.min(Math.max(leading, -126), 127) - 23; // its exponent
  const value = got === Infinity ? 2 ** 128 : got;
  // Both in units of 2^(ulp − 64), as integers.
  const gotUnits = BigInt(value * 2 ** -ulp) << 64n;
  const shift = BigInt(exact.exponent - ulp + 64) - DIGITS;
  const exactUnits = shift >= 0n ? exact.fixed << shift : exact.fixed >> -shift;
  const difference = gotUnits - exactUnits;
  return Number(difference < 0n ? -difference : difference) / 2 ** 64;
}
