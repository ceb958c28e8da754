#pragma once

#include "fma.h"
#include "optimizer.h"
#include "tensor.h"

/**
 * The arithmetic `fused-chain`: see src/engine/reference/fusedChain.ts, whose chains these are, for a block of 16 outputs at a time.
 * Activations and gradients in NHWC, `packed` weights float32. Strides in bytes, but of stored weights in floats.
 */
namespace assay::KERNELS {

constexpr int CHAINS = 16;
constexpr int CHAIN_BYTES = 4 * CHAINS;

INLINE int chainBlocks(int outputs) { return (outputs + CHAINS - 1) / CHAINS; }

/** The sums of a block. */
struct ChainSums {
  Floats sums[STEP];

  LAMBDA static ChainSums zeros() {
    ChainSums all;
    for (Floats& sum : all.sums) sum = Floats{};
    return all;
  }
  LAMBDA static ChainSums from(const char* at) {
    ChainSums all;
    for (int i = 0; i < STEP; i++) all.sums[i] = load(at + 4 * WIDTH * i);
    return all;
  }
  /** Adds a scalar · a block. */
  LAMBDA void link(const char* scalar, const char* block) {
    const Floats value = splat(loadFloat(scalar));
    for (int i = 0; i < STEP; i++) sums[i] = fma(value, load(block + 4 * WIDTH * i), sums[i]);
  }
  LAMBDA void plus(const char* block) {
    for (int i = 0; i < STEP; i++) sums[i] = sums[i] + load(block + 4 * WIDTH * i);
  }
  LAMBDA void storeAt(char* to) const {
    for (int i = 0; i < STEP; i++) store(to + 4 * WIDTH * i, sums[i]);
  }
};

/** Checks pixels of whole blocks. */
INLINE void checkBlocks(Bounds& bounds, const Pixels& pixels) {
  const double bytes = 1.0 * chainBlocks(pixels.channels) * CHAIN_BYTES;
  bounds.require(pixels.pixelStride >= bytes);
  checkTensor(bounds, pixels.origin, pixels.sampleStride, pixels.rowStride, pixels.pixelStride, pixels.height, pixels.width, bytes);
}

INLINE const char* pixelAt(const Thread& thread, const Pixels& pixels, int i, int y, int x) {
  return thread.memory + pixels.origin + static_cast<int64_t>(i) * pixels.sampleStride +
         static_cast<int64_t>(y) * pixels.rowStride + static_cast<int64_t>(x) * pixels.pixelStride;
}

/** Stored weights [outputs][rows][rowStride], a row being `pixels` runs of `channels`, `pixelStride` apart. */
struct StoredWeights {
  explicit StoredWeights(Arguments& a)
      : weight(a), packed(a), outputs(a), rows(a), rowStride(a), pixels(a), channels(a), pixelStride(a) {}

  void check(Bounds& bounds, double tasks, double packedWidth, double packedRows) const {
    bounds.require(bounds.tasks() <= tasks && rows > 0 && pixels > 0);
    bounds.require((pixels - 1.0) * pixelStride + channels <= rowStride);
    bounds.area(weight, 4.0 * outputs * rows * rowStride);
    bounds.area(packed, 4.0 * CHAINS * chainBlocks(static_cast<int>(packedWidth)) * packedRows * rows * pixels);
  }

  float at(const char* memory, int output, int row, int pixel, int channel) const {
    const int64_t index = (static_cast<int64_t>(output) * rows + row) * rowStride + pixel * pixelStride + channel;
    return loadFloat(memory + weight + 4 * index);
  }

  /** Of the block's lane for `lane` of so many, at `place` of `places` before it. */
  void put(char* memory, int lane, int place, int places, int row, int pixel, float value) const {
    const int64_t taps = (static_cast<int64_t>(lane / CHAINS) * places + place) * rows * pixels + row * pixels + pixel;
    storeFloat(memory + packed + 4 * (taps * CHAINS + lane % CHAINS), value);
  }

  Address weight, packed;
  int outputs, rows, rowStride, pixels, channels, pixelStride;
};

/** For the forward pass: [blocks][channels][rows][pixels][16] of outputs. A task is a channel. */
struct PackChains {
  explicit PackChains(Arguments& a) : weights(a) {}

