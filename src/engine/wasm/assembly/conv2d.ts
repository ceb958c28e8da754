import { accumulate, accumulateValues } from './accumulate';
import { batchSize, claimTask } from './threads';
import { tile } from './tile';

/**
 * Conv2d, stride 1, in NHWC. The input has its padding around it as zeros, so a patch is KH runs of KW · C contiguous floats.
 *
 * Order, as in the reference: an output starts with its bias and adds kh, kw, ci; a weight's gradient adds n, y, x; an
 * input's gradient adds co, y, x of the outputs it went into.
 */

/** Forward, with ReLU on request. `output` has no border. A task is one sample. */
export function conv2d(
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  packed: usize,
  bias: usize,
  kernelHeight: i32,
  rowLength: i32,
  output: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  outChannels: i32,
  outHeight: i32,
  outWidth: i32,
  relu: bool,
): void {
  const n = batchSize();
  const pixels = outHeight * outWidth;
  const outputPixelStride = outChannels << 2;
  for (let i = claimTask(); i < n; i = claimTask()) {
    const from = input + i * inputSampleStride;
    for (let block = 0; block < outChannels; block += 8) {
      const to = output + i * outputSampleStride + (block << 2);
      const weights = packed + ((block * kernelHeight * rowLength) << 2);
      for (let pixel = 0; pixel < pixels; pixel += 4) {
        // Where fewer than 4 pixels are left, the last one is computed several times.
        const p0 = pixel;
        const p1 = min(pixel + 1, pixels - 1);
        const p2 = min(pixel + 2, pixels - 1);
        const p3 = min(pixel + 3, pixels - 1);
        const y0 = p0 / outWidth;
        const y1 = p1 / outWidth;
        const y2 = p2 / outWidth;
        const y3 = p3 / outWidth;
        const x0 = p0 - y0 * outWidth;
        const x1 = p1 - y1 * outWidth;
        const x2 = p2 - y2 * outWidth;
        const x3 = p3 - y3 * outWidth;
        tile(
          from + y0 * inputRowStride + x0 * inputPixelStride,
          from + y1 * inputRowStride + x1 * inputPixelStride,
          from + y2 * inputRowStride + x2 * inputPixelStride,
          from + y3 * inputRowStride + x3 * inputPixelStride,
          inputRowStride,
          kernelHeight,
          rowLength,
          weights,
          bias + (block << 2),
          to + y0 * outputRowStride + x0 * outputPixelStride,
          to + y1 * outputRowStride + x1 * outputPixelStride,
          to + y2 * outputRowStride + x2 * outputPixelStride,
          to + y3 * outputRowStride + x3 * outputPixelStride,
          outChannels - block,
          relu,
        );
      }
    }
  }
}

/** Gradients of weight [outChannels][KH][rowStride] and bias, from lists (see gradientList.ts). A task is one output channel. */
export function conv2dGradWeight(
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  lists: usize,
  counts: usize,
  capacity: i32,
  outChannels: i32,
  kernelHeight: i32,
  rowLength: i32,
  rowStride: i32,
  gradWeight: usize,
  gradBias: usize,
): void {
  const n = batchSize();
  for (let co = claimTask(); co < outChannels; co = claimTask()) {
    const grad = gradWeight + ((co * kernelHeight * rowStride) << 2);
    memory.fill(grad, 0, (kernelHeight * rowStride) << 2);
    store<f32>(gradBias + (co << 2), 0);
    for (let i = 0; i < n; i++) {
      const list = lists + (((i * outChannels + co) * capacity) << 3);
      const entries = load<i32>(counts + ((i * outChannels + co) << 2));
      const from = input + i * inputSampleStride;
      accumulateValues(gradBias + (co << 2), list, entries);
      for (let kh = 0; kh < kernelHeight; kh++) {
        accumulate(grad + ((kh * rowStride) << 2), from + kh * inputRowStride, list, entries, rowLength);
      }
    }
  }
}

/**
 * Gradient of the input, in the input's own layout, from lists. What falls on the border is never read. A task is one
 * sample.
 */
export function conv2dGradInput(
  weight: usize,
  rowStride: i32,
  kernelHeight: i32,
  rowLength: i32,
  lists: usize,
  counts: usize,
  capacity: i32,
  outChannels: i32,
  gradInput: usize,
  sampleStride: i32,
  inputRowStride: i32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    const grad = gradInput + i * sampleStride;
    memory.fill(grad, 0, sampleStride);
    for (let co = 0; co < outChannels; co++) {
      const list = lists + (((i * outChannels + co) * capacity) << 3);
      const end = list + (load<i32>(counts + ((i * outChannels + co) << 2)) << 3);
      const kernel = weight + ((co * kernelHeight * rowStride) << 2);
      for (let entry = list; entry < end; entry += 8) {
        let target = grad + load<i32>(entry);
        let source = kernel;
        for (let kh = 0; kh < kernelHeight; kh++) {
          addScaled(target, source, load<f32>(entry, 4), rowLength);
          target += inputRowStride;
          source += rowStride << 2;
        }
      }
    }
  }
}

/** target[0 … length) += value · source[0 … length). */
function addScaled(target: usize, source: usize, value: f32, length: i32): void {
  const splat = f32x4.splat(value);
  let left = length;
  for (; left >= 16; left -= 16) {
    v128.store(target, f32x4.add(v128.load(target), f32x4.mul(splat, v128.load(source))));
    v128.store(target, f32x4.add(v128.load(target, 16), f32x4.mul(splat, v128.load(source, 16))), 16);
    v128.store(target, f32x4.add(v128.load(target, 32), f32x4.mul(splat, v128.load(source, 32))), 32);
    v128.store(target, f32x4.add(v128.load(target, 48), f32x4.mul(splat, v128.load(source, 48))), 48);
    target += 64;
    source += 64;
  }
  for (; left > 0; left--) {
    store<f32>(target, load<f32>(target) + value * load<f32>(source));
    target += 4;
    source += 4;
  }
}
