/**
 * The fused multiply-add of src/engine/reference/fma.ts in two lanes of float64: a · b is exact there, and a · b + c, rounded to 53 bits and
 * then to 24, is what one rounding gives, but where the 53 bits are the middle between two float32 values. All operands are float32 values.
 */

/** The bits of a float64 that a float32 lacks, and of these what the middle between two float32 values has. */
const BEYOND: i64 = 0x1fffffff;
const MIDDLE: i64 = 0x10000000;
/** Below it, float32 has fewer bits. */
const LEAST_NORMAL: f64 = 1.1754943508222875e-38;
const GREATEST: f64 = 3.4028234663852886e38;
const BEYOND_GREATEST: f64 = 3.4028235677973366e38;

/** A class for the decorator's sake: a call for each product would take longer than the product. */
export class Lanes {
  @inline
  static fma(a: v128, b: v128, c: v128): v128 {
    const product = f64x2.mul(a, b);
    const sum = f64x2.add(product, c);
    const middle = i64x2.eq(v128.and(sum, i64x2.splat(BEYOND)), i64x2.splat(MIDDLE));
    const low = f64x2.lt(f64x2.abs(sum), f64x2.splat(LEAST_NORMAL));
    const notZero = f64x2.ne(sum, f64x2.splat(0));
    if (v128.any_true(v128.or(middle, v128.and(low, notZero)))) return rounded(product, c, sum);
    return f64x2.promote_low_f32x4(f32x4.demote_f64x2_zero(sum));
  }

  /** A float32 in both lanes. */
  @inline
  static splat(from: usize): v128 {
    return f64x2.splat(<f64>load<f32>(from));
  }

  /** Two float32. */
  @inline
  static load(from: usize): v128 {
    return f64x2.promote_low_f32x4(v128.load64_zero(from));
  }

  /** As four float32. */
  @inline
  static demoted(low: v128, high: v128): v128 {
    return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  }
}

/** For the few that are near the middle, or subnormal. */
function rounded(product: v128, c: v128, sum: v128): v128 {
  const low = roundedLane(
    f64x2.extract_lane(product, 0),
    f64x2.extract_lane(c, 0),
    f64x2.extract_lane(sum, 0),
  );
  const high = roundedLane(
    f64x2.extract_lane(product, 1),
    f64x2.extract_lane(c, 1),
    f64x2.extract_lane(sum, 1),
  );
  return f64x2.replace_lane(f64x2.splat(low), 1, high);
}

function roundedLane(product: f64, c: f64, sum: f64): f64 {
  const nearest = <f64>(<f32>sum);
  if (nearest == sum) return nearest;
  const ofC = sum - product;
  const error = product - (sum - ofC) + (c - ofC);
  if (abs(sum) == BEYOND_GREATEST) {
    const isWithin = sum > 0 ? error < 0 : error > 0;
    return isWithin ? copysign(GREATEST, sum) : nearest;
  }
  const opposite = sum + (sum - nearest);
  if (!isFinite(nearest) || <f64>(<f32>opposite) != opposite) return nearest;
  if (error > 0) return max(nearest, opposite);
  if (error < 0) return min(nearest, opposite);
  return nearest;
}
