import { appendLanes, lanesBelow } from './append';

/**
 * From activations and gradients to lists of what is not 0, for one sample.
 *
 * Row lists serve sums over a neighbourhood (Conv2d forward and its input gradient): for each
 * row of pixels one list in the order of pixels and channels; entry (x, c) has the offset (x · channels + c) · scale, its
 * row in the packed weights. `starts` tells where each pixel's entries begin: [height][width + 1] addresses.
 *
 * Channel lists serve a Conv2d's weight gradient: for each output channel one list in the order of rows and columns; an
 * entry has the byte offset of its patch in the input, from the sample's first patch. [n][channels, rounded up to 4] lists
 * of `capacity` bytes; `channelEnds` tells where each ends.
 */

/** Row lists and their starts for one sample at a time; every thread has its own. */
let rowLists: usize = 0;
export let rowStarts: usize = 0;
/** One list more, as long as a kernel has taps. */
export let patch: usize = 0;

export function setListScratch(lists: usize, starts: usize, patchList: usize): void {
  rowLists = lists;
  rowStarts = starts;
  patch = patchList;
}

/** Bytes of a row's list when nothing is 0, and room beyond; see src/engine/plan/lists.ts. */
function rowListBytes(width: i32, channels: i32): i32 {
  return ((width * channels) << 3) + 128;
}

/** Row lists of a tensor of pixels, into this thread's scratch. */
export function collectRows(
  from: usize,
  rowStride: i32,
  pixelStride: i32,
  height: i32,
  width: i32,
  channels: i32,
  scale: i32,
): void {
  const laneOffsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(scale));
  const zero = f32x4.splat(0);
  for (let y = 0; y < height; y++) {
    let end = rowLists + y * rowListBytes(width, channels);
    let start = rowStarts + ((y * (width + 1)) << 2);
    for (let x = 0; x < width; x++) {
      store<i32>(start, <i32>end);
      start += 4;
      const pixel = from + y * rowStride + x * pixelStride;
      for (let c = 0; c < channels; c += 4) {
        const values = v128.load(pixel + (c << 2));
        const offsets = i32x4.add(laneOffsets, i32x4.splat((x * channels + c) * scale));
        const mask = i32x4.bitmask(f32x4.ne(values, zero)) & lanesBelow(c, channels);
        end = appendLanes(end, offsets, values, mask);
      }
    }
    store<i32>(start, <i32>end);
  }
}

/**
 * The list of sample i's input to a Linear, kept for all samples; `starts` tells where each piece of 128 features begins,
 * in bytes from `lists`: [n][pieces + 1].
 */
export function collectInput(
  i: i32,
  input: usize,
  sampleStride: i32,
  features: i32,
  scale: i32,
  lists: usize,
  starts: usize,
): void {
  const from = input + i * sampleStride;
  const pieces = (features + 127) >> 7;
  const laneOffsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(scale));
  const zero = f32x4.splat(0);
  let start = starts + ((i * (pieces + 1)) << 2);
  let end = lists + i * rowListBytes(1, features);
  for (let k = 0; k < features; k += 4) {
    if ((k & 127) == 0) {
      store<i32>(start, <i32>(end - lists));
      start += 4;
    }
    const values = v128.load(from + (k << 2));
    const mask = i32x4.bitmask(f32x4.ne(values, zero)) & lanesBelow(k, features);
    end = appendLanes(end, i32x4.add(laneOffsets, i32x4.splat(k * scale)), values, mask);
  }
  store<i32>(start, <i32>(end - lists));
}

/** Channel lists of sample i's gradient, and row lists of it in this thread's scratch, from a dense gradient. */
export function collectGradient(
  i: i32,
  grad: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  height: i32,
  width: i32,
  channels: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  channelLists: usize,
  channelEnds: usize,
  capacity: i32,
  scale: i32,
): void {
  const from = grad + i * sampleStride;
  const listChannels = (channels + 3) & ~3;
  for (let c = 0; c < channels; c++) {
    const list = i * listChannels + c;
    let end = channelLists + list * capacity;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const g = load<f32>(from + y * rowStride + x * pixelStride + (c << 2));
        store<i32>(end, y * inputRowStride + x * inputPixelStride);
        store<f32>(end, g, 4);
        end += i32(g != 0) << 3;
      }
    }
    store<i32>(channelEnds + (list << 2), <i32>end);
  }
  if (scale != 0) collectRows(from, rowStride, pixelStride, height, width, channels, scale);
}

