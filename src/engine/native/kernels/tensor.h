#pragma once

#include "kernel.h"
#include "vectors.h"

namespace assay::KERNELS {

/** Whole vectors of so many floats are this many bytes. */
INLINE double vectorBytes(double floats) {
  const double vectors = (floats + WIDTH - 1) / WIDTH;
  return 4.0 * WIDTH * static_cast<double>(static_cast<int64_t>(vectors));
}

/** Checks that the pixels of a batch of tensors lie in memory; see `Tensor` in src/engine/plan/tensor.ts. */
INLINE void checkTensor(Bounds& bounds, double origin, double sampleStride, double rowStride, double pixelStride, double height,
                        double width, double pixelBytes) {
  bounds.require(height > 0 && width > 0);
  const double last = (bounds.samples() - 1) * sampleStride + (height - 1) * rowStride + (width - 1) * pixelStride;
  bounds.area(origin, last + pixelBytes);
}

/** The pixels of all samples, as arguments name them. */
struct Pixels {
  explicit Pixels(Arguments& a)
      : origin(a), sampleStride(a), rowStride(a), pixelStride(a), channels(a), height(a), width(a) {}

  void check(Bounds& bounds) const {
    checkTensor(bounds, origin, sampleStride, rowStride, pixelStride, height, width, 4.0 * channels);
  }

  Address origin;
  int sampleStride, rowStride, pixelStride, channels, height, width;
};

}  // namespace assay::KERNELS
