#pragma once

#include "tensor.h"

namespace assay::KERNELS {

/**
 * Weights as the micro-kernels read them: one input's weights for a block of outputs are contiguous, from [outputs][rows][rowStride].
 * A row is `pixels` runs of `channels` weights, `pixelStride` floats apart. The outputs that fill up the last block are 0. A task is a block.
 */
struct PackWeights final : Kernel {
  explicit PackWeights(Arguments& a)
      : weight(a), packed(a), outputs(a), rows(a), rowStride(a), pixels(a), channels(a), pixelStride(a), width(a), blockBytes(a),
        rowBytes(a), pixelBytes(a), channelBytes(a) {}

  void check(Bounds& bounds) const override {
    bounds.require(width > 0 && (bounds.tasks() - 1) * width < outputs);
    bounds.require((pixels - 1.0) * pixelStride + channels <= rowStride);
    bounds.area(weight, 4.0 * outputs * rows * rowStride);
    bounds.area(packed, (bounds.tasks() - 1) * blockBytes + (rows - 1.0) * rowBytes + (pixels - 1.0) * pixelBytes +
                            (channels - 1.0) * channelBytes + 4.0 * width);
  }

  void run(const Thread& thread, int block) const override {
    const int64_t outputBytes = 4 * static_cast<int64_t>(rows) * rowStride;
    const char* from = thread.memory + weight + static_cast<int64_t>(block) * width * outputBytes;
    char* to = thread.memory + packed + static_cast<int64_t>(block) * blockBytes;
    const int present = min(width, outputs - block * width);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t pixel = 0; pixel < pixels; pixel++) {
        const char* run = from + 4 * (row * rowStride + pixel * pixelStride);
        char* target = to + row * rowBytes + pixel * pixelBytes;
        // Squares of 16 × 16 stay in the cache, whichever way they are read.
        for (int first = 0; first < channels; first += 16) {
          const int last = min(first + 16, channels);
          for (int o = 0; o < present; o++) {
            for (int64_t c = first; c < last; c++) storeFloat(target + c * channelBytes + 4 * o, loadFloat(run + o * outputBytes + 4 * c));
          }
        }
      }
    }
  }

  Address weight, packed;
  int outputs, rows, rowStride, pixels, channels, pixelStride, width, blockBytes, rowBytes, pixelBytes, channelBytes;
};

}  // namespace assay::KERNELS
