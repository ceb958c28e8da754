#pragma once

#include "collect.h"

/**
 * Gradients of a Conv2d's weight [outChannels][KH][rowStride] and bias.
 *
 * Order, as in the reference: they add the samples' sums, each over y, x. Gradients that are 0 are left out.
 */
namespace assay::KERNELS {

/**
 * From all samples' channel lists. A task is `group` output channels: each sample's input is fetched once for all of them.
 */
struct Conv2dGradWeight final : Kernel {
  explicit Conv2dGradWeight(Arguments& a)
      : group(a), input(a), inputSampleStride(a), inputRowStride(a), channelLists(a), channelEnds(a), capacity(a), outChannels(a),
        kernelHeight(a), rowStride(a), gradWeight(a), gradBias(a) {}

  void check(Bounds& bounds) const override {
    bounds.require(group > 0 && rowStride % 16 == 0 && (bounds.tasks() - 1) * group < outChannels);
    const double lists = (outChannels + 3) / 4 * 4;
    bounds.require(bounds.noted(channelEnds) == capacity);
    bounds.area(channelLists, bounds.samples() * lists * capacity);
    bounds.area(channelEnds, 4 * bounds.samples() * lists);
    bounds.area(input, (bounds.samples() - 1) * inputSampleStride + bounds.noted(channelLists) +
                           (kernelHeight - 1.0) * inputRowStride + 4.0 * rowStride);
    bounds.area(gradWeight, 4.0 * outChannels * kernelHeight * rowStride);
    bounds.area(gradBias, 4.0 * outChannels);
  }

  void run(const Thread& thread, int task) const override {
    const int first = task * group;
    const int last = min(first + group, outChannels);
    const int64_t kernelBytes = 4 * static_cast<int64_t>(kernelHeight) * rowStride;
    clear(thread.memory + gradWeight + first * kernelBytes, (last - first) * kernelBytes);
    clear(thread.memory + gradBias + 4 * first, 4 * (last - first));
    for (int i = 0; i < thread.n; i++) {
      const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
      for (int co = first; co < last; co++) {
        const int64_t number = static_cast<int64_t>(i) * ((outChannels + 3) / 4 * 4) + co;
        const List list = listAt(thread.memory + channelLists + number * capacity, capacity);
        const int end = loadInt(thread.memory + channelEnds + 4 * number);
        char* bias = thread.memory + gradBias + 4 * co;
        storeFloat(bias, loadFloat(bias) + sumOfValues(list, end));
        char* kernel = thread.memory + gradWeight + co * kernelBytes;
#if WIDTH == 16
        // All of a kernel's sums at once, where the registers have room for them.
        if (kernelHeight == 3 && rowStride == 6 * WIDTH) {
          addRows<3, 6>(kernel, from, list, end);
          continue;
        }
#endif
        for (int kh = 0; kh < kernelHeight; kh++) {
          char* row = kernel + 4 * static_cast<int64_t>(kh) * rowStride;
          addSumOfProducts(row, row, from + static_cast<int64_t>(kh) * inputRowStride, list, 0, end, rowStride / WIDTH);
        }
      }
    }
  }

 private:
  template <int R, int V>
  void addRows(char* kernel, const char* from, List list, int end) const {
    Floats sum[R][V] = {};
    for (int k = 0; k < end; k++) {
      const char* patch = from + list.offsets[k];
      const Floats value = splat(list.values[k]);
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) {
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) {
          sum[r][v] = sum[r][v] + value * load(patch + static_cast<int64_t>(r) * inputRowStride + 4 * WIDTH * v);
        }
      }
    }
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 8
      for (int v = 0; v < V; v++) {
        char* to = kernel + 4 * WIDTH * (r * V + v);
        store(to, load(to) + sum[r][v]);
      }
    }
  }

  int group;
  Address input;
  int inputSampleStride, inputRowStride;
  Address channelLists, channelEnds;
  int capacity, outChannels, kernelHeight, rowStride;
  Address gradWeight, gradBias;
};

