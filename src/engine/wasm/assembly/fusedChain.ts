import { Lanes } from './fma';
import { batchSize } from './threads';

/**
 * The arithmetic `fused-chain`: see src/engine/reference/fusedChain.ts, whose chains these are, for eight outputs at a time (four vectors
 * of float64). Activations and gradients are float32 in NHWC, `packed` weights float64. Strides in bytes.
 */

/** Outputs of a block, in bytes of float32 and of float64. */
const BLOCK: i32 = 32;
const PACKED_BLOCK: i32 = 64;

/**
 * For the forward pass: [blocks][channels][rows][pixels][8] of outputs. A task is a channel.
 *
 * @param weight [outputs][rows][rowStride], `rowStride` and `pixelStride` in floats
 */
export function packChains(
  channel: i32,
  weight: usize,
  packed: usize,
  outputs: i32,
  rows: i32,
  rowStride: i32,
  pixels: i32,
  channels: i32,
  pixelStride: i32,
): void {
  for (let o = 0; o < outputs; o++) {
    const block = packed + (o >> 3) * channels * rows * pixels * PACKED_BLOCK + ((o & 7) << 3);
    for (let row = 0; row < rows; row++) {
      for (let pixel = 0; pixel < pixels; pixel++) {
        const from = weight + (((o * rows + row) * rowStride + pixel * pixelStride + channel) << 2);
        store<f64>(block + ((channel * rows + row) * pixels + pixel) * PACKED_BLOCK, <f64>load<f32>(from));
      }
    }
  }
}

/** For a Conv2d's input gradient: [blocks][outputs][rows][pixels][8] of channels. A task is an output. */
export function packBackwardChains(
  output: i32,
  weight: usize,
  packed: usize,
  outputs: i32,
  rows: i32,
  rowStride: i32,
  pixels: i32,
  channels: i32,
  pixelStride: i32,
): void {
  for (let row = 0; row < rows; row++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      const from = weight + (((output * rows + row) * rowStride + pixel * pixelStride) << 2);
      for (let c = 0; c < channels; c++) {
        const block = packed + (c >> 3) * outputs * rows * pixels * PACKED_BLOCK + ((c & 7) << 3);
        store<f64>(
          block + ((output * rows + row) * pixels + pixel) * PACKED_BLOCK,
          <f64>load<f32>(from + (c << 2)),
        );
      }
    }
  }
}

/** Forward for sample i. */
export function convChain(
  i: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  packed: usize,
  bias: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  output: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  outputPixelStride: i32,
  outChannels: i32,
  outHeight: i32,
  outWidth: i32,
): void {
  const blocks = (outChannels + 7) >> 3;
  const kernelBytes = channels * kernelHeight * kernelWidth * PACKED_BLOCK;
  for (let y = 0; y < outHeight; y++) {
    const firstRow = max(0, paddingHeight - y);
    const endRow = min(kernelHeight, height + paddingHeight - y);
    for (let x = 0; x < outWidth; x++) {
      const firstTap = max(0, paddingWidth - x);
      const endTap = min(kernelWidth, width + paddingWidth - x);
      const patch =
        input +
        i * inputSampleStride +
        (y - paddingHeight) * inputRowStride +
        (x - paddingWidth) * inputPixelStride;
      const to = output + i * outputSampleStride + y * outputRowStride + x * outputPixelStride;
      for (let block = 0; block < blocks; block++) {
        const weights = packed + block * kernelBytes;
        let a = f64x2.splat(0);
        let b = f64x2.splat(0);
        let c = f64x2.splat(0);
        let d = f64x2.splat(0);
        for (let channel = 0; channel < channels; channel++) {
          for (let kh = firstRow; kh < endRow; kh++) {
            let from = patch + kh * inputRowStride + firstTap * inputPixelStride + (channel << 2);
            const taps = (channel * kernelHeight + kh) * kernelWidth;
            let w = weights + (taps + firstTap) * PACKED_BLOCK;
            const end = weights + (taps + endTap) * PACKED_BLOCK;
            for (; w < end; w += PACKED_BLOCK) {
              const value = Lanes.splat(from);
              a = Lanes.fma(value, v128.load(w), a);
              b = Lanes.fma(value, v128.load(w, 16), b);
              c = Lanes.fma(value, v128.load(w, 32), c);
              d = Lanes.fma(value, v128.load(w, 48), d);
              from += inputPixelStride;
            }
          }
        }
        const at = block * BLOCK;
        v128.store(to + at, f32x4.add(Lanes.demoted(a, b), v128.load(bias + at)));
        v128.store(to + at + 16, f32x4.add(Lanes.demoted(c, d), v128.load(bias + at + 16)));
      }
    }
  }
}

