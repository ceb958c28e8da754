#pragma once

#include "distinct.h"
#include "maxPool2d.h"
#include "sums.h"

/**
 * Conv2d forward, stride 1, in NHWC, with the ReLU and the MaxPool2d behind it. A task is a sample.
 *
 * Order, as in the reference: an output starts with its bias (−0 counted as 0) and adds the taps' sums, each over ci. Activations
 * that are 0 are left out.
 */
namespace assay::KERNELS {

/** What a Conv2d reads; `packed` are its weights, [KH][channels][KW][outputs]. */
struct Convolved {
  explicit Convolved(Arguments& a)
      : input(a), sampleStride(a), rowStride(a), pixelStride(a), height(a), width(a), channels(a), packed(a), bias(a), kernelHeight(a),
        kernelWidth(a), paddingHeight(a), paddingWidth(a) {}

  void check(Bounds& bounds, double outputBytes, double outHeight, double outWidth) const {
    bounds.require(outHeight == height + 2.0 * paddingHeight - kernelHeight + 1);
    bounds.require(outWidth == width + 2.0 * paddingWidth - kernelWidth + 1);
    const double border = 1.0 * paddingHeight * rowStride + 1.0 * paddingWidth * pixelStride;
    checkTensor(bounds, input - border, sampleStride, rowStride, pixelStride, height + 2.0 * paddingHeight, width + 2.0 * paddingWidth,
                vectorBytes(channels));
    const double taps = 1.0 * kernelHeight * kernelWidth;
    bounds.area(packed, taps * channels * outputBytes);
    bounds.area(bias, outputBytes);
    bounds.require(1.0 * channels * kernelWidth * outputBytes < INT32_MAX && (height - 1.0) * rowStride < INT32_MAX);
    checkDistinct(bounds, height, width, channels, paddingHeight, paddingWidth);
    bounds.scratch(TAP_SUMS, taps * (1.0 * height * width + 1) * outputBytes);
  }

  const char* sample(const Thread& thread, int64_t i) const { return thread.memory + input + i * sampleStride; }

  Address input;
  int sampleStride, rowStride, pixelStride, height, width, channels;
  Address packed, bias;
  int kernelHeight, kernelWidth, paddingHeight, paddingWidth;
};

/** sum = the bias, from which an output's chain begins. */
template <int V>
INLINE void addBias(Floats (&sum)[V], const char* bias) {
  for (int v = 0; v < V; v++) sum[v] = load(bias + 4 * WIDTH * v) + 0.0f;
}

/**
 * Outputs of a single-channel input, whose taps are one chain: a sum over one channel is one product. All products are added, those of
 * the border's zeros as well, which changes nothing while the weights are finite. KH and KW are 0 when they are known only when it runs.
 */
template <int KH, int KW>
struct SingleChannel {
  template <int V>
  void sum(Floats (&sum)[V], int64_t y, int64_t x, int64_t column) const {
    const char* patch = firstPatch + y * rowStride + x * pixelStride;
    const char* weights = packed + column;
    addBias<V>(sum, bias + column);
#pragma GCC unroll 5
    for (int kh = 0; kh < (KH ? KH : kernelHeight); kh++) {
#pragma GCC unroll 5
      for (int kw = 0; kw < (KW ? KW : kernelWidth); kw++) {
        const char* from = base(weights);
        const Floats value = splat(loadFloat(patch + kh * rowStride + kw * pixelStride));
#pragma GCC unroll 32
        for (int v = 0; v < V; v++) sum[v] = sum[v] + value * load(from + 4 * WIDTH * v);
        weights += outputBytes;
      }
    }
  }

  const char* firstPatch;
  int64_t rowStride, pixelStride;
  const char* packed;
  const char* bias;
  int64_t outputBytes;
  int kernelHeight, kernelWidth;
};

/** Outputs from the sums of all taps over each distinct pixel, [count][KH][KW][outputs]. */
template <int KH, int KW>
struct FromTapSums {
  template <int V>
  void sum(Floats (&sum)[V], int64_t y, int64_t x, int64_t column) const {
    const int32_t* number = numbers + y * numbersWidth + x;
    const char* tap = tapSums + column;
    addBias<V>(sum, bias + column);
#pragma GCC unroll 5
    for (int kh = 0; kh < (KH ? KH : kernelHeight); kh++) {
#pragma GCC unroll 5
      for (int kw = 0; kw < (KW ? KW : kernelWidth); kw++) {
        const char* from = base(tap + number[kw] * pixelBytes);
#pragma GCC unroll 32
        for (int v = 0; v < V; v++) sum[v] = sum[v] + load(from + 4 * WIDTH * v);
        tap += outputBytes;
      }
      number += numbersWidth;
    }
  }

