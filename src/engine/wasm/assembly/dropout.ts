import { batchSize, claimTask } from './threads';

/**
 * Dropout in place, on activations and on gradients alike: x · scale where the mask is 1, else 0. A task is one sample.
 *
 * @param mask uint8 [n, channels, height, width]
 */
export function dropout(
  values: usize,
  sampleStride: i32,
  rowStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  mask: usize,
  scale: f32,
): void {
  const n = batchSize();
  for (let i = claimTask(); i < n; i = claimTask()) {
    let keep = mask + i * channels * height * width;
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        let at = values + i * sampleStride + y * rowStride + (c << 2);
        for (let x = 0; x < width; x++) {
          store<f32>(at, load<u8>(keep) == 1 ? load<f32>(at) * scale : 0);
          at += channels << 2;
          keep++;
        }
      }
    }
  }
}
