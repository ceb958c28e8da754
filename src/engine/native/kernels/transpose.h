#pragma once

#include "vectors.h"

/** Squares of WIDTH × WIDTH floats, transposed in registers. */
namespace assay::KERNELS {

template <int... LANES>
struct Lanes {};
template <int N, int... LANES>
struct LanesUpTo : LanesUpTo<N - 1, N - 1, LANES...> {};
template <int... LANES>
struct LanesUpTo<0, LANES...> {
  using Type = Lanes<LANES...>;
};
using AllLanes = LanesUpTo<WIDTH>::Type;

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, Ints{__VA_ARGS__})
#endif

/** Exchanges the lanes of a that have the bit D with those of b that lack it. */
template <int D, int... LANES>
INLINE void exchange(Floats& a, Floats& b, Lanes<LANES...>) {
  const Floats low = SHUFFLE(a, b, ((LANES & D) ? WIDTH + LANES - D : LANES)...);
  const Floats high = SHUFFLE(a, b, ((LANES & D) ? WIDTH + LANES : LANES + D)...);
  a = low;
  b = high;
}

#undef SHUFFLE

template <int D>
INLINE void exchangeAll(Floats (&rows)[WIDTH]) {
#pragma GCC unroll 16
  for (int i = 0; i < WIDTH; i++) {
    if ((i & D) == 0) exchange<D>(rows[i], rows[i + D], AllLanes());
  }
  if constexpr (2 * D < WIDTH) exchangeAll<2 * D>(rows);
}

INLINE void transpose(Floats (&rows)[WIDTH]) { exchangeAll<1>(rows); }

/**
 * to[c][r] = from[r][c], of so many rows and columns; strides in bytes. Whole squares go through registers, what is left one by one.
 */
INLINE void transposeInto(char* to, int64_t toStride, const char* from, int64_t fromStride, int rows, int columns) {
  int r = 0;
  for (; r + WIDTH <= rows; r += WIDTH) {
    int c = 0;
    for (; c + WIDTH <= columns; c += WIDTH) {
      Floats square[WIDTH];
#pragma GCC unroll 16
      for (int i = 0; i < WIDTH; i++) square[i] = load(from + (r + i) * fromStride + 4 * c);
      transpose(square);
#pragma GCC unroll 16
      for (int i = 0; i < WIDTH; i++) store(to + (c + i) * toStride + 4 * r, square[i]);
    }
    for (; c < columns; c++) {
      for (int i = 0; i < WIDTH; i++) storeFloat(to + c * toStride + 4 * (r + i), loadFloat(from + (r + i) * fromStride + 4 * c));
    }
  }
  for (; r < rows; r++) {
    for (int c = 0; c < columns; c++) storeFloat(to + c * toStride + 4 * r, loadFloat(from + r * fromStride + 4 * c));
  }
}

}  // namespace assay::KERNELS
