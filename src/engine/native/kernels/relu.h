#pragma once

#include "tensor.h"

/** ReLU in place: 0 for x ≤ 0, x otherwise, NaN stays. A task is a sample; strides are whole vectors with their padding. */
namespace assay::KERNELS {

struct Relu {
  explicit Relu(Arguments& a) : values(a), sampleStride(a) {}

  void check(Bounds& bounds) const {
    bounds.require(sampleStride % 64 == 0);
    bounds.area(values, bounds.samples() * sampleStride);
  }

  void run(const Thread& thread, int i) const {
    char* at = thread.memory + values + static_cast<int64_t>(i) * sampleStride;
    for (char* end = at + sampleStride; at < end; at += 4 * WIDTH) store(at, rectified(load(at)));
  }

  Address values;
  int sampleStride;
};

/** In place on the gradient: it passes where the output is not 0. */
struct ReluGradInput {
  explicit ReluGradInput(Arguments& a) : output(a), grad(a), sampleStride(a) {}

  void check(Bounds& bounds) const {
    bounds.require(sampleStride % 64 == 0);
    bounds.area(output, bounds.samples() * sampleStride);
    bounds.area(grad, bounds.samples() * sampleStride);
  }

  void run(const Thread& thread, int i) const {
    const int64_t first = static_cast<int64_t>(i) * sampleStride;
    for (int64_t at = first; at < first + sampleStride; at += 4 * WIDTH) {
      char* to = thread.memory + grad + at;
      store(to, load(thread.memory + output + at) <= 0 ? Floats{} : load(to));
    }
  }

  Address output, grad;
  int sampleStride;
};

}  // namespace assay::KERNELS
