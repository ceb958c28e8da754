/**
 * Numbers of about 106 bits: the sum of two float64, of which the second is at most half a unit in the last place of the first.
 * Source: T. J. Dekker, A floating-point technique for extending the available precision, 1971.
 */
export type DoubleDouble = readonly [high: number, low: number];

/** a + b, exact. */
export function sum(a: number, b: number): DoubleDouble {
  const high = a + b;
  const ofB = high - a;
  return [high, a - (high - ofB) + (b - ofB)];
}

/** a · b, exact: each factor is split into halves of 26 bits. */
export function product(a: number, b: number): DoubleDouble {
  const high = a * b;
  const [a1, a2] = halves(a);
  const [b1, b2] = halves(b);
  return [high, a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2)];
}

function halves(a: number): [number, number] {
  const scaled = 134217729 * a; // 2^27 + 1
  const high = scaled - (scaled - a);
  return [high, a - high];
}

export function add(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = sum(a[0], b[0]);
  return sum(high, low + (a[1] + b[1]));
}

export function multiply(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const [high, low] = product(a[0], b[0]);
  return sum(high, low + (a[0] * b[1] + a[1] * b[0]));
}

export function divide(a: DoubleDouble, b: number): DoubleDouble {
  const high = a[0] / b;
  const [back, error] = product(high, b);
  return sum(high, (a[0] - back - error + a[1]) / b);
}

/** base^exponent as a float64, the nearest one but where two are as near to within 2⁻⁹⁰ or so. */
export function power(base: number, exponent: number): number {
  let result: DoubleDouble = [1, 0];
  for (let i = 0; i < exponent; i++) result = multiply(result, [base, 0]);
  return result[0];
}
