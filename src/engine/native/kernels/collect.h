#pragma once

#include "sums.h"
#include "tensor.h"
#include "transpose.h"

/**
 * From gradients to lists of what is not 0 (see lists.h), for one sample: a task.
 *
 * Row lists serve a Conv2d's input gradient: for each row of pixels one list in the order of pixels and channels; an entry has the offset
 * channel · scale, that of its weights. `starts` tells where each pixel's entries begin: int32 [height][width + 1].
 *
 * Channel lists serve a Conv2d's weight gradient: for each output channel one list in the order of rows and columns; an
 * entry has the byte offset of its patch in the input, from the sample's first patch. [n][channels, rounded up to 4] lists
 * of `capacity` bytes; `channelEnds` tells how many entries each has.
 */
namespace assay::KERNELS {

/** Where lists go, and the dense gradient's size, as arguments name them. */
struct GradientTarget {
  explicit GradientTarget(Arguments& a)
      : height(a), width(a), channels(a), inputRowStride(a), inputPixelStride(a), channelLists(a), channelEnds(a), capacity(a),
        scale(a) {}

  /** @param greatestCount entries that a channel's list has at most, beside those that `append` may write beyond */
  void check(Bounds& bounds, double greatestCount) const {
    bounds.require(height > 0 && width > 0 && channels > 0);
    bounds.require(8 * (greatestCount + WIDTH) <= capacity && capacity % 8 == 0);
    bounds.area(channelLists, bounds.samples() * listChannels() * capacity);
    bounds.area(channelEnds, 4 * bounds.samples() * listChannels());
    const double greatestOffset = (height - 1.0) * inputRowStride + (width - 1.0) * inputPixelStride;
    bounds.require(greatestOffset < INT32_MAX);
    bounds.note(channelLists, greatestOffset);
    bounds.note(channelEnds, capacity);
    if (scale == 0) return;
    bounds.require(1.0 * channels * scale < INT32_MAX);
    bounds.scratch(ROW_LISTS, height * rowListBytes<double>(width, channels));
    bounds.scratch(ROW_STARTS, 4.0 * height * (width + 1.0));
    bounds.note(keyOf(ROW_LISTS), (channels - 1.0) * scale);
    bounds.note(keyOf(ROW_STARTS), shape());
  }

  double listChannels() const { return (channels + 3) / 4 * 4; }
  /** Tells row lists of other sizes from these. */
  double shape() const { return (1.0 * height * (1 << 24) + width) * (1 << 24) + channels; }

  List channelList(const Thread& thread, int i, int c) const {
    const int64_t list = static_cast<int64_t>(i) * ((channels + 3) / 4 * 4) + c;
    return listAt(thread.memory + channelLists + list * capacity, capacity);
  }
  char* channelEnd(const Thread& thread, int i, int c) const {
    return thread.memory + channelEnds + 4 * (static_cast<int64_t>(i) * ((channels + 3) / 4 * 4) + c);
  }

  /** A row list in this thread's scratch, to be filled pixel by pixel. */
  struct RowList {
    List list;
    int32_t* starts;
    Ints laneOffsets;
    int channels, scale;
    int end = 0;

    void begin(int x) { starts[x] = end; }
    /** Adds those that are chosen of the values from channel c on. */
    void add(int c, Floats values, Ints chosen) {
      end = append(list, end, laneOffsets + c * scale, values, chosen & lanesBelow(c, channels));
    }
  };
  RowList rowList(const Thread& thread, int y) const {
    const int64_t bytes = rowListBytes<int64_t>(width, channels);
    int32_t* starts = reinterpret_cast<int32_t*>(thread.scratch(ROW_STARTS)) + static_cast<int64_t>(y) * (width + 1);
    return {listAt(thread.scratch(ROW_LISTS) + y * bytes, bytes), starts, lanes() * scale, channels, scale};
  }

  int height, width, channels, inputRowStride, inputPixelStride;
  Address channelLists, channelEnds;
  int capacity, scale;
};

/** From a dense gradient. */
struct CollectGradient {
  explicit CollectGradient(Arguments& a) : grad(a), sampleStride(a), rowStride(a), pixelStride(a), target(a) {}

  void check(Bounds& bounds) const {
    target.check(bounds, 1.0 * target.height * target.width);
    checkTensor(bounds, grad, sampleStride, rowStride, pixelStride, target.height, target.width, vectorBytes(target.channels));
  }

