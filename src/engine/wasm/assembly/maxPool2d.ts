import { batchSize, claimTask } from './threads';

/**
 * MaxPool2d over square windows that do not overlap, in NHWC. The window is read row by row; of equal values the first
 * wins, and NaN beats every number. A task is one sample.
 *
 * @param argmax int32 [n, outHeight, outWidth, channels], written: (row << 16 | column) of the maximum within its window
 */
export function maxPool2d(
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  output: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  argmax: usize,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  kernelSize: i32,
): void {
  const n = batchSize();
  const pixelStride = channels << 2;
  for (let i = claimTask(); i < n; i = claimTask()) {
    let source = argmax + i * outHeight * outWidth * pixelStride;
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let window =
          input + i * inputSampleStride + y * kernelSize * inputRowStride + x * kernelSize * pixelStride;
        let to = output + i * outputSampleStride + y * outputRowStride + x * pixelStride;
        let left = channels;
        for (; left >= 4; left -= 4) {
          let best = v128.load(window);
          let bestAt = i32x4.splat(0);
          for (let ky = 0; ky < kernelSize; ky++) {
            let from = window + ky * inputRowStride;
            for (let kx = 0; kx < kernelSize; kx++) {
              const value = v128.load(from);
              const better = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
              best = v128.bitselect(value, best, better);
              bestAt = v128.bitselect(i32x4.splat((ky << 16) | kx), bestAt, better);
              from += pixelStride;
            }
          }
          v128.store(to, best);
          v128.store(source, bestAt);
          window += 16;
          to += 16;
          source += 16;
        }
        for (; left > 0; left--) {
          let best = load<f32>(window);
          let bestAt = 0;
          for (let ky = 0; ky < kernelSize; ky++) {
            for (let kx = 0; kx < kernelSize; kx++) {
              const value = load<f32>(window + ky * inputRowStride + kx * pixelStride);
              if (value > best || value != value) {
                best = value;
                bestAt = (ky << 16) | kx;
              }
            }
          }
          store<f32>(to, best);
          store<i32>(source, bestAt);
          window += 4;
          to += 4;
          source += 4;
        }
      }
    }
  }
}

/** Each window's gradient goes to its maximum, 0 everywhere else. */
export function maxPool2dGradInput(
  gradInput: usize,
  inputSampleStride: i32,
  inputOrigin: i32,
  inputRowStride: i32,
  gradOutput: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  argmax: usize,
  channels: i32,
  outHeight: i32,
  outWidth: i32,
  kernelSize: i32,
): void {
  const n = batchSize();
  const pixelStride = channels << 2;
  for (let i = claimTask(); i < n; i = claimTask()) {
    const grad = gradInput + i * inputSampleStride;
    memory.fill(grad, 0, inputSampleStride);
    let source = argmax + i * outHeight * outWidth * pixelStride;
    for (let y = 0; y < outHeight; y++) {
      for (let x = 0; x < outWidth; x++) {
        let window = grad + inputOrigin + y * kernelSize * inputRowStride + x * kernelSize * pixelStride;
        let from = gradOutput + i * outputSampleStride + y * outputRowStride + x * pixelStride;
        for (let c = 0; c < channels; c++) {
          const at = load<i32>(source);
          store<f32>(window + (at >> 16) * inputRowStride + (at & 0xffff) * pixelStride, load<f32>(from));
          window += 4;
          from += 4;
          source += 4;
        }
      }
    }
  }
}
