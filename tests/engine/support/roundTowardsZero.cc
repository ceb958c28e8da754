#include <node_api.h>
#include <xmmintrin.h>

/** An addon that leaves the thread that loads it rounding towards zero, with subnormal numbers flushed, as careless ones do. */
NAPI_MODULE_INIT() {
  (void)env;
  _mm_setcsr(0x1f80 | _MM_ROUND_TOWARD_ZERO | 0x8040);
  return exports;
}