/** Sums of one sample's gradients, with which each sample of a batch has its own: float32 [n][KH · KW + 1][pixelStride], the bias last. */
struct SampleSums {
  explicit SampleSums(Arguments& a)
      : input(a), inputSampleStride(a), inputRowStride(a), inputPixelStride(a), kernelHeight(a), kernelWidth(a), height(a), width(a),
        channels(a), sums(a), pixelStride(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && 4.0 * channels <= pixelStride && kernelHeight > 0 && kernelWidth > 0);
    checkTensor(bounds, input, inputSampleStride, inputRowStride, inputPixelStride, height + kernelHeight - 1.0,
                width + kernelWidth - 1.0, 4);
    bounds.area(sums, bounds.samples() * (1.0 * kernelHeight * kernelWidth + 1) * pixelStride);
    bounds.note(sums, 1.0 * kernelHeight * kernelWidth * pixelStride);
  }

  /**
   * Lanes are output channels, so that no list is needed: a gradient of 0 is multiplied and added, which changes nothing while the
   * input is finite, and is left out by a mask where it is not.
   *
   * @param gradient gradient(y, x, c): of a vector of channels, 0 where none is
   */
  template <class Gradient>
  inline __attribute__((always_inline)) void run(const Thread& thread, int i, Gradient gradient) const {
    const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
    char* to = thread.memory + sums + static_cast<int64_t>(i) * (kernelHeight * kernelWidth + 1) * pixelStride;
    const int64_t rows = height + kernelHeight - 1;
    if (areFinite(from, (rows * inputRowStride + 4 * WIDTH - 1) / (4 * WIDTH) * (4 * WIDTH))) sumAll<true>(from, to, gradient);
    else sumAll<false>(from, to, gradient);
  }

 private:
  template <bool FINITE, class Gradient>
  inline __attribute__((always_inline)) void sumAll(const char* from, char* to, Gradient gradient) const {
    const int vectors = pixelStride / (4 * WIDTH);
    char* bias = to + static_cast<int64_t>(kernelHeight) * kernelWidth * pixelStride;
    for (int v = 0; v < vectors; v++) sumBias(bias + 4 * WIDTH * v, v * WIDTH, gradient);
    for (int kh = 0; kh < kernelHeight;) {
      const char* row = from + static_cast<int64_t>(kh) * inputRowStride;
      char* target = to + static_cast<int64_t>(kh) * kernelWidth * pixelStride;
      if (kernelWidth == 3 && kernelHeight - kh >= 3) {
        if constexpr (WIDTH == 16) {
          int v = 0;
          for (; v + 2 <= vectors; v += 2) sumTaps<FINITE, 3, 3, 2>(row, target, v, gradient);
          if (v < vectors) sumTaps<FINITE, 3, 3, 1>(row, target, v, gradient);
        } else {
          for (int v = 0; v < vectors; v++) sumTaps<FINITE, 3, 3, 1>(row, target, v, gradient);
        }
        kh += 3;
        continue;
      }
      for (int v = 0; v < vectors; v++) {
        int kw = 0;
        const auto tap = [&](auto count) LAMBDA {
          constexpr int T = decltype(count)::value;
          sumTaps<FINITE, 1, T, 1>(row + static_cast<int64_t>(kw) * inputPixelStride, target + static_cast<int64_t>(kw) * pixelStride, v,
                                   gradient);
          kw += T;
        };
        while (kernelWidth - kw >= 5) tap(Const<5>());
        while (kernelWidth - kw >= 2) tap(Const<2>());
        if (kw < kernelWidth) tap(Const<1>());
      }
      kh++;
    }
  }

  template <class Gradient>
  inline __attribute__((always_inline)) void sumBias(char* to, int c, Gradient gradient) const {
    Floats sum{};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) sum = sum + gradient(y, x, c);
    }
    store(to, sum);
  }

  /** The sums of R rows of T taps, on V vectors of channels. */
  template <bool FINITE, int R, int T, int V, class Gradient>
  inline __attribute__((always_inline)) void sumTaps(const char* from, char* to, int firstVector, Gradient gradient) const {
    Floats sum[R][T][V] = {};
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        const char* patch = from + static_cast<int64_t>(y) * inputRowStride + static_cast<int64_t>(x) * inputPixelStride;
        Floats g[V];
#pragma GCC unroll 2
        for (int v = 0; v < V; v++) g[v] = gradient(y, x, (firstVector + v) * WIDTH);
#pragma GCC unroll 5
        for (int r = 0; r < R; r++) {
#pragma GCC unroll 5
          for (int t = 0; t < T; t++) {
            const Floats value = splat(loadFloat(patch + r * static_cast<int64_t>(inputRowStride) + t * static_cast<int64_t>(inputPixelStride)));
#pragma GCC unroll 2
            for (int v = 0; v < V; v++) {
              const Floats next = sum[r][t][v] + g[v] * value;
              sum[r][t][v] = FINITE ? next : g[v] != 0 ? next : sum[r][t][v];
            }
          }
        }
      }
    }