  void check(Bounds& bounds) const { weights.check(bounds, weights.channels, weights.outputs, weights.channels); }

  void run(const Thread& thread, int channel) const {
    for (int o = 0; o < weights.outputs; o++) {
      for (int row = 0; row < weights.rows; row++) {
        for (int pixel = 0; pixel < weights.pixels; pixel++) {
          const float value = weights.at(thread.memory, o, row, pixel, channel);
          weights.put(thread.memory, o, channel, weights.channels, row, pixel, value);
        }
      }
    }
  }

  StoredWeights weights;
};

/** For a Conv2d's input gradient: [blocks][outputs][rows][pixels][16] of channels. A task is an output. */
struct PackBackwardChains {
  explicit PackBackwardChains(Arguments& a) : weights(a) {}

  void check(Bounds& bounds) const { weights.check(bounds, weights.outputs, weights.channels, weights.outputs); }

  void run(const Thread& thread, int output) const {
    for (int row = 0; row < weights.rows; row++) {
      for (int pixel = 0; pixel < weights.pixels; pixel++) {
        for (int c = 0; c < weights.channels; c++) {
          const float value = weights.at(thread.memory, output, row, pixel, c);
          weights.put(thread.memory, c, output, weights.outputs, row, pixel, value);
        }
      }
    }
  }

  StoredWeights weights;
};

struct ConvKernel {
  explicit ConvKernel(Arguments& a) : height(a), width(a), paddingHeight(a), paddingWidth(a) {}

  /** That every output has its input, which the kernels do not ask again. */
  void check(Bounds& bounds, const Pixels& input, const Pixels& output) const {
    bounds.require(height > 0 && width > 0);
    bounds.require(output.height == input.height + 2.0 * paddingHeight - height + 1);
    bounds.require(output.width == input.width + 2.0 * paddingWidth - width + 1);
  }

  int height, width, paddingHeight, paddingWidth;
};

/** Forward. A task is a sample. */
struct ConvChain {
  explicit ConvChain(Arguments& a) : input(a), packed(a), bias(a), kernel(a), output(a) {}

  void check(Bounds& bounds) const {
    input.check(bounds);
    checkBlocks(bounds, output);
    kernel.check(bounds, input, output);
    const double blocks = chainBlocks(output.channels);
    bounds.area(packed, blocks * CHAIN_BYTES * input.channels * kernel.height * kernel.width);
    bounds.area(bias, blocks * CHAIN_BYTES);
  }

  void run(const Thread& thread, int i) const {
    const int64_t kernelBytes = static_cast<int64_t>(CHAIN_BYTES) * input.channels * kernel.height * kernel.width;
    for (int y = 0; y < output.height; y++) {
      const int firstRow = max(0, kernel.paddingHeight - y);
      const int endRow = min(kernel.height, input.height + kernel.paddingHeight - y);
      for (int x = 0; x < output.width; x++) {
        const int firstTap = max(0, kernel.paddingWidth - x);
        const int endTap = min(kernel.width, input.width + kernel.paddingWidth - x);
        char* to = const_cast<char*>(pixelAt(thread, output, i, y, x));
        for (int block = 0; block < chainBlocks(output.channels); block++) {
          ChainSums sums = ChainSums::zeros();
          for (int channel = 0; channel < input.channels; channel++) {
            for (int kh = firstRow; kh < endRow; kh++) {
              const char* from = pixelAt(thread, input, i, y + kh - kernel.paddingHeight, x + firstTap - kernel.paddingWidth) + 4 * channel;
              const char* weight = thread.memory + packed + block * kernelBytes +
                                   static_cast<int64_t>(CHAIN_BYTES) * ((channel * kernel.height + kh) * kernel.width + firstTap);
              for (int kw = firstTap; kw < endTap; kw++) {
                sums.link(from, weight);
                from += input.pixelStride;
                weight += CHAIN_BYTES;
              }
            }
          }
          sums.plus(thread.memory + bias + block * CHAIN_BYTES);
          sums.storeAt(to + block * CHAIN_BYTES);
        }
      }
    }
  }

