/**
 * Dropout in place for sample i, on activations and on gradients alike: x · scale where the mask is 1, else 0.
 *
 * @param mask uint8 [n, channels, height, width]
 */
export function dropout(
  i: i32,
  values: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  mask: usize,
  scale: f32,
): void {
  let keep = mask + i * channels * height * width;
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      let at = values + i * sampleStride + y * rowStride + (c << 2);
      for (let x = 0; x < width; x++) {
        store<f32>(at, load<u8>(keep) == 1 ? load<f32>(at) * scale : 0);
        at += pixelStride;
        keep++;
      }
    }
  }
}