/** Gradient of the input for sample i. */
export function convChainGradInput(
  i: i32,
  gradOutput: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  outputPixelStride: i32,
  outChannels: i32,
  outHeight: i32,
  outWidth: i32,
  packed: usize,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  gradInput: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
): void {
  const blocks = (channels + 7) >> 3;
  const kernelBytes = outChannels * kernelHeight * kernelWidth * PACKED_BLOCK;
  for (let y = 0; y < height; y++) {
    const firstRow = max(0, y + paddingHeight - outHeight + 1);
    const endRow = min(kernelHeight, y + paddingHeight + 1);
    for (let x = 0; x < width; x++) {
      const firstTap = max(0, x + paddingWidth - outWidth + 1);
      const endTap = min(kernelWidth, x + paddingWidth + 1);
      const corner =
        gradOutput +
        i * outputSampleStride +
        (y + paddingHeight) * outputRowStride +
        (x + paddingWidth) * outputPixelStride;
      const to = gradInput + i * inputSampleStride + y * inputRowStride + x * inputPixelStride;
      for (let block = 0; block < blocks; block++) {
        const weights = packed + block * kernelBytes;
        let a = f64x2.splat(0);
        let b = f64x2.splat(0);
        let c = f64x2.splat(0);
        let d = f64x2.splat(0);
        for (let co = 0; co < outChannels; co++) {
          for (let kh = firstRow; kh < endRow; kh++) {
            let from = corner - kh * outputRowStride - firstTap * outputPixelStride + (co << 2);
            const taps = (co * kernelHeight + kh) * kernelWidth;
            let w = weights + (taps + firstTap) * PACKED_BLOCK;
            const end = weights + (taps + endTap) * PACKED_BLOCK;
            for (; w < end; w += PACKED_BLOCK) {
              const value = Lanes.splat(from);
              a = Lanes.fma(value, v128.load(w), a);
              b = Lanes.fma(value, v128.load(w, 16), b);
              c = Lanes.fma(value, v128.load(w, 32), c);
              d = Lanes.fma(value, v128.load(w, 48), d);
              from -= outputPixelStride;
            }
          }
        }
        storeBlock(to + block * BLOCK, a, b, c, d);
      }
    }
  }
}

/**
 * Gradients of one kernel row of one channel's weights, for a block of outputs: a task. A sample's part of each chain is done for all taps
 * of the row while its gradients are in the cache; in between, the sums are in `gradWeight`'s place among `sums`.
 *
 * @param sums float32 [tasks][kernelWidth][8]
 * @param gradWeight [outputs][rows][rowStride], `rowStride` and `pixelStride` in floats
 */
