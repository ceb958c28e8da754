#pragma once

#include "lists.h"

/**
 * The micro-kernels behind the sums over lists: each lane is one output, and its chain goes on in the order of the list.
 * Several vectors at once keep the adders busy, which wait for the sum before.
 */
namespace assay::KERNELS {

/** Vectors summed at once: as many as 16 registers have room for, beside the operands. */
constexpr int SUMS = 12;

/** sum += Σ over the entries from `first` to `end` of value · source[offset …], a chain. */
template <int V>
INLINE void addProducts(Floats (&sum)[V], const char* source, List list, int first, int end) {
  for (int k = first; k < end; k++) {
    const char* from = base(source + list.offsets[k]);
    const Floats value = splat(list.values[k]);
#pragma GCC unroll 32
    for (int v = 0; v < V; v++) sum[v] = sum[v] + value * load(from + 4 * WIDTH * v);
  }
}

/** target = Σ over the entries of value · source[offset …], on so many vectors. */
INLINE void sumProducts(char* target, const char* source, List list, int first, int end, int vectors) {
  inPieces<SUMS>(vectors, [&](auto count, int at) LAMBDA {
    constexpr int V = decltype(count)::value;
    Floats sum[V] = {};
    addProducts<V>(sum, source + 4 * WIDTH * at, list, first, end);
#pragma GCC unroll 32
    for (int v = 0; v < V; v++) store(target + 4 * WIDTH * (at + v), sum[v]);
  });
}

/** target = total + (Σ over the entries of value · source[offset …]), on so many vectors. */
INLINE void addSumOfProducts(char* target, const char* total, const char* source, List list, int first, int end,
                             int vectors) {
  inPieces<SUMS>(vectors, [&](auto count, int at) LAMBDA {
    constexpr int V = decltype(count)::value;
    Floats sum[V] = {};
    addProducts<V>(sum, source + 4 * WIDTH * at, list, first, end);
#pragma GCC unroll 32
    for (int v = 0; v < V; v++) {
      const int64_t column = 4 * WIDTH * (at + v);
      store(target + column, load(total + column) + sum[v]);
    }
  });
}

/** Σ over a list's values, a chain from 0. */
INLINE float sumOfValues(List list, int end) {
  float sum = 0;
  for (int k = 0; k < end; k++) sum += list.values[k];
  return sum;
}

}  // namespace assay::KERNELS
