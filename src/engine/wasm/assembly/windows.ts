import { rectified } from './relu';

/**
 * A Conv2d with the ReLU and the MaxPool2d of 2 × 2 behind it, window by window: nothing is kept of the dense output. Where a window sees
 * the same bits as the one on its left, its outputs are the same: images repeat themselves.
 */

/** Whether none of the floats, whole vectors of them, is infinite or NaN. */
export function areFinite(from: usize, bytes: i32): bool {
  const exponent = i32x4.splat(0x7f800000);
  let wild = i32x4.splat(0);
  const end = from + bytes;
  for (; from < end; from += 16) {
    wild = v128.or(wild, i32x4.eq(v128.and(v128.load(from), exponent), exponent));
  }
  return !v128.any_true(wild);
}

/**
 * Of one sample. The windows see its pixels, of a single channel, or the numbers of its pixels (see distinct.ts).
 *
 * @param patch what the first window sees, `pixelStride` bytes from one pixel to the next
 * @param terms weights of a single channel [KH][KW][outputs]; or the sums of taps, `kernelRowBytes` from one kernel row to the next
 * @param kernelRowBytes 0 for a single channel
 * @param argmax see `pool`
 */
export function convolveWindows(
  patch: usize,
  rowStride: i32,
  pixelStride: i32,
  terms: usize,
  kernelRowBytes: i32,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  outputBytes: i32,
  output: usize,
  outputRowStride: i32,
  argmax: usize,
  height: i32,
  width: i32,
): void {
  const windowStride = 2 * pixelStride;
  for (let y = 0; y < height; y++) {
    let seen = patch + 2 * y * rowStride;
    let to = output + y * outputRowStride;
    for (let x = 0; x < width; x++) {
      if (
        x > 0 &&
        isSamePatch(seen, seen - windowStride, rowStride, pixelStride, kernelHeight + 1, kernelWidth + 1)
      ) {
        for (let c = 0; c < outputBytes; c += 16) {
          v128.store(to + c, v128.load(to + c - outputBytes));
          v128.store(argmax + c, v128.load(argmax + c - outputBytes));
        }
      } else if (kernelRowBytes == 0) {
        for (let c = 0; c < outputBytes; c += 32) {
          windowOfPixels(
            seen,
            rowStride,
            pixelStride,
            terms + c,
            bias + c,
            kernelHeight,
            kernelWidth,
            outputBytes,
            to + c,
            argmax + c,
          );
        }
      } else {
        for (let c = 0; c < outputBytes; c += 32) {
          windowOfTaps(
            seen,
            rowStride,
            terms + c,
            kernelRowBytes,
            bias + c,
            kernelHeight,
            kernelWidth,
            outputBytes,
            to + c,
            argmax + c,
          );
        }
      }
      seen += windowStride;
      to += outputBytes;
      argmax += outputBytes;
    }
  }
}

function isSamePatch(a: usize, b: usize, rowStride: i32, pixelStride: i32, height: i32, width: i32): bool {
  const bytes = width * pixelStride;
  if (bytes < 16) return false;
  let differs = i32x4.splat(0);
  for (let y = 0; y < height; y++) {
    // The last vector of a row begins where it ends with the row.
    for (let at = 0; at < bytes; at += 16) {
      const from = min(at, bytes - 16);
      differs = v128.or(differs, v128.xor(v128.load(a + from), v128.load(b + from)));
    }
    a += rowStride;
    b += rowStride;
  }
  return !v128.any_true(differs);
}

/**
 * The four outputs of a window, of 8 channels, and of them the maximum: see maxPool2d. An output starts with its bias (−0 counted as 0) and
 * adds the taps' products. All of them are added, those of zeros as well, which changes nothing while the weights are finite.
 */
