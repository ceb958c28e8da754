#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace assay {

/**
 * While it lives, this thread rounds to nearest even and keeps subnormal numbers, whatever the process around has set: the
 * definition of every bit rests on it.
 */
class ExactArithmetic {
 public:
  ExactArithmetic() : before_(get()) { set(DEFAULT); }
  ~ExactArithmetic() { set(before_); }
  ExactArithmetic(const ExactArithmetic&) = delete;
  ExactArithmetic& operator=(const ExactArithmetic&) = delete;

 private:
#if defined(__x86_64__)
  /** All exceptions masked, to nearest, neither flush-to-zero nor denormals-are-zero. */
  static constexpr uint64_t DEFAULT = 0x1f80;
  static uint64_t get() { return _mm_getcsr(); }
  static void set(uint64_t value) { _mm_setcsr(static_cast<unsigned>(value)); }
#elif defined(__aarch64__)
  static constexpr uint64_t DEFAULT = 0;
  static uint64_t get() {
    uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set(uint64_t value) { asm volatile("msr fpcr, %0" : : "r"(value)); }
#else
#error "how this processor rounds is not known here"
#endif
  uint64_t before_;
};

}  // namespace assay
