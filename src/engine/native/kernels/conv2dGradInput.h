#pragma once

#include "sums.h"
#include "tensor.h"

/**
 * Gradient of a Conv2d's input, from the row lists that were collected just before in this thread's scratch. A task is a sample.
 *
 * Order, as in the reference: an input's gradient adds the sums over the rows of outputs that it went into, each over x, co.
 * Gradients that are 0 are left out.
 */
namespace assay::KERNELS {

struct Conv2dGradInput {
  explicit Conv2dGradInput(Arguments& a)
      : outHeight(a), outWidth(a), outChannels(a), weight(a), kernelHeight(a), kernelWidth(a), paddingHeight(a), paddingWidth(a),
        gradInput(a), sampleStride(a), rowStride(a), pixelStride(a), height(a), width(a), kernelRowStride(a) {}

  void check(Bounds& bounds) const {
    bounds.require(pixelStride % 64 == 0 && kernelHeight > 0 && kernelWidth > 0);
    bounds.require(outHeight == height + 2.0 * paddingHeight - kernelHeight + 1);
    bounds.require(outWidth == width + 2.0 * paddingWidth - kernelWidth + 1);
    bounds.require(4.0 * kernelRowStride >= 1.0 * kernelWidth * pixelStride);
    checkTensor(bounds, gradInput, sampleStride, rowStride, pixelStride, height, width, pixelStride);
    bounds.require(bounds.noted(keyOf(ROW_STARTS)) == (1.0 * outHeight * (1 << 24) + outWidth) * (1 << 24) + outChannels);
    bounds.area(weight, bounds.noted(keyOf(ROW_LISTS)) + 4.0 * kernelHeight * kernelRowStride);
    bounds.scratch(ROW_SUMS, (1.0 * outWidth + kernelWidth - 1) * pixelStride);
  }

  void run(const Thread& thread, int i) const {
    char* grad = thread.memory + gradInput + static_cast<int64_t>(i) * sampleStride;
    for (int y = 0; y < height; y++) {
      clear(grad + static_cast<int64_t>(y) * rowStride, static_cast<int64_t>(width) * pixelStride);
    }
    for (int oy = 0; oy < outHeight; oy++) {
#if WIDTH == 16
      if (kernelHeight == 3 && kernelWidth == 3) {
        addRows<3, 3>(thread, grad, oy, 0);
        continue;
      }
#endif
      for (int kh = 0; kh < kernelHeight; kh++) {
        switch (kernelWidth) {
          case 1: addRows<1, 1>(thread, grad, oy, kh); break;
          case 2: addRows<1, 2>(thread, grad, oy, kh); break;
          case 3: addRows<1, 3>(thread, grad, oy, kh); break;
          case 5: addRows<1, 5>(thread, grad, oy, kh); break;
          default: addRow(thread, grad, oy, kh);
        }
      }
    }
  }

 private:
  /** The row of the input's gradient to which kernel row kh takes output row oy; null outside of the image. */
  char* target(char* grad, int oy, int kh) const {
    const int y = oy + kh - paddingHeight;
    return y < 0 || y >= height ? nullptr : grad + static_cast<int64_t>(y) * rowStride;
  }

  List rowList(const Thread& thread, int oy) const {
    const int64_t bytes = rowListBytes<int64_t>(outWidth, outChannels);
    return listAt(thread.scratch(ROW_LISTS) + oy * bytes, bytes);
  }
  const int32_t* rowStarts(const Thread& thread, int oy) const {
    return reinterpret_cast<const int32_t*>(thread.scratch(ROW_STARTS)) + static_cast<int64_t>(oy) * (outWidth + 1);
  }

  /** Vectors of channels at once: sums of R · KW vectors are in registers. */
  template <int KW>
  static constexpr int CHANNELS = WIDTH == 16 ? 2 : KW <= 3 ? 4 : WIDTH == 8 ? 2 : 4;

