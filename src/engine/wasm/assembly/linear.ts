import { accumulate, accumulateValues } from './accumulate';
import { batchSize, claimTask } from './threads';
import { tile } from './tile';

/**
 * Linear. Rows of inputs and of weights are padded to whole vectors.
 *
 * Order, as in the reference: an output starts with its bias and adds the inputs; a weight's gradient adds the
 * samples; an input's gradient adds the outputs. After dropout and ReLU about three quarters of the gradients are 0:
 * they are left out by lists, as in gradientList.ts.
 */

/** Forward, with ReLU on request. A task is eight output features: their weights are read once for all samples. */
export function linear(
  input: usize,
  inputSampleStride: i32,
  packed: usize,
  bias: usize,
  inFeatures: i32,
  output: usize,
  outputSampleStride: i32,
  outFeatures: i32,
  relu: bool,
): void {
  const n = batchSize();
  const panels = (outFeatures + 7) >> 3;
  for (let panel = claimTask(); panel < panels; panel = claimTask()) {
    const weights = packed + ((panel * inFeatures) << 5);
    const to = output + (panel << 5);
    for (let i = 0; i < n; i += 4) {
      const i1 = min(i + 1, n - 1);
      const i2 = min(i + 2, n - 1);
      const i3 = min(i + 3, n - 1);
      tile(
        input + i * inputSampleStride,
        input + i1 * inputSampleStride,
        input + i2 * inputSampleStride,
        input + i3 * inputSampleStride,
        0,
        1,
        inFeatures,
        weights,
        bias + (panel << 5),
        to + i * outputSampleStride,
        to + i1 * outputSampleStride,
        to + i2 * outputSampleStride,
        to + i3 * outputSampleStride,
        outFeatures - (panel << 3),
        relu,
      );
    }
  }
}

/**
 * Lists of the gradients that are not 0, by sample (offsets of weight rows) and by output feature (offsets of samples),
 * and with the latter the gradient of the bias. A task is one list.
 *
 * @param rowLists [maxBatch][outFeatures] entries, `rowCounts` int32 [maxBatch]
 * @param columnLists [outFeatures][maxBatch] entries, `columnCounts` int32 [outFeatures]
 */
export function linearCollect(
  grad: usize,
  gradSampleStride: i32,
  outFeatures: i32,
  maxBatch: i32,
  weightRowStride: i32,
  inputSampleStride: i32,
  rowLists: usize,
  rowCounts: usize,
  columnLists: usize,
  columnCounts: usize,
  gradBias: usize,
): void {
  const n = batchSize();
  for (let task = claimTask(); task < n + outFeatures; task = claimTask()) {
    if (task < n) {
      const list = rowLists + ((task * outFeatures) << 3);
      const row = grad + task * gradSampleStride;
      store<i32>(rowCounts + (task << 2), collect(list, row, 4, outFeatures, weightRowStride));
    } else {
      const o = task - n;
      const list = columnLists + ((o * maxBatch) << 3);
      const entries = collect(list, grad + (o << 2), gradSampleStride, n, inputSampleStride);
      store<i32>(columnCounts + (o << 2), entries);
      store<f32>(gradBias + (o << 2), 0);
      accumulateValues(gradBias + (o << 2), list, entries);
    }
  }
}

/** Collects what is not 0 of `length` gradients `stride` bytes apart; entry k stands for the offset k · offsetStride. */
function collect(list: usize, grad: usize, stride: i32, length: i32, offsetStride: i32): i32 {
  let entries = 0;
  for (let k = 0; k < length; k++) {
    const g = load<f32>(grad + k * stride);
    store<i32>(list + (entries << 3), k * offsetStride);
    store<f32>(list + (entries << 3), g, 4);
    entries += i32(g != 0);
  }
  return entries;
}

/** Gradients of weight [outFeatures][rowStride] and, unless `gradInput` is 0, of the input. A task is 32 input features. */
export function linearGradients(
  input: usize,
  weight: usize,
  inFeatures: i32,
  weightRowStride: i32,
  outFeatures: i32,
  maxBatch: i32,
  rowLists: usize,
  rowCounts: usize,
  columnLists: usize,
  columnCounts: usize,
  gradWeight: usize,
  gradInput: usize,
  inputSampleStride: i32,
): void {
  const n = batchSize();
  const blocks = (inFeatures + 31) >> 5;
  for (let block = claimTask(); block < blocks; block = claimTask()) {
    const length = min(32, inFeatures - (block << 5));
    const bytes = ((length + 3) >> 2) << 4;
    const at = block << 7;
    for (let o = 0; o < outFeatures; o++) {
      const target = gradWeight + o * weightRowStride + at;
      memory.fill(target, 0, bytes);
      accumulate(
        target,
        input + at,
        columnLists + ((o * maxBatch) << 3),
        load<i32>(columnCounts + (o << 2)),
        length,
      );
    }
    if (gradInput == 0) continue;
    for (let i = 0; i < n; i++) {
      const target = gradInput + i * inputSampleStride + at;
      memory.fill(target, 0, bytes);
      accumulate(
        target,
        weight + at,
        rowLists + ((i * outFeatures) << 3),
        load<i32>(rowCounts + (i << 2)),
        length,
      );
    }
  }
}
