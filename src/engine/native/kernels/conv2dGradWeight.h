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
struct Conv2dGradWeight {
  explicit Conv2dGradWeight(Arguments& a)
      : group(a), input(a), inputSampleStride(a), inputRowStride(a), channelLists(a), channelEnds(a), capacity(a), outChannels(a),
        kernelHeight(a), rowStride(a), gradWeight(a), gradBias(a) {}

  void check(Bounds& bounds) const {
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

  void run(const Thread& thread, int task) const {
    const int first = task * group;
    const int last = min(first + group, outChannels);
    const int64_t kernelBytes = 4 * static_cast<int64_t>(kernelHeight) * rowStride;
    clear(thread.memory + gradWeight + first * kernelBytes, (last - first) * kernelBytes);
    clear(thread.memory + gradBias + 4 * first, 4 * (last - first));
    const int64_t share = inputSampleStride / (last - first);
    for (int i = 0; i < thread.n; i++) {
      const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
      for (int co = first; co < last; co++) {
        // Meanwhile, the next list and a share of the next sample's input are fetched.
        if (i + 1 < thread.n) fetch(from + inputSampleStride + (co - first) * share, share);
        const int64_t number = static_cast<int64_t>(i) * ((outChannels + 3) / 4 * 4) + co;
        const List list = listAt(thread.memory + channelLists + number * capacity, capacity);
        const int end = loadInt(thread.memory + channelEnds + 4 * number);
        fetch(thread.memory + channelLists + (number + 1) * capacity, capacity);
        char* bias = thread.memory + gradBias + 4 * co;
        char* kernel = thread.memory + gradWeight + co * kernelBytes;
#if WIDTH == 16
        // All of a kernel's sums at once, where the registers have room for them.
        if (kernelHeight == 3 && rowStride == 6 * WIDTH) {
          addRows<3, 6>(kernel, bias, from, list, end);
          continue;
        }
#endif
        storeFloat(bias, loadFloat(bias) + sumOfValues(list, end));
        for (int kh = 0; kh < kernelHeight; kh++) {
          char* row = kernel + 4 * static_cast<int64_t>(kh) * rowStride;
          addSumOfProducts(row, row, from + static_cast<int64_t>(kh) * inputRowStride, list, 0, end, rowStride / WIDTH);
        }
      }
    }
  }

 private:
  template <int R, int V>
  void addRows(char* kernel, char* bias, const char* from, List list, int end) const {
    Floats sum[R][V] = {};
    float biasSum = 0;
    for (int k = 0; k < end; k++) {
      const char* patch = base(from + list.offsets[k]);
      const Floats value = splat(list.values[k]);
      biasSum += list.values[k];
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) {
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) sum[r][v] = sum[r][v] + value * load(patch + 4 * WIDTH * v);
        patch = base(patch + inputRowStride);
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
    storeFloat(bias, loadFloat(bias) + biasSum);
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
    bounds.require(pixelStride % 64 == 0 && 4.0 * channels <= pixelStride && kernelHeight > 0 && kernelWidth > 0 && inputPixelStride == 4);
    checkTensor(bounds, input, inputSampleStride, inputRowStride, inputPixelStride, height + kernelHeight - 1.0,
                width + kernelWidth - 1.0, 4);
    bounds.area(sums, bounds.samples() * (1.0 * kernelHeight * kernelWidth + 1) * pixelStride);
    bounds.note(sums, 1.0 * kernelHeight * kernelWidth * pixelStride);
  }

  /**
   * Lanes are output channels, so that no list is needed: a gradient of 0 is multiplied and added, which changes nothing while the
   * input is finite, and is left out by a mask where it is not.
   *
   * @param rowOf rowOf(y, column, bytes): the gradient's row, [width] pixels of `pixelStride` bytes, of which so many from `column` on are read
   */
  template <class RowOf>
  void run(const Thread& thread, int i, RowOf rowOf) const {
    const char* from = thread.memory + input + static_cast<int64_t>(i) * inputSampleStride;
    char* to = thread.memory + sums + static_cast<int64_t>(i) * (kernelHeight * kernelWidth + 1) * pixelStride;
    const int64_t bytes = static_cast<int64_t>(height + kernelHeight - 1) * inputRowStride;
    if (areFinite(from, (bytes + 4 * WIDTH - 1) / (4 * WIDTH) * (4 * WIDTH))) sumAll<true>(from, to, rowOf);
    else sumAll<false>(from, to, rowOf);
  }

 private:
  /** The commonest kernel at once, where the registers have room for it; others row by row, a few taps at a time. */
  template <bool FINITE, class RowOf>
  void sumAll(const char* from, char* to, RowOf rowOf) const {
    const int vectors = pixelStride / (4 * WIDTH);
    if (kernelHeight == 3 && kernelWidth == 3) {
      int v = 0;
      if constexpr (WIDTH == 16) {
        for (; v + 2 <= vectors; v += 2) sumTaps<FINITE, true, 3, 3, 2>(from, to, v, rowOf);
      }
      for (; v < vectors; v++) sumTaps<FINITE, true, 3, 3, 1>(from, to, v, rowOf);
      return;
    }
    for (int v = 0; v < vectors; v++) {
      sumTaps<FINITE, true, 1, 0, 1>(from, to, v, rowOf);
      for (int kh = 0; kh < kernelHeight; kh++) {
        const char* row = from + static_cast<int64_t>(kh) * inputRowStride;
        char* target = to + static_cast<int64_t>(kh) * kernelWidth * pixelStride;
        for (int kw = 0; kw < kernelWidth;) {
          const char* tap = row + 4 * kw;
          char* tapTarget = target + static_cast<int64_t>(kw) * pixelStride;
          if (kernelWidth - kw >= 5) {
            sumTaps<FINITE, false, 1, 5, 1>(tap, tapTarget, v, rowOf);
            kw += 5;
          } else {
            sumTaps<FINITE, false, 1, 1, 1>(tap, tapTarget, v, rowOf);
            kw++;
          }
        }
      }
    }
  }

  /** The sums of R rows of T taps, on V vectors of channels, and that of the bias. */
  template <bool FINITE, bool BIAS, int R, int T, int V, class RowOf>
  void sumTaps(const char* from, char* to, int firstVector, RowOf rowOf) const {
    Floats sum[R][T > 0 ? T : 1][V] = {};
    Floats bias[V] = {};
    for (int y = 0; y < height; y++) {
      const char* grad = rowOf(y, 4 * WIDTH * firstVector, 4 * WIDTH * V) + 4 * WIDTH * firstVector;
      const char* patch = from + static_cast<int64_t>(y) * inputRowStride;
      for (int x = 0; x < width; x++) {
        Floats g[V];
#pragma GCC unroll 2
        for (int v = 0; v < V; v++) {
          g[v] = load(grad + 4 * WIDTH * v);
          if (BIAS) bias[v] = bias[v] + g[v];
        }
        const char* row = base(patch);
#pragma GCC unroll 5
        for (int r = 0; r < R; r++) {
#pragma GCC unroll 5
          for (int t = 0; t < T; t++) {
            const Floats value = splat(loadFloat(row + 4 * t));
#pragma GCC unroll 2
            for (int v = 0; v < V; v++) {
              const Floats next = sum[r][t][v] + g[v] * value;
              sum[r][t][v] = FINITE ? next : g[v] != 0 ? next : sum[r][t][v];
            }
          }
          row = base(row + inputRowStride);
        }
        grad += pixelStride;
        patch += 4;
      }
    }
    for (int v = 0; v < V; v++) {
      char* column = to + 4 * WIDTH * (firstVector + v);
      for (int r = 0; r < R; r++) {
        for (int t = 0; t < T; t++) store(column + (static_cast<int64_t>(r) * kernelWidth + t) * pixelStride, sum[r][t][v]);
      }
      if (BIAS) store(column + static_cast<int64_t>(kernelHeight) * kernelWidth * pixelStride, bias[v]);
    }
  }

 public:
  Address input;
  int inputSampleStride, inputRowStride, inputPixelStride, kernelHeight, kernelWidth, height, width, channels;
  Address sums;
  int pixelStride;
};

/** The sums of one sample of a Conv2d of a single channel, from a dense gradient. A task is a sample. */
struct SumGradients {
  explicit SumGradients(Arguments& a) : grad(a), sampleStride(a), rowStride(a), pixelStride(a), sums(a) {}