  void run(const Thread& thread, int i) const {
    const char* from = thread.memory + grad + static_cast<int64_t>(i) * sampleStride;
    for (int c = 0; c < target.channels; c++) {
      const List list = target.channelList(thread, i, c);
      int end = 0;
      for (int y = 0; y < target.height; y++) {
        for (int x = 0; x < target.width; x++) {
          const float g = loadFloat(pixelAt(from, y, x) + 4 * c);
          list.offsets[end] = y * target.inputRowStride + x * target.inputPixelStride;
          list.values[end] = g;
          end += g != 0;
        }
      }
      storeInt(target.channelEnd(thread, i, c), end);
    }
    if (target.scale == 0) return;
    for (int y = 0; y < target.height; y++) {
      auto row = target.rowList(thread, y);
      for (int x = 0; x < target.width; x++) {
        row.begin(x);
        for (int c = 0; c < target.channels; c += WIDTH) {
          const Floats values = load(pixelAt(from, y, x) + 4 * c);
          row.add(c, values, values != 0);
        }
      }
      row.begin(target.width);
    }
  }

  const char* pixelAt(const char* from, int64_t y, int64_t x) const { return from + y * rowStride + x * pixelStride; }

  Address grad;
  int sampleStride, rowStride, pixelStride;
  GradientTarget target;
};

/** A gradient behind ReLU and MaxPool2d: each pooled value above 0 (or NaN) sends its gradient to its window's maximum, where `argmax` is not −1. */
struct PooledGradient {
  explicit PooledGradient(Arguments& a)
      : grad(a), sampleStride(a), rowStride(a), pixelStride(a), argmax(a), height(a), width(a), kernelSize(a) {}

  void check(Bounds& bounds, double channels) const {
    bounds.require(kernelSize > 0 && kernelSize < 1 << 15 && vectorBytes(channels) <= pixelStride);
    checkTensor(bounds, grad, sampleStride, rowStride, pixelStride, height, width, vectorBytes(channels));
    bounds.area(argmax, bounds.samples() * height * width * pixelStride);
  }

  /** What reaches a vector of channels from a pooled pixel: the gradient, where it is not 0. */
  struct At {
    Floats grad;
    Ints passes;
    /** row << 16 | column of the maximum; −1 where ReLU stops it. */
    Ints maximum;
  };
  /** A row of pooled pixels, `pixelStride` bytes apart. */
  struct Row {
    const char* grad;
    const char* argmax;

    At at(int64_t byte) const {
      const Floats g = load(grad + byte);
      return {g, g != 0, loadInts(argmax + byte)};
    }
  };
  /** Has the places of a sample's maxima brought into the cache, where nobody has read them since the forward pass. */
  void fetchMaxima(const Thread& thread, int64_t i) const {
    const int64_t bytes = static_cast<int64_t>(height) * width * pixelStride;
    fetch(thread.memory + argmax + i * bytes, bytes);
  }
  Row row(const Thread& thread, int64_t i, int64_t py) const {
    const int64_t place = i * sampleStride + py * rowStride;
    const int64_t source = (i * height + py) * width * pixelStride;
    return {thread.memory + grad + place, thread.memory + argmax + source};
  }

  Address grad;
  int sampleStride, rowStride, pixelStride;
  Address argmax;
  int height, width, kernelSize;
};

/**
 * The same lists from the pooled gradient, without the dense one. A row of windows is visited once per row of the window, so that
 * the lists come out in the order of the dense gradient.
 */
struct CollectPooledGradient {
  explicit CollectPooledGradient(Arguments& a) : pooled(a), target(a) {}

  void check(Bounds& bounds) const {
    target.check(bounds, 1.0 * pooled.height * pooled.width);
    pooled.check(bounds, target.channels);
    // Every place within a window is one of the dense gradient.
    bounds.require(1.0 * pooled.height * pooled.kernelSize <= target.height && 1.0 * pooled.width * pooled.kernelSize <= target.width);
  }

  void run(const Thread& thread, int i) const {
    pooled.fetchMaxima(thread, i);
    for (int c = 0; c < target.channels; c += WIDTH) collectChannels(thread, i, c);
    if (target.scale == 0) return;
    for (int y = 0; y < target.height; y++) collectRow(thread, i, y);
  }

