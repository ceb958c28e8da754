import { accumulateValues } from './accumulate';
import { channelEnds, channelListBytes, channelLists, collectPooledChannels } from './collect';
import { batchSize } from './threads';

/**
 * Gradients of weight and bias of a Conv2d of a single channel, whose input's pixels lie next to each other: first the sums of each
 * sample, float32 [n][KH · KW + 1][pixelStride], the bias last, and then their sums, in the samples' order.
 *
 * A vector holds four taps of a kernel row, of which only the kernel's own are kept. Gradients that are 0 are left out.
 */

/** Room for the sums of a kernel's rows, of this thread. */
let rowSum: usize = 0;

export function setSampleSumsScratch(row: usize): void {
  rowSum = row;
}

/** Of sample i, from a dense gradient. */
export function sumGradients(
  i: i32,
  grad: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  height: i32,
  width: i32,
  channels: i32,
  sums: usize,
  sumStride: i32,
): void {
  const from = grad + i * sampleStride;
  const to = sums + i * (kernelHeight * kernelWidth + 1) * sumStride;
  for (let c = 0; c < channels; c++) {
    let end = channelLists;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const g = load<f32>(from + y * rowStride + x * pixelStride + (c << 2));
        store<i32>(end, y * inputRowStride + x * inputPixelStride);
        store<f32>(end, g, 4);
        end += i32(g != 0) << 3;
      }
    }
    sumChannel(
      channelLists,
      end,
      input + i * inputSampleStride,
      inputRowStride,
      kernelHeight,
      kernelWidth,
      to + (c << 2),
      sumStride,
    );
  }
}

/** Of sample i, from the gradient behind ReLU and MaxPool2d: see collectPooledGradient. */
export function sumPooledGradients(
  i: i32,
  grad: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  argmax: usize,
  pooledHeight: i32,
  pooledWidth: i32,
  kernelSize: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  height: i32,
  width: i32,
  channels: i32,
  sums: usize,
  sumStride: i32,
): void {
  collectPooledChannels(
    grad + i * sampleStride,
    rowStride,
    pixelStride,
    argmax + i * pooledHeight * pooledWidth * pixelStride,
    pooledHeight,
    pooledWidth,
    kernelSize,
    channels,
    inputRowStride,
    inputPixelStride,
  );
  const capacity = channelListBytes(pooledHeight, pooledWidth);
  const ends = channelEnds(channels, capacity);
  const to = sums + i * (kernelHeight * kernelWidth + 1) * sumStride;
  for (let c = 0; c < channels; c++) {
    sumChannel(
      channelLists + c * capacity,
      load<i32>(ends + (c << 2)),
      input + i * inputSampleStride,
      inputRowStride,
      kernelHeight,
      kernelWidth,
      to + (c << 2),
      sumStride,
    );
  }
}

/** The sums of one output channel, from its list. */
function sumChannel(
  list: usize,
  end: usize,
  input: usize,
  inputRowStride: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  to: usize,
  sumStride: i32,
): void {
  const bias = to + kernelHeight * kernelWidth * sumStride;
  if (kernelHeight == 3 && kernelWidth <= 4) {
    sumThreeRows(list, end, input, inputRowStride, rowSum);
    store<f32>(bias, load<f32>(rowSum, 48));
    for (let kh = 0; kh < 3; kh++) {
      for (let kw = 0; kw < kernelWidth; kw++) {
        store<f32>(to, load<f32>(rowSum + (((kh << 2) + kw) << 2)));
        to += sumStride;
      }
    }
  } else {
    for (let kh = 0; kh < kernelHeight; kh++) {
      for (let first = 0; first < kernelWidth; first += 4) {
        sumRow(list, end, input + kh * inputRowStride + (first << 2), rowSum);
        for (let kw = first; kw < min(first + 4, kernelWidth); kw++) {
          store<f32>(to, load<f32>(rowSum + ((kw - first) << 2)));
          to += sumStride;
        }
      }
    }
    store<f32>(bias, 0);
    accumulateValues(bias, list, end);
  }
}

/** Of three kernel rows of up to four taps, and of the values alone. */
export function sumThreeRows(list: usize, end: usize, input: usize, rowStride: i32, to: usize): void {
  const second = input + rowStride;
  const third = second + rowStride;
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let values = a;
  for (let entry = list; entry < end; entry += 8) {
    const offset = load<i32>(entry);
    const value = v128.load_splat<f32>(entry, 4);
    values = f32x4.add(values, value);
    a = f32x4.add(a, f32x4.mul(value, v128.load(input + offset)));
    b = f32x4.add(b, f32x4.mul(value, v128.load(second + offset)));
    c = f32x4.add(c, f32x4.mul(value, v128.load(third + offset)));
  }
  v128.store(to, a);
  v128.store(to, b, 16);
  v128.store(to, c, 32);
  v128.store(to, values, 48);
}

/** Of four taps of a kernel row. */
function sumRow(list: usize, end: usize, input: usize, to: usize): void {
  let sum = f32x4.splat(0);
  for (let entry = list; entry < end; entry += 8) {
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(entry, 4), v128.load(input + load<i32>(entry))));
  }
  v128.store(to, sum);
}

/** Adds the samples' sums. A task is a tap; the last one is the bias. */
export function addSampleSums(
  task: i32,
  sums: usize,
  sumStride: i32,
  channels: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  rowStride: i32,
  inputPixelStride: i32,
  gradWeight: usize,
  gradBias: usize,
): void {
  const n = batchSize();
  const taps = kernelHeight * kernelWidth;
  let to = gradBias;
  let stride = 4;
  if (task < taps) {
    to = gradWeight + (((task / kernelWidth) * rowStride) << 2) + (task % kernelWidth) * inputPixelStride;
    stride = (kernelHeight * rowStride) << 2;
  }
  for (let c = 0; c < channels; c++) {
    let sum: f32 = 0;
    for (let i = 0; i < n; i++) sum += load<f32>(sums + (i * (taps + 1) + task) * sumStride + (c << 2));
    store<f32>(to + c * stride, sum);
  }
}
