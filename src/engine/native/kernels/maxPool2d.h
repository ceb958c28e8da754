#pragma once

#include "tensor.h"

/**
 * MaxPool2d over square windows that do not overlap, in NHWC. A task is a sample. The window is read row by row; of equal
 * values the first wins, and NaN beats every number.
 */
namespace assay::KERNELS {

/** The maximum so far, and where in its window it is: row << 16 | column. */
struct Maximum {
  Floats value;
  Ints at;
};

INLINE void compare(Maximum& best, Floats value, int ky, int kx) {
  const Ints better = (value > best.value) | (value != value);
  best.value = better ? value : best.value;
  best.at = better ? splatInts(ky << 16 | kx) : best.at;
}

/** `argmax` is int32, written: [n, outHeight, outWidth] pixels of `pixelStride` bytes. */
struct MaxPool2d {
  explicit MaxPool2d(Arguments& a)
      : input(a), inputSampleStride(a), inputRowStride(a), output(a), outputSampleStride(a), outputRowStride(a), pixelStride(a),
        argmax(a), outHeight(a), outWidth(a), kernelSize(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && kernelSize > 0 && kernelSize < 1 << 15);
    checkTensor(bounds, input, inputSampleStride, inputRowStride, pixelStride, 1.0 * outHeight * kernelSize,
                1.0 * outWidth * kernelSize, pixelStride);
    checkTensor(bounds, output, outputSampleStride, outputRowStride, pixelStride, outHeight, outWidth, pixelStride);
    bounds.area(argmax, bounds.samples() * outHeight * outWidth * pixelStride);
  }

  void run(const Thread& thread, int i) const {
    const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
    char* to = thread.memory + output + static_cast<int64_t>(i) * outputSampleStride;
    char* at = thread.memory + argmax + static_cast<int64_t>(i) * outHeight * outWidth * pixelStride;
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        const char* window = from + static_cast<int64_t>(y) * kernelSize * inputRowStride +
                             static_cast<int64_t>(x) * kernelSize * pixelStride;
        char* pixel = to + static_cast<int64_t>(y) * outputRowStride + static_cast<int64_t>(x) * pixelStride;
        for (int c = 0; c < pixelStride; c += 4 * WIDTH) {
          Maximum best{load(window + c), Ints{}};
          for (int ky = 0; ky < kernelSize; ky++) {
            const char* row = window + static_cast<int64_t>(ky) * inputRowStride + c;
            for (int kx = ky == 0; kx < kernelSize; kx++) compare(best, load(row + static_cast<int64_t>(kx) * pixelStride), ky, kx);
          }
          store(pixel + c, best.value);
          storeInts(at, best.at);
          at += 4 * WIDTH;
        }
      }
    }
  }

  Address input;
  int inputSampleStride, inputRowStride;
  Address output;
  int outputSampleStride, outputRowStride, pixelStride;
  Address argmax;
  int outHeight, outWidth, kernelSize;
};

/** Each window's gradient goes to its maximum, 0 everywhere else. */
struct MaxPool2dGradInput {
  explicit MaxPool2dGradInput(Arguments& a)
      : gradInput(a), inputSampleStride(a), inputRowStride(a), height(a), width(a), gradOutput(a), outputSampleStride(a),
        outputRowStride(a), pixelStride(a), argmax(a), outHeight(a), outWidth(a), kernelSize(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && 1.0 * outHeight * kernelSize <= height && 1.0 * outWidth * kernelSize <= width);
    checkTensor(bounds, gradInput, inputSampleStride, inputRowStride, pixelStride, height, width, pixelStride);
    checkTensor(bounds, gradOutput, outputSampleStride, outputRowStride, pixelStride, outHeight, outWidth, pixelStride);
    bounds.area(argmax, bounds.samples() * outHeight * outWidth * pixelStride);
  }

  void run(const Thread& thread, int i) const {
    char* grad = thread.memory + gradInput + static_cast<int64_t>(i) * inputSampleStride;
    for (int y = 0; y < height; y++) {
      clear(grad + static_cast<int64_t>(y) * inputRowStride, static_cast<int64_t>(width) * pixelStride);
    }
    const char* source = thread.memory + argmax + static_cast<int64_t>(i) * outHeight * outWidth * pixelStride;
    const char* from = thread.memory + gradOutput + static_cast<int64_t>(i) * outputSampleStride;
    for (int y = 0; y < outHeight; y++) {
      for (int x = 0; x < outWidth; x++) {
        char* window = grad + static_cast<int64_t>(y) * kernelSize * inputRowStride +
                       static_cast<int64_t>(x) * kernelSize * pixelStride;
        const char* pixel = from + static_cast<int64_t>(y) * outputRowStride + static_cast<int64_t>(x) * pixelStride;
        for (int c = 0; c < pixelStride; c += 4) {
          const int at = loadInt(source);
          storeFloat(window + static_cast<int64_t>(at >> 16) * inputRowStride +
                         static_cast<int64_t>(at & 0xffff) * pixelStride + c,
                     loadFloat(pixel + c));
          source += 4;
        }
      }
    }
  }

  Address gradInput;
  int inputSampleStride, inputRowStride, height, width;
  Address gradOutput;
  int outputSampleStride, outputRowStride, pixelStride;
  Address argmax;
  int outHeight, outWidth, kernelSize;
};

}  // namespace assay::KERNELS
