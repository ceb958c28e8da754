import { batchSize, claimTask } from './threads';

/**
 * Gradients of a Conv2d's output as lists of what is not 0, one list per sample and output channel, in the order of
 * the output's rows and columns. After max-pooling and ReLU at most one output in four has a gradient: the other
 * products are exactly 0 and are not computed.
 *
 * An entry is 8 bytes: the byte offset (i32) of the entry's patch in the layer's input, from the sample's first patch,
 * and the gradient (f32). `lists` is [n][channels][capacity] entries, `counts` int32 [n][channels].
 * A task is one sample.
 */

/** From a dense gradient, float32 [n, height, width, channels]. */
export function collectDense(
  grad: usize,
  gradSampleStride: i32,
  gradRowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  lists: usize,
  counts: usize,
  capacity: i32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    const count = counts + ((i * channels) << 2);
    const list = lists + ((i * channels * capacity) << 3);
    memory.fill(count, 0, channels << 2);
    for (let y = 0; y < height; y++) {
      let from = grad + i * gradSampleStride + y * gradRowStride;
      for (let x = 0; x < width; x++) {
        const offset = y * inputRowStride + x * inputPixelStride;
        for (let c = 0; c < channels; c++) {
          const g = load<f32>(from);
          from += 4;
          append(list + ((c * capacity) << 3), count + (c << 2), offset, g, i32(g != 0));
        }
      }
    }
  }
}

/**
 * From the gradient after Conv2d, ReLU and MaxPool2d, without ever writing the dense one: each pooled value that is
 * above 0 (or NaN) sends its gradient to its window's maximum. A row of windows is visited once per row of the window,
 * so that the lists come out in the order of `collectDense`.
 *
 * @param argmax int32 [n, pooledHeight, pooledWidth, channels], see maxPool2d
 */
export function collectPooled(
  grad: usize,
  pooled: usize,
  sampleStride: i32,
  rowStride: i32,
  argmax: usize,
  channels: i32,
  pooledHeight: i32,
  pooledWidth: i32,
  kernelSize: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  lists: usize,
  counts: usize,
  capacity: i32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    const count = counts + ((i * channels) << 2);
    const list = lists + ((i * channels * capacity) << 3);
    memory.fill(count, 0, channels << 2);
    for (let py = 0; py < pooledHeight; py++) {
      for (let ky = 0; ky < kernelSize; ky++) {
        let at = i * sampleStride + py * rowStride;
        let source = argmax + (((i * pooledHeight + py) * pooledWidth * channels) << 2);
        for (let px = 0; px < pooledWidth; px++) {
          const corner = (py * kernelSize + ky) * inputRowStride + px * kernelSize * inputPixelStride;
          for (let c = 0; c < channels; c++) {
            const maximum = load<i32>(source);
            const g = load<f32>(grad + at);
            const off = load<f32>(pooled + at) <= 0;
            const offset = corner + (maximum & 0xffff) * inputPixelStride;
            append(
              list + ((c * capacity) << 3),
              count + (c << 2),
              offset,
              g,
              i32(maximum >> 16 == ky) & i32(g != 0) & i32(!off),
            );
            at += 4;
            source += 4;
          }
        }
      }
    }
  }
}

/** Appends without a branch: half of the gradients are 0 in no pattern, and a wrong guess costs more than a store. */
function append(list: usize, count: usize, offset: i32, g: f32, wanted: i32): void {
  const entries = load<i32>(count);
  const entry = list + (entries << 3);
  store<i32>(entry, offset);
  store<f32>(entry, g, 4);
  store<i32>(count, entries + wanted);
}
