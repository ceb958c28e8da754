/**
 * The multiplicative congruential generator MCG31m1 (L'Ecuyer 1999), seeded as Intel MKL's `vslNewStream` seeds it. The seed itself is
 * the first output.
 */
export class Mcg31 {
  static readonly MODULUS = 0x7fffffff;
  private next: number;

  /** @param seed 0 … 2^32 − 1; 0 is no state of it, and stands for 1. */
  constructor(seed: number) {
    this.next = reduced(seed) || 1;
  }

  /** The next output, 1 … 2^31 − 2. */
  nextInt(): number {
    const { next } = this;
    // The multiplier is 1132489760 = HIGH · 2^16 + LOW: in two parts, no product exceeds 2^53.
    this.next = reduced(reduced(next * HIGH) * 0x10000 + next * LOW);
    return next;
  }
}

const MULTIPLIER = 1132489760;
const HIGH = MULTIPLIER >>> 16;
const LOW = MULTIPLIER & 0xffff;
const TWO_POW_31 = 0x80000000;

/** x mod 2^31 − 1, of a whole number below 2^53: 2^31 is congruent to 1. */
function reduced(x: number): number {
  const high = Math.trunc(x / TWO_POW_31);
  const folded = high + (x - high * TWO_POW_31); // below twice the modulus
  return folded >= Mcg31.MODULUS ? folded - Mcg31.MODULUS : folded;
}
