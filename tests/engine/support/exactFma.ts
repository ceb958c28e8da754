import { bitsOf } from '../../../src/base/f32';

/** a · b + c of float32 values by integers, rounded to float32 once: to nearest, ties to even. */

/** The integers count units of 2^-298, the least product. */
const UNIT = 298;

export function exactFma(a: number, b: number, c: number): number {
  if (![a, b, c].every(Number.isFinite)) return a * b + c; // NaN or infinite, with nothing to round
  const [x, y, z] = [a, b, c].map(partsOf);
  const sum =
    x.mantissa * y.mantissa * 2n ** BigInt(x.exponent + y.exponent + UNIT) +
    z.mantissa * 2n ** BigInt(z.exponent + UNIT);
  if (sum === 0n) return a * b + c; // by the rules for the sign of 0, which float64 has as well
  const magnitude = sum < 0n ? -sum : sum;
  const sign = sum < 0n ? -1 : 1;
  const top = magnitude.toString(2).length - 1 - UNIT;
  const quantum = Math.max(top - 23, -149);
  const shift = BigInt(quantum + UNIT);
  const floor = magnitude >> shift;
  const twice = (magnitude - (floor << shift)) * 2n;
  const one = 1n << shift;
  const isUp = twice > one || (twice === one && floor % 2n === 1n);
  const rounded = Number(isUp ? floor + 1n : floor) * 2 ** quantum;
  return sign * (rounded >= 2 ** 128 ? Infinity : rounded);
}

/** value = mantissa · 2^exponent */
function partsOf(value: number): { mantissa: bigint; exponent: number } {
  const bits = bitsOf(value);
  const biased = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  const mantissa = BigInt(biased === 0 ? fraction : fraction + 0x800000);
  return { mantissa: bits >= 0x80000000 ? -mantissa : mantissa, exponent: Math.max(biased, 1) - 150 };
}

export type Triple = readonly [a: number, b: number, c: number];

/** Triples for which one rounding and two may differ, and others that are not like most: each kind as often as any other. */
export function* hardTriples(seed: number, count: number): Generator<Triple> {
  let state = (seed * 2 + 1) >>> 0;
  const bits = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  const view = new DataView(new ArrayBuffer(4));
  const float = (pattern: number): number => {
    view.setUint32(0, pattern);
    return view.getFloat32(0);
  };
  const sign = (): number => (bits() % 2 === 0 ? 1 : -1);
  /** A value whose 24 bits are random, within 2^±spread. */
  const near = (spread: number): number =>
    sign() * (1 + (bits() >>> 9) * 2 ** -23) * 2 ** ((bits() % (2 * spread + 1)) - spread);
  /** A product of 25 bits: the middle between two float32 values; and what is far too small to be seen beside it in a float64. */
  const tie = (scale: number, least: number): Triple => {
    for (;;) {
      const a = (bits() >>> 8) | 1;
      const b = 3 + 2 * (bits() % 64);
      const length =
        32 -
        Math.clz32(b) +
        (32 - Math.clz32(a)) -
        (a * b < 2 ** (62 - Math.clz32(a) - Math.clz32(b) + 1) ? 1 : 0);
      if (length === 25) return [sign() * a * 2 ** scale, b, sign() * least * (bits() % 4)];
    }
  };
  const kinds: (() => Triple)[] = [
    () => [float(bits()), float(bits()), float(bits())],
    () => [near(2), near(2), near(4)],
    () => tie(0, 2 ** -60 * 2 ** -(bits() % 80)),
    () => tie(-145 + (bits() % 8), 2 ** -149), // subnormal
    () => [near(2) * 2 ** -70, near(2) * 2 ** -75, float(bits() & 0x807fffff)], // both about the least subnormals
    () => [near(2) * 2 ** -70, near(2) * 2 ** -80, 0],
    () => {
      // The product nearly cancels the third, or half a unit of it.
      const [a, b] = [near(2), near(2)];
      const half = bits() % 2 === 0 ? 1 : 2 ** -24;
      return [a, Math.fround(b), Math.fround(-a * b * (half === 1 ? 1 : 2 ** 24))];
    },
    () => {
      // Half a unit of the third: 2^46 and what little A · B leaves of it.
      for (;;) {
        const a = 2 ** 23 + (bits() >>> 9);
        const b = Math.round(2 ** 47 / a);
        if (b < 2 ** 24 && Math.abs(a * b - 2 ** 47) < 2 ** 19)
          return [a, b, sign() * (2 ** 23 + (bits() >>> 9)) * 2 ** 48];
      }
    },
    () => [near(1) * 2 ** 63, near(1) * 2 ** 63, sign() * (2 - 2 ** -23) * 2 ** 127], // about where Infinity begins
    // 2^128 − 2^103, where values begin to round to Infinity, is 1082401 · 31 · 2^103.
    () => [sign() * 1082401 * 2 ** 60, 31 * 2 ** 43, sign() * 2 ** -(bits() % 100)],
    () => [sign() * (2 ** 24 - 1) * 2 ** 104, 1, sign() * 2 ** 103 * (1 - 2 ** -24 * (bits() % 2))],
    () => {
      const zeros = [0, -0, 1, -1, Infinity, -Infinity, NaN, 2 ** -149, -(2 ** -149)];
      const any = (): number => zeros[bits() % zeros.length];
      return [any(), any(), any()];
    },
  ];
  for (let i = 0; i < count; i++) yield kinds[i % kinds.length]();
}