#pragma GCC unroll 5
    for (int r = 0; r < R; r++) {
#pragma GCC unroll 5
      for (int t = 0; t < T; t++) {
#pragma GCC unroll 2
        for (int v = 0; v < V; v++) {
          store(to + (static_cast<int64_t>(r) * kernelWidth + t) * pixelStride + 4 * WIDTH * (firstVector + v), sum[r][t][v]);
        }
      }
    }
  }

 public:
  Address input;
  int inputSampleStride, inputRowStride, inputPixelStride, kernelHeight, kernelWidth, height, width, channels;
  Address sums;
  int pixelStride;
};

/** The sums of one sample of a Conv2d of a single channel, from a dense gradient. A task is a sample. */
struct SumGradients final : Kernel {
  explicit SumGradients(Arguments& a) : grad(a), sampleStride(a), rowStride(a), pixelStride(a), sums(a) {}

  void check(Bounds& bounds) const override {
    sums.check(bounds);
    bounds.require(pixelStride == sums.pixelStride);
    checkTensor(bounds, grad, sampleStride, rowStride, pixelStride, sums.height, sums.width, pixelStride);
  }

  void run(const Thread& thread, int i) const override {
    const char* from = thread.memory + grad + static_cast<int64_t>(i) * sampleStride;
    sums.run(thread, i, [&](int64_t y, int64_t x, int c) LAMBDA { return load(from + y * rowStride + x * pixelStride + 4 * c); });
  }

  Address grad;
  int sampleStride, rowStride, pixelStride;
  SampleSums sums;
};

/** The same from the gradient behind ReLU and MaxPool2d. */
struct SumPooledGradients final : Kernel {
  explicit SumPooledGradients(Arguments& a) : pooled(a), sums(a) {}

  void check(Bounds& bounds) const override {
    sums.check(bounds);
    bounds.require(pooled.pixelStride == sums.pixelStride);
    pooled.check(bounds, sums.pixelStride / 4.0);
  }

  void run(const Thread& thread, int i) const override {
    const int size = pooled.kernelSize;
    sums.run(thread, i, [&](int y, int x, int c) LAMBDA {
      const int py = y / size;
      const int px = x / size;
      if (py >= pooled.height || px >= pooled.width) return Floats{};
      const auto from = pooled.at(thread, i, py, px, c);
      return from.passes & (from.maximum == ((y - py * size) << 16 | (x - px * size))) ? from.grad : Floats{};
    });
  }

  PooledGradient pooled;
  SampleSums sums;
};

/** Adds the samples' sums. A task is a tap; the last one is the bias. */
struct AddSampleSums final : Kernel {
  explicit AddSampleSums(Arguments& a)
      : sums(a), pixelStride(a), channels(a), kernelHeight(a), kernelWidth(a), rowStride(a), inputPixelStride(a), gradWeight(a),
        gradBias(a) {}

  void check(Bounds& bounds) const override {
    bounds.require(pixelStride % 64 == 0 && 4.0 * channels <= pixelStride && kernelHeight > 0 && kernelWidth > 0);
    bounds.require(bounds.tasks() == 1.0 * kernelHeight * kernelWidth + 1 && bounds.noted(sums) == (bounds.tasks() - 1) * pixelStride);
    bounds.area(sums, bounds.samples() * bounds.tasks() * pixelStride);
    bounds.require((kernelWidth - 1.0) * inputPixelStride < 4.0 * rowStride);
    bounds.area(gradWeight, 4.0 * channels * kernelHeight * rowStride);
    bounds.area(gradBias, 4.0 * channels);
  }

  void run(const Thread& thread, int task) const override {
    const int taps = kernelHeight * kernelWidth;
    const int64_t kernelBytes = 4 * static_cast<int64_t>(kernelHeight) * rowStride;
    char* to = thread.memory + gradBias;
    int64_t stride = 4;
    if (task < taps) {
      to = thread.memory + gradWeight + 4 * static_cast<int64_t>(task / kernelWidth) * rowStride +
           static_cast<int64_t>(task % kernelWidth) * inputPixelStride;
      stride = kernelBytes;
    }
    for (int c = 0; c < channels; c += WIDTH) {
      Floats sum{};
      for (int i = 0; i < thread.n; i++) {
        sum = sum + load(thread.memory + sums + (static_cast<int64_t>(i) * (taps + 1) + task) * pixelStride + 4 * c);
      }
      for (int lane = 0; lane < min(WIDTH, channels - c); lane++) storeFloat(to + (c + lane) * stride, sum[lane]);
    }
  }

  Address sums;
  int pixelStride, channels, kernelHeight, kernelWidth, rowStride, inputPixelStride;
  Address gradWeight, gradBias;
};

}  // namespace assay::KERNELS
