import { accumulateValues, addProducts, continueChain, sumProducts, sumTerms } from './accumulate';
import { collectRows, patch, rowStarts } from './collect';
import { collectDistinct, listOf, numbers } from './distinct';
import { pool } from './maxPool2d';
import { rectify } from './relu';
import { batchSize } from './threads';
import { clear, fetch } from './vectors';
import { areFinite, convolveWindows } from './windows';

/**
 * Conv2d, stride 1, in NHWC.
 *
 * Order, as in the reference: an output starts with its bias and adds the taps' sums, each over ci; a weight's
 * gradient adds the samples' sums, each over y, x; an input's gradient adds the sums over the rows of outputs that it went into,
 * each over x, co. Activations (forward) and gradients (backward) that are 0 are left out.
 */

/** This thread's sums of taps, [KH][distinct pixels][KW][outputs]. */
let tapSums: usize = 0;
/** Room for one sample's output, of which only what a MaxPool2d makes of it is kept. */
let dense: usize = 0;

export function setConv2dScratch(sums: usize, output: usize): void {
  tapSums = sums;
  dense = output;
}

/**
 * Forward for sample i, with ReLU on request: first the sums of all taps over each distinct pixel, then, for each output, its
 * bias and the sums of its taps, in their order.
 *
 * @param packed weights [KH][channels][KW][outputs]
 */
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
  relu: bool,
): void {
  const from = input + i * inputSampleStride;
  const to = output + i * outputSampleStride;
  if (channels == 1) {
    collectRows(from, inputRowStride, inputPixelStride, height, width, channels, outputPixelStride);
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const end = collectPatch(
          y - paddingHeight,
          x - paddingWidth,
          height,
          width,
          kernelHeight,
          kernelWidth,
          outputPixelStride,
        );
        const pixel = to + y * outputRowStride + x * outputPixelStride;
        continueChain(pixel, bias, packed, patch, end, outputPixelStride);
      }
    }
  } else {
    const kernelRowBytes = sumTaps(
      from,
      inputRowStride,
      inputPixelStride,
      height,
      width,
      channels,
      packed,
      kernelHeight,
      kernelWidth,
      paddingHeight,
      paddingWidth,
      outputPixelStride,
    );
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        const end = collectTaps(
          numbers + ((y * (width + 2 * paddingWidth) + x) << 2),
          (width + 2 * paddingWidth) << 2,
          kernelHeight,
          kernelWidth,
          kernelRowBytes,
          outputPixelStride,
        );
        sumTerms(to + y * outputRowStride + x * outputPixelStride, bias, patch, end, outputPixelStride);
      }
    }
  }
  if (!relu) return;
  for (let y = 0; y < outHeight; y++) rectify(to + y * outputRowStride, outWidth * outputPixelStride);
}

/** Leaves the sums of all taps over each distinct pixel in `tapSums`; returns the bytes from one kernel row to the next. */
function sumTaps(
  input: usize,
  inputRowStride: i32,
  inputPixelStride: i32,
  height: i32,
  width: i32,
  channels: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  outputBytes: i32,
): i32 {
  const rowBytes = kernelWidth * outputBytes;
  const count = collectDistinct(
    input,
    inputRowStride,
    inputPixelStride,
    height,
    width,
    channels,
    paddingHeight,
    paddingWidth,
    rowBytes,
  );
  for (let kh = 0; kh < kernelHeight; kh++) {
    const weights = packed + kh * channels * rowBytes;
    let target = tapSums + kh * count * rowBytes;
    for (let d = 0; d < count; d++) {
      sumProducts(target, weights, listOf(d), listOf(d + 1), rowBytes);
      target += rowBytes;
    }
  }
  return count * rowBytes;
}

