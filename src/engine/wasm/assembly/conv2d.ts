import { accumulate, accumulateValues, ZEROS } from './accumulate';
import { collectRows, rowStarts } from './collect';
import { rectify } from './relu';
import { batchSize } from './threads';
import { clear, copyWithoutNegativeZero } from './vectors';

/**
 * Conv2d, stride 1, in NHWC.
 *
 * Order, as in the reference: an output starts with its bias and adds the taps' sums, each over ci; a weight's
 * gradient adds the samples' sums, each over y, x; an input's gradient adds the sums over the rows of outputs that it went into,
 * each over x, co. Activations (forward) and gradients (backward) that are 0 are left out.
 */

/** Forward for sample i, with ReLU on request. */
export function conv2d(
  i: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  height: i32,
  width: i32,
  channels: i32,
  packed: usize,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  output: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  outputPixelStride: i32,
  outHeight: i32,
  outWidth: i32,
  blockWidth: i32,
  relu: bool,
): void {
  const from = input + i * inputSampleStride;
  collectRows(from, inputRowStride, inputPixelStride, height, width, channels, blockWidth << 2);
  const to = output + i * outputSampleStride;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      copyWithoutNegativeZero(to + y * outputRowStride + x * outputPixelStride, bias, outputPixelStride);
    }
  }
  // The sum over one channel is one product: its taps are one chain, without the detour over a sum of their own.
  convolve(
    height,
    width,
    channels,
    packed,
    kernelHeight,
    kernelWidth,
    paddingHeight,
    paddingWidth,
    to,
    outputRowStride,
    outputPixelStride,
    outHeight,
    outWidth,
    blockWidth,
    channels == 1 ? kernelWidth : 1,
    channels == 1,
  );
  if (!relu) return;
  for (let y = 0; y < outHeight; y++) rectify(to + y * outputRowStride, outWidth * outputPixelStride);
}

/** Gradient of the input for sample i, from the row lists that collectGradient left in this thread's scratch. */
export function conv2dGradInput(
  i: i32,
  outHeight: i32,
  outWidth: i32,
  outChannels: i32,
  packedTransposed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  gradInput: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  height: i32,
  width: i32,
  blockWidth: i32,
): void {
  const to = gradInput + i * sampleStride;
  for (let y = 0; y < height; y++) clear(to + y * rowStride, width * pixelStride);
  convolve(
    outHeight,
    outWidth,
    outChannels,
    packedTransposed,
    kernelHeight,
    kernelWidth,
    kernelHeight - 1 - paddingHeight,
    kernelWidth - 1 - paddingWidth,
    to,
    rowStride,
    pixelStride,
    height,
    width,
    blockWidth,
    kernelWidth,
    false,
  );
}

/**
 * Adds to every pixel of `output` the products of its neighbourhood in the row lists. The weights of one kernel row and
 * one block (12 KB for 3 · 32 inputs) stay in the first-level cache for all pixels that use them.
 *
 * @param taps of a kernel row that share a chain: 1, or all
 * @param chainGoesOn whether a chain starts with what the output holds, instead of being added to it at its end
 */
function convolve(
  height: i32,
  width: i32,
  channels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  output: usize,
  rowStride: i32,
  pixelStride: i32,
  outHeight: i32,
  outWidth: i32,
  blockWidth: i32,
  taps: i32,
  chainGoesOn: bool,
): void {
  const pixelWeights = (channels * blockWidth) << 2; // bytes
  for (let block = 0; (block * blockWidth) << 2 < pixelStride; block++) {
    for (let kh = 0; kh < kernelHeight; kh++) {
      const weights = packed + (block * kernelHeight + kh) * kernelWidth * pixelWeights;
      const firstRow = max(0, paddingHeight - kh);
      const endRow = min(outHeight, height + paddingHeight - kh);
      for (let y = firstRow; y < endRow; y++) {
        const starts = rowStarts + (((y + kh - paddingHeight) * (width + 1)) << 2);
        const to = output + y * rowStride + ((block * blockWidth) << 2);
        for (let x = 0; x < outWidth; x++) {
          const left = x - paddingWidth;
          const pixel = to + x * pixelStride;
          const total = chainGoesOn ? ZEROS : pixel;
          const start = chainGoesOn ? pixel : ZEROS;
          for (let tap = 0; tap < kernelWidth; tap += taps) {
            const list = load<i32>(starts + (min(max(left + tap, 0), width) << 2));
            const end = load<i32>(starts + (min(max(left + tap + taps, 0), width) << 2));
            const source = weights - left * pixelWeights;
            accumulate(pixel, total, start, source, list, end, blockWidth >> 2);
          }
        }
      }
    }
  }
}

/**
 * Gradients of weight [outChannels][KH][rowStride] and bias from all samples' channel lists. A task is `group` output channels:
 * each sample's input is fetched once for all of them.
 */
export function conv2dGradWeight(
  task: i32,
  group: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  channelLists: usize,
  channelEnds: usize,
  capacity: i32,
  outChannels: i32,
  kernelHeight: i32,
  rowStride: i32,
  gradWeight: usize,
  gradBias: usize,
): void {
  const n = batchSize();
  const listChannels = (outChannels + 3) & ~3;
  const first = task * group;
  const last = min(first + group, outChannels);
  const kernelBytes = (kernelHeight * rowStride) << 2;
  clear(gradWeight + first * kernelBytes, (last - first) * kernelBytes);
  for (let co = first; co < last; co++) store<f32>(gradBias + (co << 2), 0);
  for (let i = 0; i < n; i++) {
    const from = input + i * inputSampleStride;
    for (let co = first; co < last; co++) {
      const list = channelLists + (i * listChannels + co) * capacity;
      const end = load<i32>(channelEnds + ((i * listChannels + co) << 2));
      accumulateValues(gradBias + (co << 2), list, end);
      for (let kh = 0; kh < kernelHeight; kh++) {
        const row = gradWeight + co * kernelBytes + ((kh * rowStride) << 2);
        accumulate(row, row, ZEROS, from + kh * inputRowStride, list, end, rowStride >> 2);
      }
    }
  }
}