  /**
   * Adds what output row oy gives to the R input rows of the kernel rows from kh on. The sums of the KW inputs that an output went into move
   * on by one from output to output: the first is complete then.
   */
  template <int R, int KW>
  void addRows(const Thread& thread, char* grad, int oy, int kh) const {
    const List list = rowList(thread, oy);
    const int32_t* starts = rowStarts(thread, oy);
    char* rows[R];
    bool isInside = false;
    for (int r = 0; r < R; r++) {
      rows[r] = target(grad, oy, kh + r);
      isInside |= rows[r] != nullptr;
    }
    if (!isInside) return;
    inPieces<CHANNELS<KW>>(pixelStride / (4 * WIDTH), [&](auto count, int at) LAMBDA {
      constexpr int V = decltype(count)::value;
      const int64_t column = 4 * WIDTH * at;
      const char* weights = thread.memory + weight + 4 * static_cast<int64_t>(kh) * kernelRowStride + column;
      Floats sum[R][KW][V] = {};
      for (int ox = 0; ox < outWidth + KW - 1; ox++) {
        if (ox < outWidth) {
          for (int k = starts[ox]; k < starts[ox + 1]; k++) {
            const char* row = base(weights + list.offsets[k]);
            const Floats value = splat(list.values[k]);
#pragma GCC unroll 5
            for (int r = 0; r < R; r++) {
              const char* tap = row;
#pragma GCC unroll 5
              for (int kw = 0; kw < KW; kw++) {
#pragma GCC unroll 5
                for (int v = 0; v < V; v++) sum[r][kw][v] = sum[r][kw][v] + value * load(tap + 4 * WIDTH * v);
                tap = base(tap + pixelStride);
              }
              row = base(row + 4 * static_cast<int64_t>(kernelRowStride));
            }
          }
        }
        const int x = ox - paddingWidth;
#pragma GCC unroll 5
        for (int r = 0; r < R; r++) {
          if (x >= 0 && x < width && rows[r] != nullptr) {
            char* pixel = rows[r] + static_cast<int64_t>(x) * pixelStride + column;
#pragma GCC unroll 5
            for (int v = 0; v < V; v++) store(pixel + 4 * WIDTH * v, load(pixel + 4 * WIDTH * v) + sum[r][0][v]);
          }
#pragma GCC unroll 5
          for (int kw = 0; kw < KW; kw++) {
#pragma GCC unroll 5
            for (int v = 0; v < V; v++) sum[r][kw][v] = kw + 1 < KW ? sum[r][min(kw + 1, KW - 1)][v] : Floats{};
          }
        }
      }
    });
  }

  /** The same for one row of a kernel of any width, whose sums lie in memory. */
  void addRow(const Thread& thread, char* grad, int oy, int kh) const {
    char* row = target(grad, oy, kh);
    if (row == nullptr) return;
    const List list = rowList(thread, oy);
    const int32_t* starts = rowStarts(thread, oy);
    char* sums = thread.scratch(ROW_SUMS);
    const char* weights = thread.memory + weight + 4 * static_cast<int64_t>(kh) * kernelRowStride;
    clear(sums, (static_cast<int64_t>(outWidth) + kernelWidth - 1) * pixelStride);
    for (int ox = 0; ox < outWidth; ox++) {
      for (int k = starts[ox]; k < starts[ox + 1]; k++) {
        const char* from = weights + list.offsets[k];
        const Floats value = splat(list.values[k]);
        char* to = sums + static_cast<int64_t>(ox) * pixelStride;
        for (int64_t at = 0; at < static_cast<int64_t>(kernelWidth) * pixelStride; at += 4 * WIDTH) {
          store(to + at, load(to + at) + value * load(from + at));
        }
      }
    }
    for (int x = 0; x < width; x++) {
      const char* sum = sums + (static_cast<int64_t>(x) + paddingWidth) * pixelStride;
      char* pixel = row + static_cast<int64_t>(x) * pixelStride;
      for (int at = 0; at < pixelStride; at += 4 * WIDTH) store(pixel + at, load(pixel + at) + load(sum + at));
    }
  }

  int outHeight, outWidth, outChannels;
  Address weight;
  int kernelHeight, kernelWidth, paddingHeight, paddingWidth;
  Address gradInput;
  int sampleStride, rowStride, pixelStride, height, width, kernelRowStride;
};

}  // namespace assay::KERNELS
