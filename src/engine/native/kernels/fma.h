#pragma once

#include "vectors.h"

namespace assay::KERNELS {

/** What `fma` rests on where the processor has no such instruction: see src/engine/reference/fma.ts and src/engine/roundedSum.ts. */
INLINE float fmaOfDoubles(float a, float b, float c) {
  const double product = static_cast<double>(a) * b;
  const double sum = product + c;
  const double nearest = static_cast<float>(sum);
  if (nearest == sum || !__builtin_isfinite(sum)) return static_cast<float>(nearest);
  const double ofC = sum - product;
  const double error = (product - (sum - ofC)) + (c - ofC);
  if (error == 0) return static_cast<float>(nearest);
  constexpr double BEYOND_GREATEST = 0x1.ffffffp127;
  if (__builtin_fabs(sum) == BEYOND_GREATEST) {
    const bool isWithin = sum > 0 ? error < 0 : error > 0;
    return isWithin ? __builtin_copysignf(0x1.fffffep127f, static_cast<float>(sum)) : static_cast<float>(nearest);
  }
  const double opposite = sum + (sum - nearest);
  if (!__builtin_isfinite(nearest) || static_cast<float>(opposite) != opposite) return static_cast<float>(nearest);
  const bool isNearest = error > 0 ? nearest > opposite : nearest < opposite;
  return static_cast<float>(isNearest ? nearest : opposite);
}

/** a · b + c, rounded once. */
INLINE Floats fma(Floats a, Floats b, Floats c) {
#if defined(__x86_64__) && WIDTH == 16
  return (Floats)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif defined(__x86_64__) && WIDTH == 8
  return (Floats)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#elif defined(__aarch64__)
  return (Floats)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
#else
  for (int lane = 0; lane < WIDTH; lane++) c[lane] = fmaOfDoubles(a[lane], b[lane], c[lane]);
  return c;
#endif
}

}  // namespace assay::KERNELS
