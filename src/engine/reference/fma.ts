import { roundedSum } from '../roundedSum';

/**
 * a · b + c of float32 values, rounded to float32 once, as a fused multiply-add does.
 *
 * In float64 the product is exact (24 + 24 bits), and the sum is rounded to 53 bits. To round that again to 24 bits is the same as to round
 * the exact sum, except where the float64 is the middle between two float32 values: then the error of the sum decides.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const rounded = Math.fround(sum);
  const opposite = sum + (sum - rounded); // as far from the sum, on the other side
  if (opposite === rounded || Math.fround(opposite) !== opposite) return rounded;
  // What the sum lacks of the exact one (Knuth's TwoSum): exact, because nothing here is near the ends of float64.
  const ofC = sum - product;
  return roundedSum(sum, product - (sum - ofC) + (c - ofC));
}
