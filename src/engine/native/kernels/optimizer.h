#pragma once

#include "tensor.h"

/** Optimizer steps over all parameters at once, as flat arrays of whole vectors. A task is a chunk of so many bytes. */
namespace assay::KERNELS {

struct Chunks {
  explicit Chunks(Arguments& a) : chunk(a), scalars(a), param(a), grad(a) {}

  void check(Bounds& bounds, int bytes, int scalarCount) const {
    bounds.require(chunk % 64 == 0 && bytes % 64 == 0 && (bounds.tasks() - 1) * chunk < bytes);
    bounds.area(scalars, 4.0 * scalarCount);
    bounds.area(param, bytes);
    bounds.area(grad, bytes);
  }

  int64_t first(int task) const { return static_cast<int64_t>(task) * chunk; }
  int64_t end(int task, int bytes) const { return first(task) + chunk < bytes ? first(task) + chunk : bytes; }

  int chunk;
  Address scalars, param, grad;
};

/** See `adam` in src/engine/reference/numerics.ts: the same operations in the same order. */
struct Adam {
  explicit Adam(Arguments& a) : chunks(a), expAvg(a), expAvgSq(a), bytes(a) {}

  void check(Bounds& bounds) const {
    chunks.check(bounds, bytes, 7);
    bounds.area(expAvg, bytes);
    bounds.area(expAvgSq, bytes);
  }

  void run(const Thread& thread, int task) const {
    const char* scalar = thread.memory + chunks.scalars; // float32 [7], in the order of `AdamScalars`
    const Floats beta1 = splat(loadFloat(scalar));
    const Floats oneMinusBeta1 = splat(loadFloat(scalar + 4));
    const Floats beta2 = splat(loadFloat(scalar + 8));
    const Floats oneMinusBeta2 = splat(loadFloat(scalar + 12));
    const Floats negativeStepSize = splat(loadFloat(scalar + 16));
    const Floats sqrtBiasCorrection2 = splat(loadFloat(scalar + 20));
    const Floats eps = splat(loadFloat(scalar + 24));
    char* param = thread.memory + chunks.param;
    const char* grad = thread.memory + chunks.grad;
    char* firstMoment = thread.memory + expAvg;
    char* secondMoment = thread.memory + expAvgSq;
    for (int64_t at = chunks.first(task), end = chunks.end(task, bytes); at < end; at += 4 * WIDTH) {
      const Floats g = load(grad + at);
      const Floats m = load(firstMoment + at) * beta1 + g * oneMinusBeta1;
      const Floats v = load(secondMoment + at) * beta2 + (oneMinusBeta2 * g) * g;
      store(firstMoment + at, m);
      store(secondMoment + at, v);
      const Floats denominator = squareRoot(v) / sqrtBiasCorrection2 + eps;
      store(param + at, load(param + at) + (negativeStepSize * m) / denominator);
    }
  }

  Chunks chunks;
  Address expAvg, expAvgSq;
  int bytes;
};

/** See `sgd` in src/engine/reference/numerics.ts. */
struct Sgd {
  explicit Sgd(Arguments& a) : chunks(a), momentumBuffer(a), bytes(a) {}

  void check(Bounds& bounds) const {
    chunks.check(bounds, bytes, 2);
    bounds.area(momentumBuffer, bytes);
  }

  void run(const Thread& thread, int task) const {
    const char* scalar = thread.memory + chunks.scalars; // float32 [2]: momentum, −lr
    const Floats momentum = splat(loadFloat(scalar));
    const Floats negativeLr = splat(loadFloat(scalar + 4));
    char* param = thread.memory + chunks.param;
    for (int64_t at = chunks.first(task), end = chunks.end(task, bytes); at < end; at += 4 * WIDTH) {
      char* moment = thread.memory + momentumBuffer + at;
      const Floats buffer = load(moment) * momentum + load(thread.memory + chunks.grad + at);
      store(moment, buffer);
      store(param + at, load(param + at) + negativeLr * buffer);
    }
  }

  Chunks chunks;
  Address momentumBuffer;
  int bytes;
};

/** See `rmsprop` in src/engine/reference/numerics.ts. */
struct Rmsprop {
  explicit Rmsprop(Arguments& a) : chunks(a), squareAvg(a), bytes(a) {}

  void check(Bounds& bounds) const {
    chunks.check(bounds, bytes, 4);
    bounds.area(squareAvg, bytes);
  }

  void run(const Thread& thread, int task) const {
    const char* scalar = thread.memory + chunks.scalars; // float32 [4], in the order of `RmspropScalars`
    const Floats alpha = splat(loadFloat(scalar));
    const Floats oneMinusAlpha = splat(loadFloat(scalar + 4));
    const Floats eps = splat(loadFloat(scalar + 8));
    const Floats negativeLr = splat(loadFloat(scalar + 12));
    char* param = thread.memory + chunks.param;
    for (int64_t at = chunks.first(task), end = chunks.end(task, bytes); at < end; at += 4 * WIDTH) {
      char* moment = thread.memory + squareAvg + at;
      const Floats g = load(thread.memory + chunks.grad + at);
      const Floats v = load(moment) * alpha + (oneMinusAlpha * g) * g;
      store(moment, v);
      store(param + at, load(param + at) + (negativeLr * g) / (squareRoot(v) + eps));
    }
  }

  Chunks chunks;
  Address squareAvg;
  int bytes;
};

}  // namespace assay::KERNELS
