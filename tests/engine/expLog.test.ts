import { exp, log } from '../../src/engine/expLog';
import { bitsOf } from '../../src/base/f32';
import { errorInUlps, exactExp, exactLog, type Exact } from './support/exactExpLog';
import { fc, property } from './support/property';

/** What src/engine/expLog.ts promises. */
const BOUND = 0.5 + 2 ** -20;

const view = new DataView(new ArrayBuffer(4));

function floatOf(bits: number): number {
  view.setUint32(0, bits);
  return view.getFloat32(0);
}

/** `count` float32 values on both sides of `centre`, one after another. */
function* around(centre: number, count: number): Generator<number> {
  const bits = bitsOf(Math.fround(centre));
  for (let i = -count; i <= count; i++) yield floatOf(bits + i);
}

function holds(name: string, got: number, x: number, exact: Exact): void {
  const error = errorInUlps(got, exact);
  if (error <= BOUND && Object.is(Math.fround(got), got)) return;
  const bits = (value: number): string => `0x${bitsOf(value).toString(16).padStart(8, '0')}`;
  throw new Error(
    `${name}(${x}) [${bits(x)}] = ${got} [${bits(got)}], which is off by ${error} ulp; ${BOUND} are allowed`,
  );
}

const expHolds = (x: number): void => {
  holds('exp', exp(x), x, exactExp(x));
};
const logHolds = (x: number): void => {
  holds('log', log(x), x, exactLog(x));
};

/** Every float32 that is not NaN, and each exponent as often as any other. */
const floats = fc
  .nat(0xffffffff)
  .map(floatOf)
  .filter((x) => !Number.isNaN(x));

describe('the exact values', () => {
  test('are those of the tables', () => {
    const digits = (exact: Exact): string =>
      (((exact.fixed << BigInt(exact.exponent)) * 10n ** 40n) >> 256n).toString();
    expect(digits(exactExp(1))).toBe('27182818284590452353602874713526624977572');
    expect(digits(exactExp(10))).toBe('220264657948067165169579006452842443663535126');
    expect(digits(exactLog(10))).toBe('23025850929940456840179914546843642076011');
    expect(digits(exactLog(2))).toBe('6931471805599453094172321214581765680755');
  });

  test('tell 0.4 from 0.6 ulp, among subnormals too', () => {
    const at = (units: bigint, exponent: number): Exact => ({ fixed: (units << 256n) / 10n, exponent });
    expect(errorInUlps(1, at(10n, 0))).toBe(0);
    expect(errorInUlps(2 ** 23, at(10n * 2n ** 23n + 4n, 0))).toBeCloseTo(0.4, 12);
    expect(errorInUlps(0, at(6n, -149))).toBeCloseTo(0.6, 12);
    expect(errorInUlps(2 ** -149, at(6n, -149))).toBeCloseTo(0.4, 12);
  });
});

describe('exp is within 0.5 + 2⁻²⁰ ulp', () => {
  const LN2 = 0.6931471805599453;
  test.each([
    ['e', 1],
    ['the greatest float32', 88.722839],
    ['the least normal float32', -87.336545],
    ['the least subnormal float32', -103.27893],
    ['half of it, where 0 begins', -103.972077],
  ])('around the argument of %s', (_, centre) => {
    for (const x of around(centre, 2000)) expHolds(x);
  });

  test('where the argument reduction changes its multiple of ln 2', () => {
    for (let k = -150; k <= 128; k++) for (const x of around((k + 0.5) * LN2, 20)) expHolds(x);
    for (let k = -149; k <= 128; k++) if (k !== 0) for (const x of around(k * LN2, 10)) expHolds(x);
  });

  test('at every exponent of the argument', () => {
    for (let e = -149; e <= 6; e++) {
      for (const x of [2 ** e, 1.25 * 2 ** e, 1.5 * 2 ** e, Math.fround(1.999999 * 2 ** e)].map(
        Math.fround,
      )) {
        expHolds(x);
        expHolds(-x);
      }
    }
  });

  const finite = fc.double({ min: -105, max: 90, noNaN: true }).map(Math.fround);
  property.prop([finite], { numRuns: 10_000 })('at random points', expHolds);

  property.prop([floats], { numRuns: 2000 })('and 0 or ∞ beyond its range', (x) => {
    if (x > 89) expect(exp(x)).toBe(Infinity);
    else if (x < -104) expect(exp(x)).toBe(0);
    else expHolds(x);
  });

  test('of what is no number', () => {
    expect([exp(Infinity), exp(-Infinity), exp(NaN), exp(0), exp(-0)]).toEqual([Infinity, 0, NaN, 1, 1]);
  });
});

describe('log is within 0.5 + 2⁻²⁰ ulp', () => {
  test.each([
    ['1', 1],
    ['√½', Math.SQRT1_2],
    ['√2', Math.SQRT2],
    ['e', Math.E],
    ['the least normal float32', 2 ** -126],
  ])('around %s', (_, centre) => {
    for (const x of around(centre, 2000)) logHolds(x);
  });

  test('among the smallest and the greatest', () => {
    for (let bits = 1; bits <= 2000; bits++) {
      logHolds(floatOf(bits));
      logHolds(floatOf(0x7f800000 - bits));
    }
  });

  test('at every exponent', () => {
    for (let e = -149; e <= 127; e++)
      for (const m of [1, 1.25, Math.SQRT2, 1.75]) logHolds(Math.fround(m * 2 ** e));
  });

  const positive = floats.map(Math.abs).filter((x) => x > 0 && x < Infinity);
  property.prop([positive], { numRuns: 10_000 })('at random points', logHolds);

  test('of what has no logarithm', () => {
    expect([log(0), log(-0), log(Infinity)]).toEqual([-Infinity, -Infinity, Infinity]);
    expect([log(-1), log(-(2 ** -149)), log(-Infinity), log(NaN)]).toEqual([NaN, NaN, NaN, NaN]);
  });
});