  void check(Bounds& bounds) const {
    sums.check(bounds);
    bounds.require(pixelStride == sums.pixelStride);
    checkTensor(bounds, grad, sampleStride, rowStride, pixelStride, sums.height, sums.width, pixelStride);
  }

  void run(const Thread& thread, int i) const {
    const char* from = thread.memory + grad + static_cast<int64_t>(i) * sampleStride;
    sums.run(thread, i, [&](int64_t y, int, int) LAMBDA { return from + y * rowStride; });
  }

  Address grad;
  int sampleStride, rowStride, pixelStride;
  SampleSums sums;
};

/** The same from the gradient behind ReLU and MaxPool2d, of which the dense rows of one row of windows at a time are in the thread's scratch. */
struct SumPooledGradients {
  explicit SumPooledGradients(Arguments& a) : pooled(a), sums(a) {}

  void check(Bounds& bounds) const {
    sums.check(bounds);
    bounds.require(pooled.pixelStride == sums.pixelStride);
    bounds.require(1.0 * pooled.width * pooled.kernelSize <= sums.width);
    pooled.check(bounds, sums.pixelStride / 4.0);
    bounds.scratch(OUTPUT, 1.0 * pooled.kernelSize * sums.width * sums.pixelStride);
  }

  void run(const Thread& thread, int i) const {
    pooled.fetchMaxima(thread, i);
    sums.run(thread, i, [&](int y, int column, int bytes) LAMBDA {
      const int py = y / pooled.kernelSize;
      const int ky = y % pooled.kernelSize;
      if (ky == 0) pooled.kernelSize == 2 ? fillRows<2>(thread, i, py, column, bytes) : fillRows<0>(thread, i, py, column, bytes);
      return thread.scratch(OUTPUT) + ky * rowBytes();
    });
  }