export function convChainGradWeight(
  task: i32,
  input: usize,
  inputSampleStride: i32,
  inputRowStride: i32,
  inputPixelStride: i32,
  channels: i32,
  height: i32,
  width: i32,
  gradOutput: usize,
  outputSampleStride: i32,
  outputRowStride: i32,
  outputPixelStride: i32,
  outChannels: i32,
  outHeight: i32,
  outWidth: i32,
  kernelHeight: i32,
  kernelWidth: i32,
  paddingHeight: i32,
  paddingWidth: i32,
  sums: usize,
  gradWeight: usize,
  rowStride: i32,
  pixelStride: i32,
): void {
  const n = batchSize();
  const kh = task % kernelHeight;
  const channel = (task / kernelHeight) % channels;
  const block = task / (kernelHeight * channels);
  const ownSums = sums + task * kernelWidth * BLOCK;
  memory.fill(ownSums, 0, kernelWidth * BLOCK);
  const firstY = max(0, paddingHeight - kh);
  const endY = min(outHeight, height + paddingHeight - kh);
  for (let i = 0; i < n; i++) {
    for (let kw = 0; kw < kernelWidth; kw++) {
      const at = ownSums + kw * BLOCK;
      let a = Lanes.load(at);
      let b = Lanes.load(at + 8);
      let c = Lanes.load(at + 16);
      let d = Lanes.load(at + 24);
      const firstX = max(0, paddingWidth - kw);
      const endX = min(outWidth, width + paddingWidth - kw);
      for (let y = firstY; y < endY; y++) {
        let from =
          input +
          i * inputSampleStride +
          (y + kh - paddingHeight) * inputRowStride +
          (firstX + kw - paddingWidth) * inputPixelStride +
          (channel << 2);
        const row = gradOutput + i * outputSampleStride + y * outputRowStride + block * BLOCK;
        let grad = row + firstX * outputPixelStride;
        const end = row + endX * outputPixelStride;
        for (; grad < end; grad += outputPixelStride) {
          const value = Lanes.splat(from);
          a = Lanes.fma(value, Lanes.load(grad), a);
          b = Lanes.fma(value, Lanes.load(grad + 8), b);
          c = Lanes.fma(value, Lanes.load(grad + 16), c);
          d = Lanes.fma(value, Lanes.load(grad + 24), d);
          from += inputPixelStride;
        }
      }
      storeBlock(at, a, b, c, d);
    }
  }
  for (let o = block << 3; o < min(outChannels, (block + 1) << 3); o++) {
    for (let kw = 0; kw < kernelWidth; kw++) {
      const to = gradWeight + (((o * kernelHeight + kh) * rowStride + kw * pixelStride + channel) << 2);
      store<f32>(to, load<f32>(ownSums + kw * BLOCK + ((o & 7) << 2)));
    }
  }
}

/** Sums of the gradients of all samples and pixels, for four outputs: a task. A Linear's output is one pixel. */
export function chainGradBias(
  task: i32,
  gradOutput: usize,
  sampleStride: i32,
  rowStride: i32,
  pixelStride: i32,
  height: i32,
  width: i32,
  gradBias: usize,
): void {
  const n = batchSize();
  let sum = f32x4.splat(0);
  for (let i = 0; i < n; i++) {
    for (let y = 0; y < height; y++) {
      let from = gradOutput + i * sampleStride + y * rowStride + (task << 4);
      for (let x = 0; x < width; x++) {
        sum = f32x4.add(sum, v128.load(from));
        from += pixelStride;
      }
    }
  }
  v128.store(gradBias + (task << 4), sum);
}

/** Forward of a Linear, for a block of outputs of `group` samples: a task. */
export function linearChain(
  task: i32,
  input: usize,
  inputSampleStride: i32,
  inFeatures: i32,
  packed: usize,
  bias: usize,
  output: usize,
  outputSampleStride: i32,
  blocks: i32,
  group: i32,
): void {
  const block = task % blocks;
  const first = (task / blocks) * group;
  const last = min(first + group, batchSize());
  const weights = packed + block * inFeatures * PACKED_BLOCK;
  const end = weights + inFeatures * PACKED_BLOCK;
  const at = block * BLOCK;
  for (let i = first; i < last; i++) {
    let from = input + i * inputSampleStride;
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    for (let w = weights; w < end; w += PACKED_BLOCK) {
      const value = Lanes.splat(from);
      a = Lanes.fma(value, v128.load(w), a);
      b = Lanes.fma(value, v128.load(w, 16), b);
      c = Lanes.fma(value, v128.load(w, 32), c);
      d = Lanes.fma(value, v128.load(w, 48), d);
      from += 4;
    }
    const to = output + i * outputSampleStride + at;
    v128.store(to, f32x4.add(Lanes.demoted(a, b), v128.load(bias + at)));
    v128.store(to + 16, f32x4.add(Lanes.demoted(c, d), v128.load(bias + at + 16)));
  }
}

