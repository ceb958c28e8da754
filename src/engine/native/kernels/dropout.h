#pragma once

#include "tensor.h"

namespace assay::KERNELS {

/**
 * Dropout in place, on activations and on gradients alike: x · scale where the mask is 1, else 0. A task is a sample.
 * The mask is uint8 [n, channels, height, width].
 */
struct Dropout {
  explicit Dropout(Arguments& a) : values(a), mask(a), scale(a) {}

  void check(Bounds& bounds) const {
    values.check(bounds);
    bounds.area(mask, bounds.samples() * values.channels * values.height * values.width);
  }

  void run(const Thread& thread, int i) const {
    const int64_t size = static_cast<int64_t>(values.channels) * values.height * values.width;
    const char* keep = thread.memory + mask + i * size;
    char* origin = thread.memory + values.origin + static_cast<int64_t>(i) * values.sampleStride;
    for (int c = 0; c < values.channels; c++) {
      for (int y = 0; y < values.height; y++) {
        char* at = origin + static_cast<int64_t>(y) * values.rowStride + 4 * c;
        for (int x = 0; x < values.width; x++) {
          storeFloat(at, *keep == 1 ? loadFloat(at) * scale : 0);
          at += values.pixelStride;
          keep++;
        }
      }
    }
  }

  Pixels values;
  Address mask;
  float scale;
};

}  // namespace assay::KERNELS
