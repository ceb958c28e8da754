#pragma once

#include "tensor.h"
#include "transpose.h"

namespace assay::KERNELS {

/**
 * Weights as the micro-kernels read them: one input's weights for a block of outputs are contiguous, from [outputs][rows][rowStride].
 * A row is `pixels` runs of `channels` weights, `pixelStride` floats apart. The outputs that fill up the last block are 0. A task is a block.
 */
struct PackWeights {
  explicit PackWeights(Arguments& a)
      : weight(a), packed(a), outputs(a), rows(a), rowStride(a), pixels(a), channels(a), pixelStride(a), width(a), blockBytes(a),
        rowBytes(a), pixelBytes(a), channelBytes(a) {}

  void check(Bounds& bounds) const {
    bounds.require(width > 0 && (bounds.tasks() - 1) * width < outputs);
    bounds.require((pixels - 1.0) * pixelStride + channels <= rowStride);
    bounds.area(weight, 4.0 * outputs * rows * rowStride);
    bounds.area(packed, (bounds.tasks() - 1) * blockBytes + (rows - 1.0) * rowBytes + (pixels - 1.0) * pixelBytes +
                            (channels - 1.0) * channelBytes + 4.0 * width);
  }

  void run(const Thread& thread, int block) const {
    const int64_t outputBytes = 4 * static_cast<int64_t>(rows) * rowStride;
    const char* from = thread.memory + weight + static_cast<int64_t>(block) * width * outputBytes;
    char* to = thread.memory + packed + static_cast<int64_t>(block) * blockBytes;
    const int present = min(width, outputs - block * width);
    for (int64_t row = 0; row < rows; row++) {
      for (int64_t pixel = 0; pixel < pixels; pixel++) {
        const char* run = from + 4 * (row * rowStride + pixel * pixelStride);
        transposeInto(to + row * rowBytes + pixel * pixelBytes, channelBytes, run, outputBytes, present, channels);
      }
    }
  }

  Address weight, packed;
  int outputs, rows, rowStride, pixels, channels, pixelStride, width, blockBytes, rowBytes, pixelBytes, channelBytes;
};

}  // namespace assay::KERNELS
