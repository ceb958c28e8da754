#pragma once

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/**
 * Vectors of WIDTH floats, for which this file is compiled. Everything is inlined: a function that the linker could share
 * between widths would run on processors that it was not compiled for.
 */
#define INLINE static inline __attribute__((always_inline))
#define LAMBDA __attribute__((always_inline))

namespace assay::KERNELS {

typedef float Floats __attribute__((vector_size(4 * WIDTH)));
typedef int32_t Ints __attribute__((vector_size(4 * WIDTH)));
typedef float FloatsAt __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef int32_t IntsAt __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));

/** Widths of tensors and blocks are multiples of 16 floats: of so many vectors. */
constexpr int STEP = 16 / WIDTH;

/**
 * An address in a register, so that what is read at fixed distances from it is: left to itself gcc makes an address of each distance, and runs
 * out of registers.
 */
INLINE const char* base(const char* address) {
  asm("" : "+r"(address));
  return address;
}

INLINE Floats load(const void* from) { return *static_cast<const FloatsAt*>(from); }
INLINE Ints loadInts(const void* from) { return *static_cast<const IntsAt*>(from); }
INLINE void store(void* to, Floats value) { *static_cast<FloatsAt*>(to) = value; }
INLINE void storeInts(void* to, Ints value) { *static_cast<IntsAt*>(to) = value; }

INLINE float loadFloat(const void* from) {
  float value;
  memcpy(&value, from, 4);
  return value;
}
INLINE int32_t loadInt(const void* from) {
  int32_t value;
  memcpy(&value, from, 4);
  return value;
}
INLINE void storeFloat(void* to, float value) { memcpy(to, &value, 4); }
INLINE void storeInt(void* to, int32_t value) { memcpy(to, &value, 4); }

INLINE Floats splat(float x) {
#if WIDTH == 16
  return Floats{x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
#elif WIDTH == 8
  return Floats{x, x, x, x, x, x, x, x};
#else
  return Floats{x, x, x, x};
#endif
}

INLINE Ints splatInts(int32_t x) { return Ints{} + x; }

/** 0, 1, 2 … */
INLINE Ints lanes() {
#if WIDTH == 16
  return Ints{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
#elif WIDTH == 8
  return Ints{0, 1, 2, 3, 4, 5, 6, 7};
#else
  return Ints{0, 1, 2, 3};
#endif
}

INLINE Floats squareRoot(Floats x) {
#if defined(__x86_64__) && WIDTH == 16
  return (Floats)_mm512_sqrt_ps((__m512)x);
#elif defined(__x86_64__) && WIDTH == 8
  return (Floats)_mm256_sqrt_ps((__m256)x);
#elif defined(__x86_64__)
  return (Floats)_mm_sqrt_ps((__m128)x);
#elif defined(__aarch64__)
  return (Floats)vsqrtq_f32((float32x4_t)x);
#else
  for (int lane = 0; lane < WIDTH; lane++) x[lane] = __builtin_sqrtf(x[lane]);
  return x;
#endif
}

/** Lane l of the result is lane from[l] of x. */
INLINE Floats permuted(Floats x, Ints from) {
#if defined(__x86_64__) && WIDTH == 16
  return (Floats)_mm512_permutexvar_ps((__m512i)from, (__m512)x);
#elif defined(__x86_64__) && WIDTH == 8
  return (Floats)_mm256_permutevar8x32_ps((__m256)x, (__m256i)from);
#else
  Floats result;
  for (int lane = 0; lane < WIDTH; lane++) result[lane] = x[from[lane]];
  return result;
#endif
}

/** ReLU: 0 for x ≤ 0 (−0 too), x otherwise, NaN stays. */
INLINE Floats rectified(Floats x) { return x <= 0 ? Floats{} : x; }

INLINE int min(int a, int b) { return a < b ? a : b; }
INLINE int max(int a, int b) { return a > b ? a : b; }

INLINE void clear(char* to, int64_t bytes) { memset(to, 0, bytes); }

/** Has these bytes brought into the cache. */
INLINE void fetch(const char* from, int64_t bytes) {
  for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(from + at);
}

/** Whether none of the floats, whole vectors of them, is infinite or NaN. */
INLINE bool areFinite(const char* from, int64_t bytes) {
  Ints wild{};
  for (int64_t at = 0; at < bytes; at += 4 * WIDTH) {
    wild |= (loadInts(from + at) & 0x7f800000) == 0x7f800000;
  }
  int32_t any = 0;
  for (int lane = 0; lane < WIDTH; lane++) any |= wild[lane];
  return any == 0;
}

template <int N>
struct Const {
  static constexpr int value = N;
};

template <int V, class Body>
INLINE void lastPiece(int vectors, int first, Body body) {
  if constexpr (V > 0) {
    if (vectors == V) body(Const<V>(), first);
    else lastPiece<V - STEP>(vectors, first, body);
  }
}

/**
 * Calls body(Const<V>, first) for pieces of MAX vectors, and one of what is left: what it sums stays in registers, because
 * it knows how many they are.
 */
template <int MAX, class Body>
INLINE void inPieces(int vectors, Body body) {
  int first = 0;
  for (; vectors - first >= MAX; first += MAX) body(Const<MAX>(), first);
  lastPiece<MAX - STEP>(vectors - first, first, body);
}

}  // namespace assay::KERNELS
