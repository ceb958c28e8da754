import { batchSize, claimTask } from './threads';

/**
 * Between PyTorch's NCHW, at the border and at Flatten, and the kernels' NHWC with its border of zeros.
 * A task is one sample. `rowStride` and `sampleStride` (bytes) and `origin` (of the first pixel) describe NHWC tensors;
 * see `Tensor` in src/engine/wasm/tensor.ts.
 */

/** From the input buffer, float32 [n, C, H, W]. */
export function importInput(
  from: usize,
  to: usize,
  toSampleStride: i32,
  toRowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  const n = batchSize();
  const size = channels * height * width;
  for (let i = claimTask(); i < n; i = claimTask()) {
    toChannelsLast(from + ((i * size) << 2), to + i * toSampleStride, toRowStride, channels, height, width);
  }
}

/** From NHWC to the rows of a Linear's input, in the order of NCHW. */
export function flatten(
  from: usize,
  fromSampleStride: i32,
  fromRowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  to: usize,
  toSampleStride: i32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    let target = to + i * toSampleStride;
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        let source = from + i * fromSampleStride + y * fromRowStride + (c << 2);
        for (let x = 0; x < width; x++) {
          store<f32>(target, load<f32>(source));
          source += channels << 2;
          target += 4;
        }
      }
    }
  }
}

/** The inverse of `flatten`, for gradients. */
export function unflatten(
  from: usize,
  fromSampleStride: i32,
  to: usize,
  toSampleStride: i32,
  toRowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    toChannelsLast(
      from + i * fromSampleStride,
      to + i * toSampleStride,
      toRowStride,
      channels,
      height,
      width,
    );
  }
}

function toChannelsLast(
  from: usize,
  to: usize,
  toRowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  let source = from;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let target = to + y * toRowStride + (c << 2);
      for (let x = 0; x < width; x++) {
        store<f32>(target, load<f32>(source));
        source += 4;
        target += channels << 2;
      }
    }
  }
}