  const char* tapSums;
  const char* bias;
  const int32_t* numbers;
  int64_t numbersWidth, pixelBytes, outputBytes;
  int kernelHeight, kernelWidth;
};

/** Calls write(outputs) for sample i, `outputs.sum` being what sums an output. */
template <int KH, int KW, class Write>
INLINE void convolve(const Thread& thread, const Convolved& from, int i, int64_t outputBytes, Write write) {
  const char* packed = thread.memory + from.packed;
  const char* bias = thread.memory + from.bias;
  const char* sample = from.sample(thread, i);
  if (from.channels == 1 && areFinite(packed, outputBytes * from.kernelHeight * from.kernelWidth)) {
    const char* firstPatch = sample - static_cast<int64_t>(from.paddingHeight) * from.rowStride -
                             static_cast<int64_t>(from.paddingWidth) * from.pixelStride;
    write(SingleChannel<KH, KW>{firstPatch, from.rowStride, from.pixelStride, packed, bias, outputBytes, from.kernelHeight,
                                from.kernelWidth});
    return;
  }
  const int64_t rowBytes = from.kernelWidth * outputBytes;
  const Image image{sample, from.rowStride, from.pixelStride, from.height, from.width, from.channels};
  const Distinct distinct = collectDistinct(thread, image, from.paddingHeight, from.paddingWidth, static_cast<int>(rowBytes));
  // The weights of one kernel row stay in the first-level cache for all pixels.
  for (int kh = 0; kh < from.kernelHeight; kh++) {
    const char* weights = packed + kh * from.channels * rowBytes;
    char* target = thread.scratch(TAP_SUMS) + kh * rowBytes;
    for (int d = 0; d < distinct.count; d++) {
      sumProducts(target, weights, distinct.list, distinct.starts[d], distinct.starts[d + 1],
                  static_cast<int>(rowBytes / (4 * WIDTH)));
      target += from.kernelHeight * rowBytes;
    }
  }
  write(FromTapSums<KH, KW>{thread.scratch(TAP_SUMS), bias, distinct.numbers, distinct.numbersWidth, from.kernelHeight * rowBytes,
                            outputBytes, from.kernelHeight, from.kernelWidth});
}

/** The same, with the loops over the commonest kernel unrolled. */
template <class Write>
INLINE void convolveAny(const Thread& thread, const Convolved& from, int i, int64_t outputBytes, Write write) {
  if (from.kernelHeight == 3 && from.kernelWidth == 3) convolve<3, 3>(thread, from, i, outputBytes, write);
  else convolve<0, 0>(thread, from, i, outputBytes, write);
}

/** Forward, with ReLU on request. */
struct Conv2d {
  explicit Conv2d(Arguments& a)
      : from(a), output(a), sampleStride(a), rowStride(a), pixelStride(a), height(a), width(a), relu(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0);
    from.check(bounds, pixelStride, height, width);
    checkTensor(bounds, output, sampleStride, rowStride, pixelStride, height, width, pixelStride);
  }

  void run(const Thread& thread, int i) const {
    char* to = thread.memory + output + static_cast<int64_t>(i) * sampleStride;
    convolveAny(thread, from, i, pixelStride, [&](const auto& outputs) LAMBDA {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          char* pixel = to + static_cast<int64_t>(y) * rowStride + static_cast<int64_t>(x) * pixelStride;
          inPieces<8>(pixelStride / (4 * WIDTH), [&](auto count, int at) LAMBDA {
            constexpr int V = decltype(count)::value;
            Floats sum[V];
            outputs.template sum<V>(sum, y, x, 4 * WIDTH * at);
            for (int v = 0; v < V; v++) store(pixel + 4 * WIDTH * (at + v), relu ? rectified(sum[v]) : sum[v]);
          });
        }
      }
    });
  }

  Convolved from;
  Address output;
  int sampleStride, rowStride, pixelStride, height, width, relu;
};

/**
 * Forward with the ReLU and the MaxPool2d behind it, window by window: nothing is kept of the dense output. The maximum of what ReLU
 * leaves is what ReLU leaves of the maximum. Where that is 0 no gradient passes back, and `argmax` is −1.
 */
struct Conv2dPooled {
  explicit Conv2dPooled(Arguments& a)
      : from(a), denseRowStride(a), pixelStride(a), denseHeight(a), denseWidth(a), output(a), sampleStride(a), rowStride(a), argmax(a),
        height(a), width(a), kernelSize(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && kernelSize > 0 && kernelSize < 1 << 15);
    bounds.require(1.0 * height * kernelSize <= denseHeight && 1.0 * width * kernelSize <= denseWidth);
    from.check(bounds, pixelStride, denseHeight, denseWidth);
    checkTensor(bounds, output, sampleStride, rowStride, pixelStride, height, width, pixelStride);
    bounds.area(argmax, bounds.samples() * height * width * pixelStride);
  }

  void run(const Thread& thread, int i) const {
    char* to = thread.memory + output + static_cast<int64_t>(i) * sampleStride;
    char* source = thread.memory + argmax + static_cast<int64_t>(i) * height * width * pixelStride;
    convolveAny(thread, from, i, pixelStride, [&](const auto& outputs) LAMBDA {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          char* pixel = to + static_cast<int64_t>(y) * rowStride + static_cast<int64_t>(x) * pixelStride;
          inPieces<4>(pixelStride / (4 * WIDTH), [&](auto count, int at) LAMBDA {
            constexpr int V = decltype(count)::value;
            Maximum best[V];
            Floats sum[V];
            outputs.template sum<V>(sum, y * kernelSize, x * kernelSize, 4 * WIDTH * at);
            for (int v = 0; v < V; v++) best[v] = {sum[v], Ints{}};
            for (int ky = 0; ky < kernelSize; ky++) {
              for (int kx = ky == 0; kx < kernelSize; kx++) {
                outputs.template sum<V>(sum, y * kernelSize + ky, x * kernelSize + kx, 4 * WIDTH * at);
                for (int v = 0; v < V; v++) compare(best[v], sum[v], ky, kx);
              }
            }
            for (int v = 0; v < V; v++) {
              store(pixel + 4 * WIDTH * (at + v), rectified(best[v].value));
              storeInts(source + 4 * WIDTH * (at + v), best[v].at | (best[v].value <= 0));
            }
          });
          source += pixelStride;
        }
      }
    });
  }

  Convolved from;
  int denseRowStride, pixelStride, denseHeight, denseWidth;
  Address output;
  int sampleStride, rowStride;
  Address argmax;
  int height, width, kernelSize;
};

}  // namespace assay::KERNELS
