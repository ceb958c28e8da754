#pragma once

#include "kernel.h"
#include "lists.h"

/**
 * The pixels of one sample, each content once. Images repeat themselves: their background gives the same pixel over and over, in
 * every layer. What follows from one pixel alone is computed for the first that has its bits, and serves them all.
 *
 * For each distinct pixel there is a list of its channels that are not 0 (see lists.h); number 0 is none of them: a pixel
 * outside of the image, with an empty list.
 */
namespace assay::KERNELS {

struct Image {
  const char* pixels;
  int64_t rowStride, pixelStride;
  int height, width, channels;
};

/** In the thread's scratch. */
struct Distinct {
  List list;
  /** Where each number's entries begin; the next one's is their end. */
  const int32_t* starts;
  /** The number of each pixel, int32 [height + 2 · paddingHeight][numbersWidth]. */
  const int32_t* numbers;
  int64_t numbersWidth;
  int count;
};

/** The channels from c on; what is beyond the last one counts as 0. */
INLINE Ints bitsAt(const char* pixel, int c, int channels) {
  const Ints bits = loadInts(pixel + 4 * c);
  return channels - c >= WIDTH ? bits : bits & lanesBelow(c, channels);
}

INLINE uint32_t hashOf(const char* pixel, int channels) {
  Ints mixed{};
  for (int c = 0; c < channels; c += WIDTH) {
    typedef uint32_t Unsigned __attribute__((vector_size(4 * WIDTH)));
    mixed = (Ints)((Unsigned)(mixed ^ bitsAt(pixel, c, channels)) * 0x01000193u);
  }
  uint64_t hash = 0;
  uint64_t halves[WIDTH / 2];
  memcpy(halves, &mixed, sizeof halves);
  for (int half = 0; half < WIDTH / 2; half++) hash = (hash ^ halves[half]) * 0x9e3779b97f4a7c15u;
  return static_cast<uint32_t>(hash >> 40);
}

INLINE bool isSame(const char* a, const char* b, int channels) {
  Ints differs{};
  for (int c = 0; c < channels; c += WIDTH) differs |= bitsAt(a, c, channels) ^ bitsAt(b, c, channels);
  uint64_t halves[WIDTH / 2], any = 0;
  memcpy(halves, &differs, sizeof halves);
  for (int half = 0; half < WIDTH / 2; half++) any |= halves[half];
  return any == 0;
}

/** Slots of the hash table: a power of 2, at least twice the pixels. */
INLINE int64_t slotsFor(int64_t pixels) {
  int64_t slots = 64;
  while (slots < 2 * pixels) slots *= 2;
  return slots;
}

/** @param scale bytes from one channel's weights to the next */
INLINE Distinct collectDistinct(const Thread& thread, const Image& image, int paddingHeight, int paddingWidth, int scale) {
  const int64_t pixels = static_cast<int64_t>(image.height) * image.width;
  const int64_t numbersWidth = image.width + 2 * paddingWidth;
  const int64_t slots = slotsFor(pixels);
  int32_t* numbers = reinterpret_cast<int32_t*>(thread.scratch(NUMBERS));
  int32_t* buckets = reinterpret_cast<int32_t*>(thread.scratch(BUCKETS));
  int32_t* sources = reinterpret_cast<int32_t*>(thread.scratch(DISTINCT_SOURCES));
  int32_t* starts = reinterpret_cast<int32_t*>(thread.scratch(DISTINCT_STARTS));
  const List list = listAt(thread.scratch(DISTINCT_LISTS), rowListBytes<int64_t>(pixels, image.channels));
  memset(numbers, 0, 4 * numbersWidth * (image.height + 2 * paddingHeight));
  memset(buckets, 0, 4 * slots);
  const Ints laneOffsets = lanes() * scale;
  int end = 0;
  int count = 1;
  starts[0] = 0;
  starts[1] = 0;
  for (int y = 0; y < image.height; y++) {
    int32_t* number = numbers + (y + paddingHeight) * numbersWidth + paddingWidth;
    for (int x = 0; x < image.width; x++) {
      const int64_t offset = y * image.rowStride + x * image.pixelStride;
      const char* pixel = image.pixels + offset;
      int64_t slot = hashOf(pixel, image.channels) & (slots - 1);
      int d = buckets[slot];
      while (d != 0 && !isSame(pixel, image.pixels + sources[d], image.channels)) {
        slot = (slot + 1) & (slots - 1);
        d = buckets[slot];
      }
      if (d == 0) {
        d = count++;
        buckets[slot] = d;
        sources[d] = static_cast<int32_t>(offset);
        for (int c = 0; c < image.channels; c += WIDTH) {
          const Floats values = load(pixel + 4 * c);
          const Ints chosen = (values != 0) & lanesBelow(c, image.channels);
          end = append(list, end, laneOffsets + c * scale, values, chosen);
        }
        starts[d + 1] = end;
      }
      number[x] = d;
    }
  }
  return {list, starts, numbers, numbersWidth, count};
}

INLINE void checkDistinct(Bounds& bounds, double height, double width, double channels, double paddingHeight, double paddingWidth) {
  const double pixels = height * width;
  bounds.require(pixels < 1 << 24 && channels < 1 << 24);
  bounds.scratch(DISTINCT_LISTS, rowListBytes(pixels, channels));
  bounds.scratch(DISTINCT_STARTS, 4 * (pixels + 2));
  bounds.scratch(DISTINCT_SOURCES, 4 * (pixels + 2));
  bounds.scratch(BUCKETS, 4.0 * static_cast<double>(slotsFor(static_cast<int64_t>(pixels))));
  bounds.scratch(NUMBERS, 4 * (height + 2 * paddingHeight) * (width + 2 * paddingWidth));
}

}  // namespace assay::KERNELS