/** Gradients of a Linear's weights and, unless `gradInput` is 0, of its input, for a block of input features: a task. */
export function linearChainGradients(
  task: i32,
  input: usize,
  inputSampleStride: i32,
  gradOutput: usize,
  outputSampleStride: i32,
  outFeatures: i32,
  weight: usize,
  weightRowStride: i32,
  gradWeight: usize,
  gradInput: usize,
): void {
  const n = batchSize();
  const at = task * BLOCK;
  for (let o = 0; o < outFeatures; o++) {
    const to = gradWeight + o * weightRowStride + at;
    sumChain(to, gradOutput + (o << 2), outputSampleStride, input + at, inputSampleStride, n);
  }
  if (gradInput == 0) return;
  for (let i = 0; i < n; i++) {
    const to = gradInput + i * inputSampleStride + at;
    sumChain(to, gradOutput + i * outputSampleStride, 4, weight + at, weightRowStride, outFeatures);
  }
}

/** `to` = Σ over `count` of a scalar · a block of float32. */
function sumChain(
  to: usize,
  scalar: usize,
  scalarStride: i32,
  vector: usize,
  vectorStride: i32,
  count: i32,
): void {
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  for (let k = 0; k < count; k++) {
    const value = Lanes.splat(scalar);
    a = Lanes.fma(value, Lanes.load(vector), a);
    b = Lanes.fma(value, Lanes.load(vector + 8), b);
    c = Lanes.fma(value, Lanes.load(vector + 16), c);
    d = Lanes.fma(value, Lanes.load(vector + 24), d);
    scalar += scalarStride;
    vector += vectorStride;
  }
  storeBlock(to, a, b, c, d);
}

function storeBlock(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  v128.store(to, Lanes.demoted(a, b));
  v128.store(to + 16, Lanes.demoted(c, d));
}

/**
 * See `adam` in src/engine/reference/fusedChain.ts, and in optimizer.ts for the rest.
 *
 * @param scalars float32 [7], in the order of `AdamScalars`
 */
export function adamChain(
  task: i32,
  chunk: i32,
  scalars: usize,
  param: usize,
  grad: usize,
  expAvg: usize,
  expAvgSq: usize,
  bytes: usize,
): void {
  const beta1 = v128.load_splat<f32>(scalars);
  const oneMinusBeta1 = Lanes.splat(scalars + 4);
  const beta2 = v128.load_splat<f32>(scalars, 8);
  const oneMinusBeta2 = v128.load_splat<f32>(scalars, 12);
  const negativeStepSize = v128.load_splat<f32>(scalars, 16);
  const sqrtBiasCorrection2 = v128.load_splat<f32>(scalars, 20);
  const eps = v128.load_splat<f32>(scalars, 24);
  const end = min(<usize>((task + 1) * chunk), bytes);
  for (let at: usize = task * chunk; at < end; at += 16) {
    const g = v128.load(grad + at);
    const decayed = f32x4.mul(v128.load(expAvg + at), beta1);
    const decayedHigh = v128.shuffle<f32>(decayed, decayed, 2, 3, 2, 3);
    const m = Lanes.demoted(
      Lanes.fma(Lanes.load(grad + at), oneMinusBeta1, f64x2.promote_low_f32x4(decayed)),
      Lanes.fma(Lanes.load(grad + at + 8), oneMinusBeta1, f64x2.promote_low_f32x4(decayedHigh)),
    );
    const v = f32x4.add(
      f32x4.mul(v128.load(expAvgSq + at), beta2),
      f32x4.mul(f32x4.mul(g, g), oneMinusBeta2),
    );
    v128.store(expAvg + at, m);
    v128.store(expAvgSq + at, v);
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(v), sqrtBiasCorrection2), eps);
    const change = f32x4.mul(f32x4.div(m, denominator), negativeStepSize);
    v128.store(param + at, f32x4.add(v128.load(param + at), change));
  }
}
