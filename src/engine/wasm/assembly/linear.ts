import { accumulateValues, addProducts, sumProducts } from './accumulate';
import { batchSize } from './threads';

/**
 * Linear.
 *
 * Order, as in the reference: an output starts with its bias and adds the sums over 128 inputs each; a weight's gradient adds
 * the samples; an input's gradient adds the outputs. Activations (forward) and gradients (backward) that are 0 are left out.
 */

/**
 * Forward. A task is a block of outputs for `group` samples; the weights of one piece of the input (16 KB for 32 outputs) stay
 * in the first-level cache while the samples pass by.
 *
 * @param starts in `lists`, of each sample's `pieces` of the input, see collectInput: [n][pieces + 1]
 */
export function linear(
  task: i32,
  lists: usize,
  starts: usize,
  pieces: i32,
  packed: usize,
  bias: usize,
  inFeatures: i32,
  output: usize,
  outputSampleStride: i32,
  blocks: i32,
  blockWidth: i32,
  group: i32,
): void {
  const n = batchSize();
  const block = task % blocks;
  const first = (task / blocks) * group;
  const last = min(first + group, n);
  const columns = (block * blockWidth) << 2;
  const weights = packed + block * inFeatures * (blockWidth << 2);
  for (let piece = 0; piece < pieces; piece++) {
    for (let i = first; i < last; i++) {
      const start = starts + ((i * (pieces + 1) + piece) << 2);
      const to = output + i * outputSampleStride + columns;
      const total = piece == 0 ? bias + columns : to;
      const list = lists + load<i32>(start);
      addProducts(to, total, weights, list, lists + load<i32>(start, 4), blockWidth << 2);
    }
  }
}

/**
 * Lists of the gradients that are not 0: for task < n those of one sample (offsets of weight rows), for the other tasks those
 * of one output feature (offsets of samples), and with them the gradient of the bias.
 *
 * @param sampleLists [maxBatch][outFeatures] entries, `sampleEnds` int32 [maxBatch]
 * @param featureLists [outFeatures][maxBatch] entries, `featureEnds` int32 [outFeatures]
 */
export function linearCollect(
  task: i32,
  grad: usize,
  gradSampleStride: i32,
  outFeatures: i32,
  maxBatch: i32,
  weightRowStride: i32,
  inputSampleStride: i32,
  sampleLists: usize,
  sampleEnds: usize,
  featureLists: usize,
  featureEnds: usize,
  gradBias: usize,
): void {
  const n = batchSize();
  if (task < n) {
    const list = sampleLists + ((task * outFeatures) << 3);
    const end = collect(list, grad + task * gradSampleStride, 4, outFeatures, weightRowStride);
    store<i32>(sampleEnds + (task << 2), <i32>end);
  } else {
    const o = task - n;
    const list = featureLists + ((o * maxBatch) << 3);
    const end = collect(list, grad + (o << 2), gradSampleStride, n, inputSampleStride);
    store<i32>(featureEnds + (o << 2), <i32>end);
    store<f32>(gradBias + (o << 2), 0);
    accumulateValues(gradBias + (o << 2), list, end);
  }
}

/** Collects what is not 0 of `length` gradients `stride` bytes apart; entry k has the offset k · offsetStride. */
function collect(list: usize, grad: usize, stride: i32, length: i32, offsetStride: i32): usize {
  let end = list;
  for (let k = 0; k < length; k++) {
    const g = load<f32>(grad + k * stride);
    store<i32>(end, k * offsetStride);
    store<f32>(end, g, 4);
    end += i32(g != 0) << 3;
  }
  return end;
}

/**
 * Gradients of weight [outFeatures][rowStride] and, unless `gradInput` is 0, of the input, for one block of input features:
 * a task.
 *
 * @param width of a block in bytes, divisible by 64
 */
export function linearGradients(
  task: i32,
  input: usize,
  inputSampleStride: i32,
  weight: usize,
  weightRowStride: i32,
  outFeatures: i32,
  maxBatch: i32,
  sampleLists: usize,
  sampleEnds: usize,
  featureLists: usize,
  featureEnds: usize,
  gradWeight: usize,
  gradInput: usize,
  width: i32,
): void {
  const columns = task * width;
  for (let o = 0; o < outFeatures; o++) {
    const target = gradWeight + o * weightRowStride + columns;
    const list = featureLists + ((o * maxBatch) << 3);
    sumProducts(target, input + columns, list, load<i32>(featureEnds + (o << 2)), width);
  }
  if (gradInput == 0) return;
  const n = batchSize();
  for (let i = 0; i < n; i++) {
    const target = gradInput + i * inputSampleStride + columns;
    const list = sampleLists + ((i * outFeatures) << 3);
    sumProducts(target, weight + columns, list, load<i32>(sampleEnds + (i << 2)), width);
  }
}