  Pixels input;
  Address packed, bias;
  ConvKernel kernel;
  Pixels output;
};

/** Gradient of the input. A task is a sample. */
struct ConvChainGradInput {
  explicit ConvChainGradInput(Arguments& a) : gradOutput(a), packed(a), kernel(a), gradInput(a) {}

  void check(Bounds& bounds) const {
    gradOutput.check(bounds);
    checkBlocks(bounds, gradInput);
    kernel.check(bounds, gradInput, gradOutput);
    const double blocks = chainBlocks(gradInput.channels);
    bounds.area(packed, blocks * CHAIN_BYTES * gradOutput.channels * kernel.height * kernel.width);
  }

  void run(const Thread& thread, int i) const {
    const int64_t kernelBytes = static_cast<int64_t>(CHAIN_BYTES) * gradOutput.channels * kernel.height * kernel.width;
    for (int y = 0; y < gradInput.height; y++) {
      const int bottom = y + kernel.paddingHeight;
      const int firstRow = max(0, bottom - gradOutput.height + 1);
      const int endRow = min(kernel.height, bottom + 1);
      for (int x = 0; x < gradInput.width; x++) {
        const int right = x + kernel.paddingWidth;
        const int firstTap = max(0, right - gradOutput.width + 1);
        const int endTap = min(kernel.width, right + 1);
        char* to = const_cast<char*>(pixelAt(thread, gradInput, i, y, x));
        for (int block = 0; block < chainBlocks(gradInput.channels); block++) {
          ChainSums sums = ChainSums::zeros();
          for (int co = 0; co < gradOutput.channels; co++) {
            for (int kh = firstRow; kh < endRow; kh++) {
              const char* from = pixelAt(thread, gradOutput, i, bottom - kh, right - firstTap) + 4 * co;
              const char* weight = thread.memory + packed + block * kernelBytes +
                                   static_cast<int64_t>(CHAIN_BYTES) * ((co * kernel.height + kh) * kernel.width + firstTap);
              for (int kw = firstTap; kw < endTap; kw++) {
                sums.link(from, weight);
                from -= gradOutput.pixelStride;
                weight += CHAIN_BYTES;
              }
            }
          }
          sums.storeAt(to + block * CHAIN_BYTES);
        }
      }
    }
  }

  Pixels gradOutput;
  Address packed;
  ConvKernel kernel;
  Pixels gradInput;
};

/**
 * Gradients of one kernel row of one channel's weights, for a block of outputs: a task. A sample's part of each chain is done for all taps
 * of the row while its gradients are in the cache; in between, the sums are in `sums`, [tasks][kernel.width][16].
 */
struct ConvChainGradWeight {
  explicit ConvChainGradWeight(Arguments& a)
      : input(a), gradOutput(a), kernel(a), sums(a), gradWeight(a), rowStride(a), pixelStride(a) {}

  void check(Bounds& bounds) const {
    input.check(bounds);
    checkBlocks(bounds, gradOutput);
    kernel.check(bounds, input, gradOutput);
    bounds.require(bounds.tasks() <= 1.0 * chainBlocks(gradOutput.channels) * input.channels * kernel.height);
    bounds.require((kernel.width - 1.0) * pixelStride + input.channels <= rowStride);
    bounds.area(sums, bounds.tasks() * kernel.width * CHAIN_BYTES);
    bounds.area(gradWeight, 4.0 * gradOutput.channels * kernel.height * rowStride);
  }

