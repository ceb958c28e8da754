import { power } from '../../src/engine/doubleDouble';
import * as expLog from '../../src/engine/expLog';
import { exp, log } from '../../src/engine/roundedExpLog';
import { roundedSum } from '../../src/engine/roundedSum';
import { errorInUlps, exactExp, exactLog, type Exact } from './support/exactExpLog';
import { fc, property } from './support/property';

/** Correctly rounded: the error is half a unit at most. The exact values have more digits than any tie between two float32 needs. */
function holds(name: string, got: number, x: number, exact: Exact): void {
  const error = errorInUlps(got, exact);
  if (error <= 0.5 && Object.is(Math.fround(got), got)) return;
  throw new Error(`${name}(${x}) = ${got}, which is off by ${error} ulp`);
}

const view = new DataView(new ArrayBuffer(4));
const floats = fc.nat(0xffffffff).map((bits) => {
  view.setUint32(0, bits);
  return view.getFloat32(0);
});
const shifted = fc.float({ min: -20, max: 0, noNaN: true });
const sums = fc.float({ min: 1, max: 10, noNaN: true });

property.prop([fc.oneof(shifted, floats)], { numRuns: 4000 })('exp is correctly rounded', (x) => {
  if (x > 88.7 || x < -103.9 || Number.isNaN(x)) return;
  holds('exp', exp(x), x, exactExp(x));
});

property.prop([fc.oneof(sums, floats)], { numRuns: 4000 })('log is correctly rounded', (x) => {
  if (!(x > 0) || x === Infinity) return;
  holds('log', log(x), x, exactLog(x));
});

test('the ends', () => {
  expect([exp(0), exp(-0), exp(89), exp(-104), exp(-Infinity), exp(Infinity)]).toEqual([
    1,
    1,
    Infinity,
    0,
    0,
    Infinity,
  ]);
  expect(exp(NaN)).toBeNaN();
  expect([log(1), log(0), log(-0), log(Infinity)]).toEqual([0, -Infinity, -Infinity, Infinity]);
  expect([log(-1), log(NaN)]).toEqual([NaN, NaN]);
});

test('log of a value that src/engine/expLog.ts rounds the other way: nearer to the middle of two than it is exact', () => {
  const x = 9.472636222839355;
  expect(log(x)).not.toBe(expLog.log(x));
  holds('log', log(x), x, exactLog(x));
});

test('a sum of two parts is rounded once', () => {
  const ulp = 2 ** -23;
  const middle = 1 + ulp / 2;
  const least = 2 ** -80;
  expect([roundedSum(middle, 0), roundedSum(middle, least), roundedSum(middle, -least)]).toEqual([
    1,
    1 + ulp,
    1,
  ]);
  const upper = 1 + 1.5 * ulp;
  expect([roundedSum(upper, 0), roundedSum(upper, least), roundedSum(upper, -least)]).toEqual([
    1 + 2 * ulp,
    1 + 2 * ulp,
    1 + ulp,
  ]);
  expect(roundedSum(-middle, -least)).toBe(-1 - ulp);
  const greatest = (2 - ulp) * 2 ** 127;
  const beyond = 2 ** 128 - 2 ** 103;
  expect([roundedSum(beyond, 0), roundedSum(beyond, -1), roundedSum(-beyond, 1)]).toEqual([
    Infinity,
    greatest,
    -greatest,
  ]);
  expect([roundedSum(Infinity, NaN), roundedSum(1e39, -1)]).toEqual([Infinity, Infinity]);
});

property.prop([fc.double({ min: 0.5, max: 1, noNaN: true }), fc.integer({ min: 1, max: 2000 })], {
  numRuns: 100,
})('a power is the float64 nearest to the exact one', (base, exponent) => {
  // base = m · 2^-e
  let [m, e] = [base, 0];
  for (; !Number.isInteger(m); m *= 2) e++;
  const got = power(base, exponent);
  if (got < 2 ** -900) return; // the parts of a product need room below them
  const exact = BigInt(m) ** BigInt(exponent); // units of 2^-(e · exponent)
  const [low, high] = [neighbour(got, -1n), neighbour(got, 1n)];
  const unit = e * exponent;
  const scaled = (value: number): bigint => {
    let [v, shift] = [value, 0];
    for (; !Number.isInteger(v); v *= 2) shift++;
    return BigInt(v) << BigInt(unit + 1100 - shift);
  };
  const distance = (value: number): bigint => {
    const apart = scaled(value) - (exact << 1100n);
    return apart < 0n ? -apart : apart;
  };
  expect(distance(got) <= distance(low) && distance(got) <= distance(high)).toBe(true);
});

function neighbour(value: number, step: bigint): number {
  const both = new DataView(new ArrayBuffer(8));
  both.setFloat64(0, value);
  both.setBigUint64(0, both.getBigUint64(0) + step);
  return both.getFloat64(0);
}
