import { appendLanes, lanesBelow } from './append';
import { fetch } from './vectors';

/**
 * From activations and gradients to lists of what is not 0, for one sample.
 *
 * Row lists serve sums over a neighbourhood (Conv2d forward and its input gradient): for each
 * row of pixels one list in the order of pixels and channels; entry (x, c) has the offset (x · channels + c) · scale, its
 * row in the packed weights. `starts` tells where each pixel's entries begin: [height][width + 1] addresses.
 *
 * Channel lists serve a Conv2d's weight gradient: for each output channel one list in the order of rows and columns; an
 * entry has the byte offset of its patch in the input, from the sample's first patch. A sample's lists follow each other; there is
 * room for `capacity` bytes of each, and `ends` tells where each ends: [n][channels, rounded up to 4].
 */

/** Row lists and their starts for one sample at a time; every thread has its own. */
let rowLists: usize = 0;
export let rowStarts: usize = 0;
/** One list more, as long as a kernel has taps. */
export let patch: usize = 0;
/** Channel lists of one sample at a time, and their ends; see collectPooledChannels. */
export let channelLists: usize = 0;

export function setListScratch(lists: usize, starts: usize, patchList: usize, ofChannels: usize): void {
  rowLists = lists;
  rowStarts = starts;
  patch = patchList;
  channelLists = ofChannels;
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
  lists: usize,
  ends: usize,
  capacity: i32,
  scale: i32,
): void {
  const from = grad + i * sampleStride;
  const listChannels = (channels + 3) & ~3;
  let end = lists + i * listChannels * capacity;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const g = load<f32>(from + y * rowStride + x * pixelStride + (c << 2));
        store<i32>(end, y * inputRowStride + x * inputPixelStride);
        store<f32>(end, g, 4);
        end += i32(g != 0) << 3;
      }
    }
    store<i32>(ends + ((i * listChannels + c) << 2), <i32>end);
  }
  if (scale != 0) collectRows(from, rowStride, pixelStride, height, width, channels, scale);
}

/**
 * The same from the gradient behind ReLU and MaxPool2d, without the dense one: each window sends its gradient to its maximum. A row
 * of windows is visited once per row (and column) of the window, so that the lists come out in the order of the dense gradient.
 *
 * @param argmax see conv2dPooled; its pixels are as wide as those of `grad`
 * @param height of the dense gradient, whose last rows and columns may belong to no window
 */
export function collectPooledGradient(
  i: i32,
  grad: usize,
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
  lists: usize,
  ends: usize,
  capacity: i32,
  scale: i32,
): void {
  const listChannels = (channels + 3) & ~3;
  const from = grad + i * sampleStride;
  const source = argmax + i * pooledHeight * pooledWidth * pixelStride;
  collectPooledChannels(
    from,
    rowStride,
    pixelStride,
    source,
    pooledHeight,
    pooledWidth,
    kernelSize,
    channels,
    inputRowStride,
    inputPixelStride,
  );
  const capacityHere = channelListBytes(pooledHeight, pooledWidth);
  const endsHere = channelEnds(channels, capacityHere);
  let end = lists + i * listChannels * capacity;
  for (let c = 0; c < channels; c++) {
    end = copyList(channelLists + c * capacityHere, load<i32>(endsHere + (c << 2)), end);
    store<i32>(ends + ((i * listChannels + c) << 2), <i32>end);
  }

  if (scale == 0) return;
  const zero = f32x4.splat(0);
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
        const g = v128.load(from + py * rowStride + px * pixelStride + (c << 2));
        const maximum = v128.load(source + (py * pooledWidth + px) * pixelStride + (c << 2));
        const chosen = v128.and(i32x4.eq(maximum, here), f32x4.ne(g, zero));
        const offsets = i32x4.add(laneOffsets, i32x4.splat((x * channels + c) * scale));
        end = appendLanes(end, offsets, g, i32x4.bitmask(chosen) & lanesBelow(c, channels));
      }
    }
  }
}

/** Copies a list, and something beyond it, to `to`; returns its end there. */
function copyList(list: usize, end: usize, to: usize): usize {
  const bytes = end - list;
  for (let at: usize = 0; at < bytes; at += 64) {
    v128.store(to + at, v128.load(list + at));
    v128.store(to + at, v128.load(list + at, 16), 16);
    v128.store(to + at, v128.load(list + at, 32), 32);
    v128.store(to + at, v128.load(list + at, 48), 48);
  }
  return to + bytes;
}

/** Bytes from one channel's list to the next in `channelLists`: of as many entries as windows, and what is written beyond. */
export function channelListBytes(height: i32, width: i32): i32 {
  return (height * width + 16) << 3;
}

/** Where it is told where each of them ends. */
export function channelEnds(channels: i32, capacity: i32): usize {
  return channelLists + ((channels + 3) & ~3) * capacity;
}

/**
 * The channel lists of one sample, in `channelLists`. Squares of four windows and four channels are turned, so that a channel's windows are
 * one vector.
 */