/**
 * The same from the gradient behind ReLU and MaxPool2d, without the dense one: each pooled value above 0 (or NaN) sends its
 * gradient to its window's maximum. A row of windows is visited once per row (and column) of the window, so that the
 * lists come out in the order of the dense gradient.
 *
 * @param grad and `pooled` have the same strides
 * @param argmax see maxPool2d; its pixels are as wide as those of `pooled`
 * @param height of the dense gradient, whose last rows and columns may belong to no window
 */
export function collectPooledGradient(
  i: i32,
  grad: usize,
  pooled: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  argmax: usize,
  pooledHeight: i32,
  pooledWidth: i32,
  kernelSize: i32,
  height: i32,
  width: i32,
  channels: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  channelLists: usize,
  channelEnds: usize,
  capacity: i32,
  scale: i32,
): void {
  const zero = f32x4.splat(0);
  const listChannels = (channels + 3) & ~3;
  const from = grad + i * sampleStride;
  const values = pooled + i * sampleStride;
  const source = argmax + i * pooledHeight * pooledWidth * pixelStride;

  const ends = channelEnds + ((i * listChannels) << 2);
  for (let c = 0; c < listChannels; c++) {
    store<i32>(ends + (c << 2), <i32>(channelLists + (i * listChannels + c) * capacity));
  }
  const size = i32x4.splat(kernelSize);
  const inputPixels = i32x4.splat(inputPixelStride);
  for (let py = 0; py < pooledHeight; py++) {
    const row = py * rowStride;
    const sourceRow = source + py * pooledWidth * pixelStride;
    for (let c = 0; c < channels; c += 4) {
      const end = ends + (c << 2);
      let end0: usize = load<i32>(end);
      let end1: usize = load<i32>(end, 4);
      let end2: usize = load<i32>(end, 8);
      let end3: usize = load<i32>(end, 12);
      for (let ky = 0; ky < kernelSize; ky++) {
        const firstColumn = i32x4.splat(ky << 16);
        let corner = (py * kernelSize + ky) * inputRowStride;
        let at: usize = c << 2;
        for (let px = 0; px < pooledWidth; px++) {
          const g = v128.load(from + row + at);
          const column = i32x4.sub(v128.load(sourceRow + at), firstColumn);
          const passed = passes(g, v128.load(values + row + at), zero);
          const mask = i32x4.bitmask(v128.and(i32x4.lt_u(column, size), passed));
          const offsets = i32x4.add(i32x4.splat(corner), i32x4.mul(column, inputPixels));
          const low = i32x4.shuffle(offsets, g, 0, 4, 1, 5);
          const high = i32x4.shuffle(offsets, g, 2, 6, 3, 7);
          v128.store64_lane(end0, low, 0);
          v128.store64_lane(end1, low, 1);
          v128.store64_lane(end2, high, 0);
          v128.store64_lane(end3, high, 1);
          end0 += (mask & 1) << 3;
          end1 += (mask & 2) << 2;
          end2 += (mask & 4) << 1;
          end3 += mask & 8;
          corner += kernelSize * inputPixelStride;
          at += pixelStride;
        }
      }
      store<i32>(end, <i32>end0);
      store<i32>(end, <i32>end1, 4);
      store<i32>(end, <i32>end2, 8);
      store<i32>(end, <i32>end3, 12);
    }
  }

  if (scale == 0) return;
  const rowListStride = rowListBytes(width, channels);
  const laneOffsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(scale));
  for (let y = 0; y < height; y++) {
    let end = rowLists + y * rowListStride;
    const start = rowStarts + ((y * (width + 1)) << 2);
    const py = y / kernelSize;
    const ky = y - py * kernelSize;
    for (let x = 0; x <= width; x++) {
      store<i32>(start + (x << 2), <i32>end);
      const px = x / kernelSize;
      if (py >= pooledHeight || px >= pooledWidth) continue;
      const here = i32x4.splat((ky << 16) | (x - px * kernelSize));
      for (let c = 0; c < channels; c += 4) {
        const at = py * rowStride + px * pixelStride + (c << 2);
        const g = v128.load(from + at);
        const maximum = v128.load(source + (py * pooledWidth + px) * pixelStride + (c << 2));
        const chosen = v128.and(i32x4.eq(maximum, here), passes(g, v128.load(values + at), zero));
        const offsets = i32x4.add(laneOffsets, i32x4.splat((x * channels + c) * scale));
        end = appendLanes(end, offsets, g, i32x4.bitmask(chosen) & lanesBelow(c, channels));
      }
    }
  }
}

/** Where ReLU let the value through, and the gradient is not 0. */
function passes(g: v128, value: v128, zero: v128): v128 {
  return v128.andnot(f32x4.ne(g, zero), f32x4.le(value, zero));
}
