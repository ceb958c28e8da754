/**
 * The micro-kernel that Conv2d and Linear share. Both are sums of products along `rows` runs of `rowLength` contiguous
 * inputs: a Conv2d in NHWC reads one run of KW · C inputs per kernel row, a Linear one run of all its inputs.
 *
 * A tile is 4 outputs positions (pixels or samples) × 8 output channels, kept in 8 vector registers. Each step of the
 * chain loads 2 vectors of weights and broadcasts 4 inputs: 8 multiplications and 8 additions for 6 loads. More
 * positions would spill registers, fewer would wait for loads.
 *
 * Order: each output starts with its bias and adds input · weight along the runs, run by run.
 */

/** x where x > 0 or x is NaN, else +0. */
function rectify(x: v128): v128 {
  return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
}

function storeOutputs(to: usize, low: v128, high: v128, channels: i32, relu: bool): void {
  if (relu) {
    low = rectify(low);
    high = rectify(high);
  }
  if (channels >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  // The last channels of a layer whose number of channels is not divisible by 8.
  if (channels >= 4) {
    v128.store(to, low);
    low = high;
    to += 16;
    channels -= 4;
  }
  if (channels > 0) store<f32>(to, f32x4.extract_lane(low, 0));
  if (channels > 1) store<f32>(to, f32x4.extract_lane(low, 1), 4);
  if (channels > 2) store<f32>(to, f32x4.extract_lane(low, 2), 8);
}

/**
 * @param in0 … in3 first input of each position
 * @param inputRowStride bytes from one run of a position to its next
 * @param weights packed: [rows · rowLength][8]
 * @param bias 8 values
 * @param out0 … out3 where each position's outputs go
 * @param channels how many of the 8 exist
 */
export function tile(
  in0: usize,
  in1: usize,
  in2: usize,
  in3: usize,
  inputRowStride: usize,
  rows: i32,
  rowLength: i32,
  weights: usize,
  bias: usize,
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
  channels: i32,
  relu: bool,
): void {
  const biasLow = v128.load(bias);
  const biasHigh = v128.load(bias, 16);
  let a0 = biasLow;
  let b0 = biasHigh;
  let a1 = biasLow;
  let b1 = biasHigh;
  let a2 = biasLow;
  let b2 = biasHigh;
  let a3 = biasLow;
  let b3 = biasHigh;
  let w = weights;
  for (let row = 0; row < rows; row++) {
    let x0 = in0;
    let x1 = in1;
    let x2 = in2;
    let x3 = in3;
    let left = rowLength;
    // Two steps of the chain per turn.
    for (; left >= 2; left -= 2) {
      let low = v128.load(w);
      let high = v128.load(w, 16);
      let x = v128.load_splat<f32>(x0);
      a0 = f32x4.add(a0, f32x4.mul(x, low));
      b0 = f32x4.add(b0, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x1);
      a1 = f32x4.add(a1, f32x4.mul(x, low));
      b1 = f32x4.add(b1, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x2);
      a2 = f32x4.add(a2, f32x4.mul(x, low));
      b2 = f32x4.add(b2, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x3);
      a3 = f32x4.add(a3, f32x4.mul(x, low));
      b3 = f32x4.add(b3, f32x4.mul(x, high));

      low = v128.load(w, 32);
      high = v128.load(w, 48);
      x = v128.load_splat<f32>(x0, 4);
      a0 = f32x4.add(a0, f32x4.mul(x, low));
      b0 = f32x4.add(b0, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x1, 4);
      a1 = f32x4.add(a1, f32x4.mul(x, low));
      b1 = f32x4.add(b1, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x2, 4);
      a2 = f32x4.add(a2, f32x4.mul(x, low));
      b2 = f32x4.add(b2, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x3, 4);
      a3 = f32x4.add(a3, f32x4.mul(x, low));
      b3 = f32x4.add(b3, f32x4.mul(x, high));
      x0 += 8;
      x1 += 8;
      x2 += 8;
      x3 += 8;
      w += 64;
    }
    if (left > 0) {
      const low = v128.load(w);
      const high = v128.load(w, 16);
      let x = v128.load_splat<f32>(x0);
      a0 = f32x4.add(a0, f32x4.mul(x, low));
      b0 = f32x4.add(b0, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x1);
      a1 = f32x4.add(a1, f32x4.mul(x, low));
      b1 = f32x4.add(b1, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x2);
      a2 = f32x4.add(a2, f32x4.mul(x, low));
      b2 = f32x4.add(b2, f32x4.mul(x, high));
      x = v128.load_splat<f32>(x3);
      a3 = f32x4.add(a3, f32x4.mul(x, low));
      b3 = f32x4.add(b3, f32x4.mul(x, high));
      w += 32;
    }
    in0 += inputRowStride;
    in1 += inputRowStride;
    in2 += inputRowStride;
    in3 += inputRowStride;
  }
  storeOutputs(out0, a0, b0, channels, relu);
  storeOutputs(out1, a1, b1, channels, relu);
  storeOutputs(out2, a2, b2, channels, relu);
  storeOutputs(out3, a3, b3, channels, relu);
}