/** Forward for sample i with the ReLU and the MaxPool2d behind it: see `conv2d` and `maxPool2d`. */
export function conv2dPooled(
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
  rowStride: i32,
  pixelStride: i32,
  outHeight: i32,
  outWidth: i32,
  pooled: usize,
  pooledSampleStride: i32,
  pooledRowStride: i32,
  argmax: usize,
  pooledHeight: i32,
  pooledWidth: i32,
  poolSize: i32,
): void {
  const target = pooled + i * pooledSampleStride;
  const places = argmax + i * pooledHeight * pooledWidth * pixelStride;
  const from = input + i * inputSampleStride;
  if (poolSize == 2 && channels > 1) {
    const kernelRowBytes = sumTaps(
      from,
      inputRowStride,
      inputPixelStride,
      height,
      width,
      channels,
      packed,
      kernelHeight,
      kernelWidth,
      paddingHeight,
      paddingWidth,
      pixelStride,
    );
    convolveWindows(
      numbers,
      (width + 2 * paddingWidth) << 2,
      4,
      tapSums,
      kernelRowBytes,
      bias,
      kernelHeight,
      kernelWidth,
      pixelStride,
      target,
      pooledRowStride,
      places,
      pooledHeight,
      pooledWidth,
    );
    return;
  }
  if (poolSize == 2 && areFinite(packed, kernelHeight * kernelWidth * pixelStride)) {
    convolveWindows(
      from - paddingHeight * inputRowStride - paddingWidth * inputPixelStride,
      inputRowStride,
      inputPixelStride,
      packed,
      0,
      bias,
      kernelHeight,
      kernelWidth,
      pixelStride,
      target,
      pooledRowStride,
      places,
      pooledHeight,
      pooledWidth,
    );
    return;
  }
  conv2d(
    0,
    from,
    inputSampleStride,
    inputRowStride,
    inputPixelStride,
    height,
    width,
    channels,
    packed,
    bias,
    kernelHeight,
    kernelWidth,
    paddingHeight,
    paddingWidth,
    dense,
    0,
    rowStride,
    pixelStride,
    outHeight,
    outWidth,
    false,
  );
  pool(
    dense,
    rowStride,
    target,
    pooledRowStride,
    pixelStride,
    places,
    pooledHeight,
    pooledWidth,
    poolSize,
    true,
  );
}

/** The addresses of the sums of one output's taps; they begin at `patch`, and end where it returns. */
function collectTaps(
  place: usize,
  placeRowBytes: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  kernelRowBytes: i32,
  tapBytes: i32,
): usize {
  let end = patch;
  for (let kh = 0; kh < kernelHeight; kh++) {
    let first = tapSums + kh * kernelRowBytes;
    for (let kw = 0; kw < kernelWidth; kw++) {
      store<i32>(end, <i32>first + load<i32>(place + (kw << 2)));
      first += tapBytes;
      end += 4;
    }
    place += placeRowBytes;
  }
  return end;
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
  );
}

/**
 * Adds to every pixel of `output` the products of its neighbourhood in the row lists. The weights of one kernel row and
 * one block (12 KB for 3 · 32 inputs) stay in the first-level cache for all pixels that use them.
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
          const list = load<i32>(starts + (min(max(left, 0), width) << 2));
          const end = load<i32>(starts + (min(max(left + kernelWidth, 0), width) << 2));
          addProducts(pixel, pixel, weights - left * pixelWeights, list, end, blockWidth << 2);
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
  lists: usize,
  ends: usize,
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
    fetch(from, inputSampleStride);
    let list = lists + i * listChannels * capacity;
    if (first > 0) list = load<i32>(ends + ((i * listChannels + first - 1) << 2));
    fetch(list, load<i32>(ends + ((i * listChannels + last - 1) << 2)) - <i32>list);
    for (let co = first; co < last; co++) {
      const end: usize = load<i32>(ends + ((i * listChannels + co) << 2));
      accumulateValues(gradBias + (co << 2), list, end);
      for (let kh = 0; kh < kernelHeight; kh++) {
        const row = gradWeight + co * kernelBytes + ((kh * rowStride) << 2);
        addProducts(row, row, from + kh * inputRowStride, list, end, rowStride << 2);
      }
      list = end;
    }
  }
}