 private:
  void collectRow(const Thread& thread, int i, int y) const {
    const int size = pooled.kernelSize;
    const int py = y / size;
    const int ky = y % size;
    const int windows = py < pooled.height ? pooled.width : 0;
    const auto source = pooled.row(thread, i, min(py, pooled.height - 1));
    auto row = target.rowList(thread, y);
    for (int px = 0; px < windows; px++) {
      for (int kx = 0; kx < size; kx++) {
        row.begin(px * size + kx);
        for (int c = 0; c < target.channels; c += WIDTH) {
          const auto from = source.at(static_cast<int64_t>(px) * pooled.pixelStride + 4 * c);
          row.add(c, from.grad, from.passes & (from.maximum == (ky << 16 | kx)));
        }
      }
    }
    for (int x = windows * size; x <= target.width; x++) row.begin(x);
  }

  /**
   * The channel lists of a vector of channels. Squares of pixels and channels are turned, so that the windows of a row are one vector for
   * each channel; those whose maximum is in the same row of their windows are appended at once, and if a vector has room for it, those of all
   * rows: lane l is window l % width, row l / width.
   */
  void collectChannels(const Thread& thread, int i, int c) const {
    const int count = min(WIDTH, target.channels - c);
    const int size = pooled.kernelSize;
    const int windowStride = size * target.inputPixelStride;
    const int rowsAtOnce = pooled.width * size <= WIDTH ? size : 1;
    Ints windowOf = lanes();
    Ints rowOf{};
    for (int lane = 0; rowsAtOnce > 1 && lane < WIDTH; lane++) {
      windowOf[lane] = lane % pooled.width;
      rowOf[lane] = lane / pooled.width;
    }
    const Ints cornerOf = windowOf * windowStride + rowOf * target.inputRowStride;
    const Ints isWindow = rowOf < rowsAtOnce;
    const List first = target.channelList(thread, i, c);
    const int64_t nextList = target.capacity / 4;
    int ends[WIDTH] = {};
    Square square;
    for (int py = 0; py < pooled.height; py++) {
      for (int ky = 0; ky < size; ky += rowsAtOnce) {
        for (int px = 0; px < pooled.width; px += WIDTH) {
          if (ky == 0 || pooled.width > WIDTH) square = turned(thread, i, py, px, c);
          const Ints corners = cornerOf + ((py * size + ky) * target.inputRowStride + px * windowStride);
          const Ints firstColumns = (rowOf + ky) << 16;
          for (int lane = 0; lane < count; lane++) {
            Floats grads = square.grads[lane];
            Floats maxima = square.maxima[lane];
            if (rowsAtOnce > 1) {
              grads = permuted(grads, windowOf);
              maxima = permuted(maxima, windowOf);
            }
            const Ints column = (Ints)maxima - firstColumns;
            const Ints chosen = (column >= 0) & (column < size) & isWindow;
            const List list{first.offsets + lane * nextList, first.values + lane * nextList};
            ends[lane] = append(list, ends[lane], corners + (column & chosen) * target.inputPixelStride, grads, chosen);
          }
        }
      }
    }
    for (int lane = 0; lane < count; lane++) storeInt(target.channelEnd(thread, i, c + lane), ends[lane]);
  }

  /** For each channel the gradients of a row of windows, and the places of their maxima: -1 where no gradient passes. */
  struct Square {
    Floats grads[WIDTH], maxima[WIDTH];
  };
  Square turned(const Thread& thread, int i, int py, int px, int c) const {
    Square square;
    const auto source = pooled.row(thread, i, py);
    const int pixels = min(WIDTH, pooled.width - px);
    for (int lane = 0; lane < pixels; lane++) {
      const auto from = source.at(static_cast<int64_t>(px + lane) * pooled.pixelStride + 4 * c);
      square.grads[lane] = from.grad;
      square.maxima[lane] = (Floats)(from.maximum | ~from.passes);
    }
    for (int lane = pixels; lane < WIDTH; lane++) {
      square.grads[lane] = Floats{};
      square.maxima[lane] = (Floats)~Ints{};
    }
    transpose(square.grads);
    transpose(square.maxima);
    return square;
  }

  PooledGradient pooled;
  GradientTarget target;
};

}  // namespace assay::KERNELS
