#pragma once

#include "sums.h"
#include "tensor.h"

/**
 * Linear.
 *
 * Order, as in the reference: an output starts with its bias and adds the sums over 128 inputs each; a weight's gradient adds
 * the samples; an input's gradient adds the outputs. Activations (forward) and gradients (backward) that are 0 are left out.
 */
namespace assay::KERNELS {

/** Input features that are summed in one chain; LINEAR_PIECE of src/engine/linearPiece.ts. */
constexpr int PIECE = 128;

/**
 * The list of sample i's input, kept for all samples; `starts` tells where each piece begins: int32 [n][pieces + 1].
 */
struct CollectInput {
  explicit CollectInput(Arguments& a) : input(a), sampleStride(a), features(a), scale(a), lists(a), starts(a) {}

  void check(Bounds& bounds) const {
    bounds.area(input, (bounds.samples() - 1) * sampleStride + vectorBytes(features));
    bounds.area(lists, bounds.samples() * rowListBytes<double>(1, features));
    bounds.area(starts, 4 * bounds.samples() * (pieces() + 1));
    bounds.require(static_cast<double>(features) * scale < INT32_MAX);
    bounds.note(lists, (features - 1.0) * scale);
    bounds.note(starts, pieces());
  }

  void run(const Thread& thread, int i) const {
    const char* from = thread.memory + input + static_cast<int64_t>(i) * sampleStride;
    const List list = listAt(thread.memory + lists + i * rowListBytes<int64_t>(1, features), rowListBytes<int64_t>(1, features));
    char* start = thread.memory + starts + 4 * static_cast<int64_t>(i) * (pieces() + 1);
    const Ints laneOffsets = lanes() * scale;
    int end = 0;
    for (int k = 0; k < features; k += WIDTH) {
      if (k % PIECE == 0) {
        storeInt(start, end);
        start += 4;
      }
      const Floats values = load(from + 4 * k);
      end = append(list, end, laneOffsets + k * scale, values, (values != 0) & lanesBelow(k, features));
    }
    storeInt(start, end);
  }

  int pieces() const { return (features + PIECE - 1) / PIECE; }

  Address input;
  int sampleStride, features, scale;
  Address lists, starts;
};

/**
 * Forward. A task is a block of outputs for `group` samples; the weights of one piece of the input stay in the first-level
 * cache while the samples pass by.
 */
struct Linear {
  explicit Linear(Arguments& a)
      : lists(a), starts(a), pieces(a), packed(a), bias(a), inFeatures(a), output(a), outputSampleStride(a), blocks(a),
        blockWidth(a), group(a) {}

  void check(Bounds& bounds) const {
    bounds.require(blocks > 0 && group > 0 && blockWidth % 16 == 0 && (pieces - 1.0) * PIECE < inFeatures);
    const double groups = static_cast<int>((bounds.samples() + group - 1) / group);
    bounds.require(bounds.tasks() <= blocks * groups);
    const double blockBytes = 4.0 * blockWidth;
    bounds.area(lists, bounds.samples() * rowListBytes<double>(1, inFeatures));
    bounds.area(starts, 4 * bounds.samples() * (pieces + 1.0));
    bounds.require(bounds.noted(starts) == pieces);
    bounds.area(packed, (blocks - 1.0) * inFeatures * blockBytes + bounds.noted(lists) + blockBytes);
    bounds.area(bias, blocks * blockBytes);
    bounds.area(output, (bounds.samples() - 1) * outputSampleStride + blocks * blockBytes);
  }

  void run(const Thread& thread, int task) const {
    const int block = task % blocks;
    const int first = task / blocks * group;
    const int last = min(first + group, thread.n);
    const int64_t column = 4 * static_cast<int64_t>(block) * blockWidth;
    const char* weights = thread.memory + packed + column * inFeatures;
    for (int piece = 0; piece < pieces; piece++) {
      for (int i = first; i < last; i++) {
        const char* start = thread.memory + starts + 4 * (static_cast<int64_t>(i) * (pieces + 1) + piece);
        const List list = listAt(thread.memory + lists + i * rowListBytes<int64_t>(1, inFeatures), rowListBytes<int64_t>(1, inFeatures));
        char* to = thread.memory + output + static_cast<int64_t>(i) * outputSampleStride + column;
        const char* total = piece == 0 ? thread.memory + bias + column : to;
        addSumOfProducts(to, total, weights, list, loadInt(start), loadInt(start + 4), blockWidth / WIDTH);
      }
    }
  }

  Address lists, starts;
  int pieces;
  Address packed, bias;
  int inFeatures;
  Address output;
  int outputSampleStride, blocks, blockWidth, group;
};

/** Lists of a Linear's gradients: [maxBatch][outFeatures] entries for the samples, [outFeatures][maxBatch] for the features. */
struct GradientLists {
  explicit GradientLists(Arguments& a) : sampleLists(a), sampleEnds(a), featureLists(a), featureEnds(a) {}

  void check(Bounds& bounds, double outFeatures, double maxBatch) const {
    bounds.require(bounds.samples() <= maxBatch);
    bounds.area(sampleLists, 8 * bounds.samples() * outFeatures);
    bounds.area(sampleEnds, 4 * bounds.samples());
    bounds.area(featureLists, 8 * maxBatch * outFeatures);
    bounds.area(featureEnds, 4 * outFeatures);
  }