  void run(const Thread& thread, int task) const {
    const int kh = task % kernel.height;
    const int channel = task / kernel.height % input.channels;
    const int block = task / (kernel.height * input.channels);
    char* own = thread.memory + sums + static_cast<int64_t>(task) * kernel.width * CHAIN_BYTES;
    clear(own, static_cast<int64_t>(kernel.width) * CHAIN_BYTES);
    const int firstY = max(0, kernel.paddingHeight - kh);
    const int endY = min(gradOutput.height, input.height + kernel.paddingHeight - kh);
    for (int i = 0; i < thread.n; i++) {
      for (int kw = 0; kw < kernel.width; kw++) {
        const int firstX = max(0, kernel.paddingWidth - kw);
        const int endX = min(gradOutput.width, input.width + kernel.paddingWidth - kw);
        ChainSums chain = ChainSums::from(own + kw * CHAIN_BYTES);
        for (int y = firstY; y < endY; y++) {
          const char* from = pixelAt(thread, input, i, y + kh - kernel.paddingHeight, firstX + kw - kernel.paddingWidth) + 4 * channel;
          const char* grad = pixelAt(thread, gradOutput, i, y, firstX) + block * CHAIN_BYTES;
          for (int x = firstX; x < endX; x++) {
            chain.link(from, grad);
            from += input.pixelStride;
            grad += gradOutput.pixelStride;
          }
        }
        chain.storeAt(own + kw * CHAIN_BYTES);
      }
    }
    for (int o = block * CHAINS; o < min(gradOutput.channels, (block + 1) * CHAINS); o++) {
      for (int kw = 0; kw < kernel.width; kw++) {
        const int64_t index = (static_cast<int64_t>(o) * kernel.height + kh) * rowStride + kw * pixelStride + channel;
        storeFloat(thread.memory + gradWeight + 4 * index, loadFloat(own + kw * CHAIN_BYTES + 4 * (o % CHAINS)));
      }
    }
  }

  Pixels input, gradOutput;
  ConvKernel kernel;
  Address sums, gradWeight;
  int rowStride, pixelStride;
};

/** Sums of the gradients of all samples and pixels, for four outputs: a task. A Linear's output is one pixel. */
struct ChainGradBias {
  explicit ChainGradBias(Arguments& a)
      : gradOutput(a), sampleStride(a), rowStride(a), pixelStride(a), height(a), width(a), gradBias(a) {}

  void check(Bounds& bounds) const {
    const double bytes = 16 * bounds.tasks();
    bounds.require(bytes <= pixelStride);
    checkTensor(bounds, gradOutput, sampleStride, rowStride, pixelStride, height, width, bytes);
    bounds.area(gradBias, bytes);
  }

  void run(const Thread& thread, int task) const {
    float sums[4] = {0, 0, 0, 0};
    for (int i = 0; i < thread.n; i++) {
      for (int y = 0; y < height; y++) {
        const char* from = thread.memory + gradOutput + static_cast<int64_t>(i) * sampleStride + static_cast<int64_t>(y) * rowStride + 16 * task;
        for (int x = 0; x < width; x++) {
          for (int lane = 0; lane < 4; lane++) sums[lane] = sums[lane] + loadFloat(from + 4 * lane);
          from += pixelStride;
        }
      }
    }
    for (int lane = 0; lane < 4; lane++) storeFloat(thread.memory + gradBias + 16 * task + 4 * lane, sums[lane]);
  }

  Address gradOutput;
  int sampleStride, rowStride, pixelStride, height, width;
  Address gradBias;
};

/** Forward of a Linear, for a block of outputs of `group` samples: a task. */
struct LinearChain {
  explicit LinearChain(Arguments& a)
      : input(a), inputSampleStride(a), inFeatures(a), packed(a), bias(a), output(a), outputSampleStride(a), blocks(a), group(a) {}

  void check(Bounds& bounds) const {
    bounds.require(blocks > 0 && group > 0);
    const double groups = static_cast<int>((bounds.samples() + group - 1) / group);
    bounds.require(bounds.tasks() <= blocks * groups);
    bounds.area(input, (bounds.samples() - 1) * inputSampleStride + 4.0 * inFeatures);
    bounds.area(packed, 1.0 * blocks * inFeatures * CHAIN_BYTES);
    bounds.area(bias, 1.0 * blocks * CHAIN_BYTES);
    bounds.area(output, (bounds.samples() - 1) * outputSampleStride + 1.0 * blocks * CHAIN_BYTES);
  }

