#pragma once

#include "vectors.h"

/**
 * Lists of what is not 0 of the operand that is streamed (an activation, a gradient): after ReLU, max-pooling and dropout
 * that is half of it or less, and the definition leaves the other products out. An entry is a byte offset and a value, which
 * lie in two arrays.
 */
namespace assay::KERNELS {

struct List {
  int32_t* offsets;
  float* values;
};

/** A list in so many bytes: the offsets in the first half of them, the values in the other. */
INLINE List listAt(char* address, int64_t bytes) {
  return {reinterpret_cast<int32_t*>(address), reinterpret_cast<float*>(address + bytes / 2)};
}

/** Bytes of a row's list when nothing is 0, and what `append` may write beyond; src/engine/plan/lists.ts has it too. */
template <class Number>
INLINE Number rowListBytes(Number width, Number channels) {
  return 8 * width * channels + 128;
}

/** The lanes that hold channels below `channels`, from channel `c` on. */
INLINE Ints lanesBelow(int c, int channels) { return lanes() < channels - c; }

#if defined(__x86_64__) && WIDTH == 8
/** For each subset of 8 lanes, the indices that move its lanes to the front. */
struct Packings {
  int32_t indices[256][8];
  constexpr Packings() : indices() {
    for (int mask = 0; mask < 256; mask++) {
      int count = 0;
      for (int lane = 0; lane < 8; lane++) {
        if (mask & (1 << lane)) indices[mask][count++] = lane;
      }
    }
  }
};
static constexpr Packings PACKINGS;
#elif defined(__x86_64__) && WIDTH == 4
/** For each subset of 4 lanes of 4 bytes, the byte indices that move its lanes to the front. */
struct Packings {
  uint8_t indices[16][16];
  constexpr Packings() : indices() {
    for (int mask = 0; mask < 16; mask++) {
      int count = 0;
      for (int lane = 0; lane < 4; lane++) {
        if (!(mask & (1 << lane))) continue;
        for (int byte = 0; byte < 4; byte++) indices[mask][4 * count + byte] = 4 * lane + byte;
        count++;
      }
    }
  }
};
static constexpr Packings PACKINGS;
#endif

/**
 * Appends the chosen lanes in their order, without a branch: which values are 0 follows no pattern. Writes WIDTH entries in any
 * case.
 *
 * @param chosen −1 or 0
 * @returns the number of entries then
 */
INLINE int append(List list, int end, Ints offsets, Floats values, Ints chosen) {
#if defined(__x86_64__) && WIDTH == 16
  const __mmask16 mask = _mm512_movepi32_mask((__m512i)chosen);
  storeInts(list.offsets + end, (Ints)_mm512_maskz_compress_epi32(mask, (__m512i)offsets));
  store(list.values + end, (Floats)_mm512_maskz_compress_ps(mask, (__m512)values));
  return end + __builtin_popcount(mask);
#elif defined(__x86_64__) && WIDTH == 8
  const int mask = _mm256_movemask_ps((__m256)chosen);
  const __m256i front = (__m256i)loadInts(PACKINGS.indices[mask]);
  storeInts(list.offsets + end, (Ints)_mm256_permutevar8x32_epi32((__m256i)offsets, front));
  store(list.values + end, (Floats)_mm256_permutevar8x32_ps((__m256)values, front));
  return end + __builtin_popcount(mask);
#elif defined(__x86_64__)
  const int mask = _mm_movemask_ps((__m128)chosen);
  const __m128i front = (__m128i)loadInts(PACKINGS.indices[mask]);
  storeInts(list.offsets + end, (Ints)_mm_shuffle_epi8((__m128i)offsets, front));
  store(list.values + end, (Floats)_mm_shuffle_epi8((__m128i)values, front));
  return end + __builtin_popcount(mask);
#else
  for (int lane = 0; lane < WIDTH; lane++) {
    list.offsets[end] = offsets[lane];
    list.values[end] = values[lane];
    end -= chosen[lane];
  }
  return end;
#endif
}

}  // namespace assay::KERNELS