export function windowOfPixels(
  patch: usize,
  rowStride: i32,
  pixelStride: i32,
  weights: usize,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  outputBytes: i32,
  to: usize,
  at: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = f32x4.add(v128.load(bias), zero);
  let a1 = f32x4.add(v128.load(bias, 16), zero);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  const nextRow = rowStride - kernelWidth * pixelStride;
  for (let kh = 0; kh < kernelHeight; kh++) {
    for (let kw = 0; kw < kernelWidth; kw++) {
      const w0 = v128.load(weights);
      const w1 = v128.load(weights, 16);
      const below = patch + rowStride;
      let value = v128.load_splat<f32>(patch);
      patch += pixelStride;
      a0 = f32x4.add(a0, f32x4.mul(value, w0));
      a1 = f32x4.add(a1, f32x4.mul(value, w1));
      value = v128.load_splat<f32>(patch);
      b0 = f32x4.add(b0, f32x4.mul(value, w0));
      b1 = f32x4.add(b1, f32x4.mul(value, w1));
      value = v128.load_splat<f32>(below);
      c0 = f32x4.add(c0, f32x4.mul(value, w0));
      c1 = f32x4.add(c1, f32x4.mul(value, w1));
      value = v128.load_splat<f32>(below + pixelStride);
      d0 = f32x4.add(d0, f32x4.mul(value, w0));
      d1 = f32x4.add(d1, f32x4.mul(value, w1));
      weights += outputBytes;
    }
    patch += nextRow;
  }
  maximum(a0, b0, c0, d0, to, at);
  maximum(a1, b1, c1, d1, to + 16, at + 16);
}

/** The same from the sums of taps: an output starts with its bias (−0 counted as 0) and adds those of its pixels. */
export function windowOfTaps(
  numbers: usize,
  rowStride: i32,
  taps: usize,
  kernelRowBytes: i32,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  outputBytes: i32,
  to: usize,
  at: usize,
): void {
  const zero = f32x4.splat(0);
  let a0 = f32x4.add(v128.load(bias), zero);
  let a1 = f32x4.add(v128.load(bias, 16), zero);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  for (let kh = 0; kh < kernelHeight; kh++) {
    let tap = taps;
    let number = numbers;
    for (let kw = 0; kw < kernelWidth; kw++) {
      const a = tap + load<i32>(number);
      const b = tap + load<i32>(number, 4);
      const c = tap + load<i32>(number + rowStride);
      const d = tap + load<i32>(number + rowStride, 4);
      a0 = f32x4.add(a0, v128.load(a));
      a1 = f32x4.add(a1, v128.load(a, 16));
      b0 = f32x4.add(b0, v128.load(b));
      b1 = f32x4.add(b1, v128.load(b, 16));
      c0 = f32x4.add(c0, v128.load(c));
      c1 = f32x4.add(c1, v128.load(c, 16));
      d0 = f32x4.add(d0, v128.load(d));
      d1 = f32x4.add(d1, v128.load(d, 16));
      tap += outputBytes;
      number += 4;
    }
    taps += kernelRowBytes;
    numbers += rowStride;
  }
  maximum(a0, b0, c0, d0, to, at);
  maximum(a1, b1, c1, d1, to + 16, at + 16);
}

/** What ReLU leaves of the greatest of a window's four outputs, and its place, or −1 where that is 0. */
function maximum(a: v128, b: v128, c: v128, d: v128, to: usize, at: usize): void {
  const zero = f32x4.splat(0);
  let best = a;
  let place = i32x4.splat(0);
  let better = v128.or(f32x4.gt(b, best), f32x4.ne(b, b));
  best = v128.bitselect(b, best, better);
  place = v128.bitselect(i32x4.splat(1), place, better);
  better = v128.or(f32x4.gt(c, best), f32x4.ne(c, c));
  best = v128.bitselect(c, best, better);
  place = v128.bitselect(i32x4.splat(1 << 16), place, better);
  better = v128.or(f32x4.gt(d, best), f32x4.ne(d, d));
  best = v128.bitselect(d, best, better);
  place = v128.bitselect(i32x4.splat((1 << 16) | 1), place, better);
  v128.store(to, rectified(best));
  v128.store(at, v128.or(place, f32x4.le(best, zero)));
}
