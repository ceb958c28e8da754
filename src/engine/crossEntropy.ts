import { exp, log } from './expLog';

/** The loss, shared by all engines: N × classes numbers a step are too few to be worth a second implementation. */

const f = Math.fround;

/**
 * Cross-entropy of each sample, as `F.cross_entropy(logits, labels, reduction='none')` computes it: log-softmax,
 * shifted by the row's maximum, the exponentials added in the order of the classes.
 *
 * @param logits float32 [n, classes]
 * @param labels uint8 [n]
 * @param losses float32 [n], written
 */
export function crossEntropyPerSample(
  logits: Float32Array,
  labels: Uint8Array,
  n: number,
  classes: number,
  losses: Float32Array,
): void {
  for (let i = 0; i < n; i++) {
    const row = i * classes;
    losses[i] = -f(
      f(logits[row + labels[i]] - rowMaximum(logits, row, classes)) - logSumExp(logits, row, classes),
    );
  }
}

/**
 * Mean cross-entropy of a batch and its gradient: the losses are added in float64, in the order of the samples, then divided by n;
 * gradOutput = softmax/n − onehot/n, with softmax = exp(log-softmax), as PyTorch's backward does.
 *
 * @param logits float32 [n, classes]
 * @param labels uint8 [n]
 * @param gradOutput float32 [n, classes], written: the gradient of the mean loss with respect to the logits
 * @returns the mean loss, a float32 value
 */
export function crossEntropy(
  logits: Float32Array,
  labels: Uint8Array,
  n: number,
  classes: number,
  gradOutput: Float32Array,
): number {
  const share = f(1 / n);
  let total = 0;
  for (let i = 0; i < n; i++) {
    const row = i * classes;
    const maximum = rowMaximum(logits, row, classes);
    const logSum = logSumExp(logits, row, classes);
    for (let c = 0; c < classes; c++) {
      const logSoftmax = f(f(logits[row + c] - maximum) - logSum);
      const softmaxShare = f(exp(logSoftmax) * share);
      gradOutput[row + c] = c === labels[i] ? f(softmaxShare - share) : softmaxShare;
      if (c === labels[i]) total -= logSoftmax;
    }
  }
  return f(total / n);
}

/** Index of each row's first maximum; a NaN counts as the maximum, as in `torch.argmax`. */
export function argmaxRows(logits: Float32Array, n: number, classes: number, indices: Uint8Array): void {
  for (let i = 0; i < n; i++) {
    const row = i * classes;
    let best = 0;
    for (let c = 1; c < classes; c++) {
      const value = logits[row + c];
      const maximum = logits[row + best];
      if (maximum !== maximum) break;
      if (value > maximum || value !== value) best = c;
    }
    indices[i] = best;
  }
}

function rowMaximum(logits: Float32Array, row: number, classes: number): number {
  let maximum = logits[row];
  for (let c = 1; c < classes; c++) if (logits[row + c] > maximum) maximum = logits[row + c];
  return maximum;
}

/** log Σ exp(logit − maximum). */
function logSumExp(logits: Float32Array, row: number, classes: number): number {
  const maximum = rowMaximum(logits, row, classes);
  let sum = 0;
  for (let c = 0; c < classes; c++) sum = f(sum + exp(f(logits[row + c] - maximum)));
  return log(sum);
}