  Address sampleLists, sampleEnds, featureLists, featureEnds;
};

/**
 * Lists of the gradients that are not 0: for task < n those of one sample (offsets of weight rows), for the other tasks those
 * of one output feature (offsets of samples), and with them the gradient of the bias.
 */
struct LinearCollect {
  explicit LinearCollect(Arguments& a)
      : grad(a), gradSampleStride(a), outFeatures(a), maxBatch(a), weightRowStride(a), inputSampleStride(a), lists(a),
        gradBias(a) {}

  void check(Bounds& bounds) const {
    bounds.require(bounds.tasks() <= bounds.samples() + outFeatures);
    bounds.area(grad, (bounds.samples() - 1) * gradSampleStride + 4.0 * outFeatures);
    lists.check(bounds, outFeatures, maxBatch);
    bounds.area(gradBias, 4.0 * outFeatures);
    const double greatestWeight = (outFeatures - 1.0) * weightRowStride;
    const double greatestInput = (bounds.samples() - 1) * inputSampleStride;
    bounds.require(greatestWeight < INT32_MAX && greatestInput < INT32_MAX);
    bounds.note(lists.sampleLists, greatestWeight);
    bounds.note(lists.featureLists, greatestInput);
    bounds.note(lists.sampleEnds, outFeatures);
    bounds.note(lists.featureEnds, maxBatch);
  }

  void run(const Thread& thread, int task) const {
    char* memory = thread.memory;
    if (task < thread.n) {
      const List list = listAt(memory + lists.sampleLists + 8 * static_cast<int64_t>(task) * outFeatures, 8 * static_cast<int64_t>(outFeatures));
      const char* from = memory + grad + static_cast<int64_t>(task) * gradSampleStride;
      storeInt(memory + lists.sampleEnds + 4 * task, collect(list, from, 4, outFeatures, weightRowStride));
    } else {
      const int o = task - thread.n;
      const List list = listAt(memory + lists.featureLists + 8 * static_cast<int64_t>(o) * maxBatch, 8 * static_cast<int64_t>(maxBatch));
      const int end = collect(list, memory + grad + 4 * o, gradSampleStride, thread.n, inputSampleStride);
      storeInt(memory + lists.featureEnds + 4 * o, end);
      storeFloat(memory + gradBias + 4 * o, sumOfValues(list, end));
    }
  }

  /** Collects what is not 0 of `length` gradients `stride` bytes apart; entry k has the offset k · offsetStride. */
  static inline int collect(List list, const char* from, int stride, int length, int offsetStride) {
    int end = 0;
    for (int k = 0; k < length; k++) {
      const float g = loadFloat(from + static_cast<int64_t>(k) * stride);
      list.offsets[end] = k * offsetStride;
      list.values[end] = g;
      end += g != 0;
    }
    return end;
  }

  Address grad;
  int gradSampleStride, outFeatures, maxBatch, weightRowStride, inputSampleStride;
  GradientLists lists;
  Address gradBias;
};

/**
 * Gradients of weight [outFeatures][weightRowStride] and, unless `gradInput` is 0, of the input, for one block of `width` bytes
 * of input features: a task.
 */
struct LinearGradients {
  explicit LinearGradients(Arguments& a)
      : input(a), inputSampleStride(a), weight(a), weightRowStride(a), outFeatures(a), maxBatch(a), lists(a), gradWeight(a),
        gradInput(a), width(a) {}

  void check(Bounds& bounds) const {
    bounds.require(width % 64 == 0 && bounds.tasks() * width <= weightRowStride);
    lists.check(bounds, outFeatures, maxBatch);
    bounds.require(bounds.noted(lists.sampleEnds) == outFeatures);
    bounds.require(bounds.noted(lists.featureEnds) == maxBatch);
    const double columns = bounds.tasks() * width;
    bounds.area(input, bounds.noted(lists.featureLists) + columns);
    bounds.area(gradWeight, (outFeatures - 1.0) * weightRowStride + columns);
    if (gradInput == 0) return;
    bounds.area(weight, bounds.noted(lists.sampleLists) + columns);
    bounds.area(gradInput, (bounds.samples() - 1) * inputSampleStride + columns);
  }

  void run(const Thread& thread, int task) const {
    char* memory = thread.memory;
    const int64_t column = static_cast<int64_t>(task) * width;
    const int vectors = width / (4 * WIDTH);
    for (int o = 0; o < outFeatures; o++) {
      const List list = listAt(memory + lists.featureLists + 8 * static_cast<int64_t>(o) * maxBatch, 8 * static_cast<int64_t>(maxBatch));
      sumProducts(memory + gradWeight + static_cast<int64_t>(o) * weightRowStride + column, memory + input + column, list, 0,
                  loadInt(memory + lists.featureEnds + 4 * o), vectors);
    }
    if (gradInput == 0) return;
    for (int i = 0; i < thread.n; i++) {
      const List list = listAt(memory + lists.sampleLists + 8 * static_cast<int64_t>(i) * outFeatures, 8 * static_cast<int64_t>(outFeatures));
      sumProducts(memory + gradInput + static_cast<int64_t>(i) * inputSampleStride + column, memory + weight + column, list, 0,
                  loadInt(memory + lists.sampleEnds + 4 * i), vectors);
    }
  }

  Address input;
  int inputSampleStride;
  Address weight;
  int weightRowStride, outFeatures, maxBatch;
  GradientLists lists;
  Address gradWeight, gradInput;
  int width;
};

}  // namespace assay::KERNELS
