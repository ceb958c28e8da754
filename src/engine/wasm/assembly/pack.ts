/**
 * Weights as the micro-kernels read them (see accumulate.ts): one input's weights for a block of up to 32 outputs are contiguous. The
 * outputs that fill up the last block are 0. A task is one block.
 */

/**
 * For the forward pass of Conv2d and Linear, from [outputs][rows][rowStride].
 *
 * @param pixels and `channels`, `pixelStride` (floats): a row is `pixels` runs of `channels` weights
 * @param blockBytes and `rowBytes`, `pixelBytes`, `channelBytes`: in `packed`, from one block, row, pixel, channel to the next
 */
export function packWeights(
  block: i32,
  weight: usize,
  packed: usize,
  outputs: i32,
  rows: i32,
  rowStride: i32,
  pixels: i32,
  channels: i32,
  pixelStride: i32,
  width: i32,
  blockBytes: i32,
  rowBytes: i32,
  pixelBytes: i32,
  channelBytes: i32,
): void {
  const outputBytes = (rows * rowStride) << 2;
  const from = weight + block * width * outputBytes;
  const present = min(width, outputs - block * width);
  for (let row = 0; row < rows; row++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const run = from + ((row * rowStride + pixel * pixelStride) << 2);
      let to = packed + block * blockBytes + row * rowBytes + pixel * pixelBytes;
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        let o = 0;
        for (; o + 4 <= present; o += 4)
          transpose4x4(run + o * outputBytes + (c << 2), outputBytes, to + (o << 2), channelBytes);
        packRest(run + (c << 2), outputBytes, to, channelBytes, o, present, 4);
        to += channelBytes << 2;
      }
      packRest(run + (c << 2), outputBytes, to, channelBytes, 0, present, channels - c);
    }
  }
}

/** Inputs 0 … `inputs` of outputs `first` … `present`. */
function packRest(
  from: usize,
  outputBytes: i32,
  to: usize,
  channelBytes: i32,
  first: i32,
  present: i32,
  inputs: i32,
): void {
  for (let k = 0; k < inputs; k++) {
    for (let o = first; o < present; o++) {
      store<f32>(to + k * channelBytes + (o << 2), load<f32>(from + o * outputBytes + (k << 2)));
    }
  }
}

function transpose4x4(from: usize, fromStride: i32, to: usize, toStride: i32): void {
  const a = v128.load(from);
  const b = v128.load(from + fromStride);
  const c = v128.load(from + 2 * fromStride);
  const d = v128.load(from + 3 * fromStride);
  const abLow = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const abHigh = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cdLow = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const cdHigh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(abLow, cdLow, 0, 2));
  v128.store(to + toStride, i64x2.shuffle(abLow, cdLow, 1, 3));
  v128.store(to + 2 * toStride, i64x2.shuffle(abHigh, cdHigh, 0, 2));
  v128.store(to + 3 * toStride, i64x2.shuffle(abHigh, cdHigh, 1, 3));
}

/**
 * For a Conv2d's input gradient, which is the convolution of the output's gradient with the kernel turned by 180° and
 * inputs and outputs exchanged: from [outputs][KH][KW][channels] to [block][KH][KW][outputs][width], both flipped.
 */
export function packTransposed(
  block: i32,
  weight: usize,
  packed: usize,
  outputs: i32,
  kernelHeight: i32,
  rowStride: i32,
  kernelWidth: i32,
  channels: i32,
  pixelStride: i32,
  width: i32,
): void {
  const present = min(width, channels - block * width);
  let to = packed + ((block * kernelHeight * kernelWidth * outputs * width) << 2);
  for (let kh = kernelHeight - 1; kh >= 0; kh--) {
    for (let kw = kernelWidth - 1; kw >= 0; kw--) {
      for (let o = 0; o < outputs; o++) {
        const from = weight + (((o * kernelHeight + kh) * rowStride + kw * pixelStride + block * width) << 2);
        memory.copy(to, from, present << 2);
        to += width << 2;
      }
    }
  }
}
