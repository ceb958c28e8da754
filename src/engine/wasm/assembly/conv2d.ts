import { accumulate, accumulateValues, ZEROS } from './accumulate';
import { collectRows, patch, rowStarts } from './collect';
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
  if (channels == 1) {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const end = collectPatch(
          y - paddingHeight,
          x - paddingWidth,
          height,
          width,
          kernelHeight,
          kernelWidth,
          blockWidth << 2,
        );
        const pixel = to + y * outputRowStride + x * outputPixelStride;
        for (let c: i32 = 0; c < outputPixelStride; c += blockWidth << 2) {
          const weights = packed + c * kernelHeight * kernelWidth;
          accumulate(pixel + c, ZEROS, bias + c, weights, patch, end, blockWidth >> 2);
        }
      }
    }
  } else {
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        copyWithoutNegativeZero(to + y * outputRowStride + x * outputPixelStride, bias, outputPixelStride);
      }
    }
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
      1,
    );
  }
  if (!relu) return;
  for (let y = 0; y < outHeight; y++) rectify(to + y * outputRowStride, outWidth * outputPixelStride);
}

/**
 * The list of one output's patch of a single-channel input, whose taps are one chain: a sum over one channel is one product.
 *
 * @param top and `left`: of the patch in the input
 * @param scale bytes from one tap's weights to the next
 * @returns its end; it begins at `patch`
 */
function collectPatch(
  top: i32,
  left: i32,
  height: i32,
  width: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  scale: i32,
): usize {
  const first = min(max(left, 0), width) << 2;
  const last = min(max(left + kernelWidth, 0), width) << 2;
  let end = patch;
  for (let kh = max(0, -top); kh < min(kernelHeight, height - top); kh++) {
    const starts = rowStarts + (((top + kh) * (width + 1)) << 2);
    const shift = (kh * kernelWidth - left) * scale;
    const listEnd = load<i32>(starts + last);
    for (let entry = load<i32>(starts + first); entry < listEnd; entry += 8) {
      store<i32>(end, load<i32>(entry) + shift);
      store<i32>(end, load<i32>(entry, 4), 4);
      end += 8;
    }
  }
  return end;
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
  );
}

/**
 * Adds to every pixel of `output` the products of its neighbourhood in the row lists. The weights of one kernel row and
 * one block (12 KB for 3 · 32 inputs) stay in the first-level cache for all pixels that use them.
 *
 * @param taps of a kernel row that share a chain: 1, or all
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
          for (let tap = 0; tap < kernelWidth; tap += taps) {
            const list = load<i32>(starts + (min(max(left + tap, 0), width) << 2));
            const end = load<i32>(starts + (min(max(left + tap + taps, 0), width) << 2));
            const source = weights - left * pixelWeights;
            accumulate(pixel, pixel, ZEROS, source, list, end, blockWidth >> 2);
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