  void run(const Thread& thread, int task) const {
    const int block = task % blocks;
    const int first = task / blocks * group;
    const int last = min(first + group, thread.n);
    for (int i = first; i < last; i++) {
      const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
      const char* weight = thread.memory + packed + static_cast<int64_t>(block) * inFeatures * CHAIN_BYTES;
      ChainSums sums = ChainSums::zeros();
      for (int k = 0; k < inFeatures; k++) {
        sums.link(from, weight);
        from += 4;
        weight += CHAIN_BYTES;
      }
      sums.plus(thread.memory + bias + block * CHAIN_BYTES);
      sums.storeAt(thread.memory + output + static_cast<int64_t>(i) * outputSampleStride + block * CHAIN_BYTES);
    }
  }

  Address input;
  int inputSampleStride, inFeatures;
  Address packed, bias, output;
  int outputSampleStride, blocks, group;
};

/** Gradients of a Linear's weights and, unless `gradInput` is 0, of its input, for a block of input features: a task. */
struct LinearChainGradients {
  explicit LinearChainGradients(Arguments& a)
      : input(a), inputSampleStride(a), gradOutput(a), outputSampleStride(a), outFeatures(a), weight(a), weightRowStride(a),
        gradWeight(a), gradInput(a) {}

  void check(Bounds& bounds) const {
    const double width = bounds.tasks() * CHAIN_BYTES;
    bounds.require(width <= weightRowStride);
    bounds.area(input, (bounds.samples() - 1) * inputSampleStride + width);
    bounds.area(gradOutput, (bounds.samples() - 1) * outputSampleStride + 4.0 * outFeatures);
    bounds.area(gradWeight, (outFeatures - 1.0) * weightRowStride + width);
    if (gradInput == 0) return;
    bounds.area(weight, (outFeatures - 1.0) * weightRowStride + width);
    bounds.area(gradInput, (bounds.samples() - 1) * inputSampleStride + width);
  }

  void run(const Thread& thread, int task) const {
    char* memory = thread.memory;
    const int64_t at = static_cast<int64_t>(task) * CHAIN_BYTES;
    for (int o = 0; o < outFeatures; o++) {
      sum(memory + gradWeight + static_cast<int64_t>(o) * weightRowStride + at, memory + gradOutput + 4 * o, outputSampleStride,
          memory + input + at, inputSampleStride, thread.n);
    }
    if (gradInput == 0) return;
    for (int i = 0; i < thread.n; i++) {
      sum(memory + gradInput + static_cast<int64_t>(i) * inputSampleStride + at,
          memory + gradOutput + static_cast<int64_t>(i) * outputSampleStride, 4, memory + weight + at, weightRowStride, outFeatures);
    }
  }

  LAMBDA void sum(char* to, const char* scalar, int scalarStride, const char* block, int blockStride, int count) const {
    ChainSums sums = ChainSums::zeros();
    for (int k = 0; k < count; k++) {
      sums.link(scalar, block);
      scalar += scalarStride;
      block += blockStride;
    }
    sums.storeAt(to);
  }

  Address input;
  int inputSampleStride;
  Address gradOutput;
  int outputSampleStride, outFeatures;
  Address weight;
  int weightRowStride;
  Address gradWeight, gradInput;
};

/** See `adam` in src/engine/reference/fusedChain.ts: the same operations in the same order. */
struct AdamChain {
  explicit AdamChain(Arguments& a) : chunks(a), expAvg(a), expAvgSq(a), bytes(a) {}

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
    char* firstMoment = thread.memory + expAvg;
    char* secondMoment = thread.memory + expAvgSq;
    for (int64_t at = chunks.first(task), end = chunks.end(task, bytes); at < end; at += 4 * WIDTH) {
      const Floats g = load(thread.memory + chunks.grad + at);
      const Floats m = fma(g, oneMinusBeta1, load(firstMoment + at) * beta1);
      const Floats v = load(secondMoment + at) * beta2 + (g * g) * oneMinusBeta2;
      store(firstMoment + at, m);
      store(secondMoment + at, v);
      const Floats denominator = squareRoot(v) / sqrtBiasCorrection2 + eps;
      store(param + at, load(param + at) + (m / denominator) * negativeStepSize);
    }
  }

  Chunks chunks;
  Address expAvg, expAvgSq;
  int bytes;
};

}  // namespace assay::KERNELS
