#pragma once

#include "tensor.h"
#include "transpose.h"

/** Between PyTorch's NCHW, at the border and at Flatten, and the kernels' NHWC. A task is a sample. */
namespace assay::KERNELS {

INLINE void toChannelsLast(const char* source, char* origin, const Pixels& to) {
  if (to.rowStride == to.width * to.pixelStride) {
    const int pixels = to.height * to.width;
    transposeInto(origin, to.pixelStride, source, 4 * static_cast<int64_t>(pixels), to.channels, pixels);
    return;
  }
  for (int c = 0; c < to.channels; c++) {
    for (int y = 0; y < to.height; y++) {
      char* target = origin + static_cast<int64_t>(y) * to.rowStride + 4 * c;
      for (int x = 0; x < to.width; x++) {
        storeFloat(target, loadFloat(source));
        source += 4;
        target += to.pixelStride;
      }
    }
  }
}

/** From the input buffer, float32 [n, C, H, W]. */
struct ImportInput {
  explicit ImportInput(Arguments& a) : from(a), to(a) {}

  void check(Bounds& bounds) const {
    bounds.area(from, 4.0 * bounds.samples() * to.channels * to.height * to.width);
    to.check(bounds);
  }

  void run(const Thread& thread, int i) const {
    const int64_t sampleBytes = 4 * static_cast<int64_t>(to.channels) * to.height * to.width;
    const char* source = thread.memory + from + i * sampleBytes;
    toChannelsLast(source, thread.memory + to.origin + static_cast<int64_t>(i) * to.sampleStride, to);
  }

  Address from;
  Pixels to;
};

/** From NHWC to a Linear's input, in the order of NCHW. */
struct Flatten {
  explicit Flatten(Arguments& a) : from(a), to(a), toSampleStride(a) {}

  void check(Bounds& bounds) const {
    from.check(bounds);
    const double features = static_cast<double>(from.channels) * from.height * from.width;
    bounds.area(to, (bounds.samples() - 1) * toSampleStride + 4 * features);
  }

  void run(const Thread& thread, int i) const {
    const char* origin = thread.memory + from.origin + static_cast<int64_t>(i) * from.sampleStride;
    char* target = thread.memory + to + static_cast<int64_t>(i) * toSampleStride;
    if (from.rowStride == from.width * from.pixelStride) {
      const int pixels = from.height * from.width;
      transposeInto(target, 4 * static_cast<int64_t>(pixels), origin, from.pixelStride, pixels, from.channels);
      return;
    }
    for (int c = 0; c < from.channels; c++) {
      for (int y = 0; y < from.height; y++) {
        const char* source = origin + static_cast<int64_t>(y) * from.rowStride + 4 * c;
        for (int x = 0; x < from.width; x++) {
          storeFloat(target, loadFloat(source));
          source += from.pixelStride;
          target += 4;
        }
      }
    }
  }

  Pixels from;
  Address to;
  int toSampleStride;
};

/** The inverse of `Flatten`, for gradients. */
struct Unflatten {
  explicit Unflatten(Arguments& a) : from(a), fromSampleStride(a), to(a) {}

  void check(Bounds& bounds) const {
    to.check(bounds);
    const double features = static_cast<double>(to.channels) * to.height * to.width;
    bounds.area(from, (bounds.samples() - 1) * fromSampleStride + 4 * features);
  }

  void run(const Thread& thread, int i) const {
    const char* source = thread.memory + from + static_cast<int64_t>(i) * fromSampleStride;
    toChannelsLast(source, thread.memory + to.origin + static_cast<int64_t>(i) * to.sampleStride, to);
  }

  Address from;
  int fromSampleStride;
  Pixels to;
};

}  // namespace assay::KERNELS