 private:
  int64_t rowBytes() const { return static_cast<int64_t>(sums.width) * sums.pixelStride; }

  /** The dense rows of one row of windows, whose size is known beforehand or 0. */
  template <int SIZE>
  void fillRows(const Thread& thread, int i, int py, int column, int bytes) const {
    const int size = SIZE ? SIZE : pooled.kernelSize;
    char* rows = thread.scratch(OUTPUT);
    const int windows = py < pooled.height ? pooled.width : 0;
    const auto source = pooled.row(thread, i, min(py, pooled.height - 1));
    for (int64_t at = 0; at < static_cast<int64_t>(windows) * pooled.pixelStride; at += pooled.pixelStride) {
      for (int c = column; c < column + bytes; c += 4 * WIDTH) {
        const auto from = source.at(at + c);
#pragma GCC unroll 2
        for (int ky = 0; ky < size; ky++) {
          char* to = rows + ky * rowBytes() + at * size + c;
#pragma GCC unroll 2
          for (int kx = 0; kx < size; kx++) {
            store(to, from.maximum == (ky << 16 | kx) ? from.grad : Floats{});
            to += pooled.pixelStride;
          }
        }
      }
    }
    const int64_t filled = static_cast<int64_t>(windows) * size * pooled.pixelStride;
    for (int ky = 0; ky < size; ky++) clear(rows + ky * rowBytes() + filled, rowBytes() - filled);
  }

  PooledGradient pooled;
  SampleSums sums;
};

/** Adds the samples' sums. A task is a tap; the last one is the bias. */
struct AddSampleSums {
  explicit AddSampleSums(Arguments& a)
      : sums(a), pixelStride(a), channels(a), kernelHeight(a), kernelWidth(a), rowStride(a), inputPixelStride(a), gradWeight(a),
        gradBias(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && 4.0 * channels <= pixelStride && kernelHeight > 0 && kernelWidth > 0);
    bounds.require(bounds.tasks() == 1.0 * kernelHeight * kernelWidth + 1 && bounds.noted(sums) == (bounds.tasks() - 1) * pixelStride);
    bounds.area(sums, bounds.samples() * bounds.tasks() * pixelStride);
    bounds.require((kernelWidth - 1.0) * inputPixelStride < 4.0 * rowStride);
    bounds.area(gradWeight, 4.0 * channels * kernelHeight * rowStride);
    bounds.area(gradBias, 4.0 * channels);
  }

  void run(const Thread& thread, int task) const {
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
