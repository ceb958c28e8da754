/**
 * Between PyTorch's NCHW, at the border and at Flatten, and the kernels' NHWC, for sample i. `origin` (of the first pixel)
 * and the strides (bytes) are those of `Tensor` in src/engine/plan/tensor.ts.
 */

/** From the input buffer, float32 [n, C, H, W]. */
export function importInput(
  i: i32,
  from: usize,
  origin: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  const source = from + ((i * channels * height * width) << 2);
  toChannelsLast(source, origin + i * sampleStride, rowStride, pixelStride, channels, height, width);
}

/** From NHWC to a Linear's input, in the order of NCHW. */
export function flatten(
  i: i32,
  origin: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  to: usize,
  toSampleStride: i32,
): void {
  let target = to + i * toSampleStride;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let source = origin + i * sampleStride + y * rowStride + (c << 2);
      for (let x = 0; x < width; x++) {
        store<f32>(target, load<f32>(source));
        source += pixelStride;
        target += 4;
      }
    }
  }
}

/** The inverse of `flatten`, for gradients. */
export function unflatten(
  i: i32,
  from: usize,
  fromSampleStride: i32,
  origin: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  const source = from + i * fromSampleStride;
  toChannelsLast(source, origin + i * sampleStride, rowStride, pixelStride, channels, height, width);
}

function toChannelsLast(
  source: usize,
  origin: usize,
  rowStride: i32,
  pixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let target = origin + y * rowStride + (c << 2);
      for (let x = 0; x < width; x++) {
        store<f32>(target, load<f32>(source));
        source += 4;
        target += pixelStride;
      }
    }
  }
}