export function collectPooledChannels(
  grad: usize,
  rowStride: i32,
  pixelStride: i32,
  argmax: usize,
  height: i32,
  width: i32,
  kernelSize: i32,
  channels: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
): void {
  const capacity = channelListBytes(height, width);
  const ends = channelEnds(channels, capacity);
  const windowStride = kernelSize * inputPixelStride;
  const windowOffsets = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(windowStride));
  const lastPixel = (width - 1) * pixelStride;
  for (let c = 0; c < ((channels + 3) & ~3); c++)
    store<i32>(ends + (c << 2), <i32>channelLists + c * capacity);
  fetch(argmax, height * width * pixelStride);
  for (let py = 0; py < height; py++) {
    for (let c = 0; c < channels; c += 4) {
      const end = ends + (c << 2);
      let end0: usize = load<i32>(end);
      let end1: usize = load<i32>(end, 4);
      let end2: usize = load<i32>(end, 8);
      let end3: usize = load<i32>(end, 12);
      for (let ky = 0; ky < kernelSize; ky++) {
        const firstColumn = i32x4.splat(ky << 16);
        const corner = (py * kernelSize + ky) * inputRowStride;
        for (let px = 0; px < width; px += 4) {
          const at0 = px * pixelStride;
          const at1 = min(at0 + pixelStride, lastPixel);
          const at2 = min(at1 + pixelStride, lastPixel);
          const at3 = min(at2 + pixelStride, lastPixel);
          const from = grad + (c << 2);
          const g0 = v128.load(from + at0);
          const g1 = v128.load(from + at1);
          const g2 = v128.load(from + at2);
          const g3 = v128.load(from + at3);
          const source = argmax + (c << 2);
          const m0 = v128.load(source + at0);
          const m1 = v128.load(source + at1);
          const m2 = v128.load(source + at2);
          const m3 = v128.load(source + at3);
          const g01 = i32x4.shuffle(g0, g1, 0, 4, 1, 5);
          const g23 = i32x4.shuffle(g2, g3, 0, 4, 1, 5);
          const g01High = i32x4.shuffle(g0, g1, 2, 6, 3, 7);
          const g23High = i32x4.shuffle(g2, g3, 2, 6, 3, 7);
          const m01 = i32x4.shuffle(m0, m1, 0, 4, 1, 5);
          const m23 = i32x4.shuffle(m2, m3, 0, 4, 1, 5);
          const m01High = i32x4.shuffle(m0, m1, 2, 6, 3, 7);
          const m23High = i32x4.shuffle(m2, m3, 2, 6, 3, 7);
          const corners = i32x4.add(i32x4.splat(corner + px * windowStride), windowOffsets);
          const present = lanesBelow(px, width);
          let column = i32x4.sub(i64x2.shuffle(m01, m23, 0, 2), firstColumn);
          let grads = i64x2.shuffle(g01, g23, 0, 2);
          let offsets = i32x4.add(corners, i32x4.mul(column, i32x4.splat(inputPixelStride)));
          end0 = appendLanes(end0, offsets, grads, chosen(column, kernelSize, grads) & present);
          column = i32x4.sub(i64x2.shuffle(m01, m23, 1, 3), firstColumn);
          grads = i64x2.shuffle(g01, g23, 1, 3);
          offsets = i32x4.add(corners, i32x4.mul(column, i32x4.splat(inputPixelStride)));
          end1 = appendLanes(end1, offsets, grads, chosen(column, kernelSize, grads) & present);
          column = i32x4.sub(i64x2.shuffle(m01High, m23High, 0, 2), firstColumn);
          grads = i64x2.shuffle(g01High, g23High, 0, 2);
          offsets = i32x4.add(corners, i32x4.mul(column, i32x4.splat(inputPixelStride)));
          end2 = appendLanes(end2, offsets, grads, chosen(column, kernelSize, grads) & present);
          column = i32x4.sub(i64x2.shuffle(m01High, m23High, 1, 3), firstColumn);
          grads = i64x2.shuffle(g01High, g23High, 1, 3);
          offsets = i32x4.add(corners, i32x4.mul(column, i32x4.splat(inputPixelStride)));
          end3 = appendLanes(end3, offsets, grads, chosen(column, kernelSize, grads) & present);
        }
      }
      store<i32>(end, <i32>end0);
      store<i32>(end, <i32>end1, 4);
      store<i32>(end, <i32>end2, 8);
      store<i32>(end, <i32>end3, 12);
    }
    grad += rowStride;
    argmax += width * pixelStride;
  }
}

/** The bits of the lanes whose maximum is in the row, at a column from 0 up to, not including, `kernelSize`, and whose gradient is not 0. */
function chosen(column: v128, kernelSize: i32, grads: v128): i32 {
  const isColumn = v128.andnot(i32x4.sub(column, i32x4.splat(kernelSize)), column);
  return i32x4.bitmask(v128.and(isColumn, f32x4.ne(grads, f32x4.splat(0))));
}
