import { rectified } from './relu';
import { clear } from './vectors';

/**
 * MaxPool2d over square windows that do not overlap, in NHWC, for sample i. The window is read row by row; of equal values the
 * first wins, and NaN beats every number.
 *
 * @param argmax int32, written: (row << 16 | column) of the maximum within its window, [n, outHeight, outWidth] pixels of
 *   `pixelStride` bytes
 */
export function maxPool2d(
  i: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  output: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  pixelStride: i32,
  argmax: usize,
  outHeight: i32,
  outWidth: i32,
  kernelSize: i32,
): void {
  pool(
    input + i * inputSampleStride,
    inputRowStride,
    output + i * outputSampleStride,
    outputRowStride,
    pixelStride,
    argmax + i * outHeight * outWidth * pixelStride,
    outHeight,
    outWidth,
    kernelSize,
    false,
  );
}

/**
 * Of one sample.
 *
 * @param relu whether the input still has its ReLU to come: the maximum of what ReLU leaves is what ReLU leaves of the maximum. Where
 *   that is 0 no gradient passes back, and `argmax` is −1
 */
export function pool(
  input: usize,
  inputRowStride: i32,
  output: usize,
  outputRowStride: i32,
  pixelStride: i32,
  argmax: usize,
  outHeight: i32,
  outWidth: i32,
  kernelSize: i32,
  relu: bool,
): void {
  let source = argmax;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const window = input + y * kernelSize * inputRowStride + x * kernelSize * pixelStride;
      const to = output + y * outputRowStride + x * pixelStride;
      for (let c = 0; c < pixelStride; c += 16) {
        let best = v128.load(window + c);
        let bestAt = i32x4.splat(0);
        for (let ky = 0; ky < kernelSize; ky++) {
          const from = window + ky * inputRowStride + c;
          for (let kx = i32(ky == 0); kx < kernelSize; kx++) {
            const value = v128.load(from + kx * pixelStride);
            const better = v128.or(f32x4.gt(value, best), f32x4.ne(value, value));
            best = v128.bitselect(value, best, better);
            bestAt = v128.bitselect(i32x4.splat((ky << 16) | kx), bestAt, better);
          }
        }
        v128.store(to + c, relu ? rectified(best) : best);
        v128.store(source, relu ? v128.or(bestAt, f32x4.le(best, f32x4.splat(0))) : bestAt);
        source += 16;
      }
    }
  }
}

/** Each window's gradient goes to its maximum, 0 everywhere else. */
export function maxPool2dGradInput(
  i: i32,
  gradInput: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  height: i32,
  width: i32,
  gradOutput: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  pixelStride: i32,
  argmax: usize,
  outHeight: i32,
  outWidth: i32,
  kernelSize: i32,
): void {
  const grad = gradInput + i * inputSampleStride;
  for (let y = 0; y < height; y++) clear(grad + y * inputRowStride, width * pixelStride);
  let source = argmax + i * outHeight * outWidth * pixelStride;
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      const window = grad + y * kernelSize * inputRowStride + x * kernelSize * pixelStride;
      const from = gradOutput + i * outputSampleStride + y * outputRowStride + x * pixelStride;
      for (let c = 0; c < pixelStride; c += 4) {
        const at = load<i32>(source);
        store<f32>(
          window + (at >> 16) * inputRowStride + (at & 0xffff) * pixelStride + c,
          load<f32>(from + c),
        );
        source += 4;
      }
    }
  }
}
