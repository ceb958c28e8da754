import { log, exp } from './roundedExpLog';

/** The loss of the arithmetic `fused-chain`, as RepDL computes it: see docs/repdl.md. */

const f = Math.fround;

/**
 * Cross-entropy of each sample: log Σ exp(logit − maximum), a chain of additions in the order of the classes, minus the shifted logit of
 * the label.
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
  const exponentials = new Float32Array(classes);
  for (let i = 0; i < n; i++) {
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const shifted = f(row[labels[i]] - maximumOf(row));
    losses[i] = f(log(exponentialsOf(row, exponentials)) - shifted);
  }
}

/**
 * Mean cross-entropy of a batch, a float32 chain over the samples times float32(1/n), and its gradient: (softmax − onehot) · float32(1/n),
 * softmax being each exponential ÷ their sum.
 *
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
  const losses = new Float32Array(n);
  crossEntropyPerSample(logits, labels, n, classes, losses);
  const exponentials = new Float32Array(classes);
  for (let i = 0; i < n; i++) {
    const total = exponentialsOf(logits.subarray(i * classes, (i + 1) * classes), exponentials);
    for (let c = 0; c < classes; c++) {
      const softmax = f(exponentials[c] / total);
      gradOutput[i * classes + c] = f(f(softmax - (c === labels[i] ? 1 : 0)) * share);
    }
  }
  return f(losses.reduce((sum, loss) => f(sum + loss), 0) * share);
}

/** Writes exp(logit − maximum) of each class, and returns their sum. */
function exponentialsOf(row: Float32Array, exponentials: Float32Array): number {
  const maximum = maximumOf(row);
  let sum = 0;
  for (let c = 0; c < row.length; c++) {
    exponentials[c] = exp(f(row[c] - maximum));
    sum = f(sum + exponentials[c]);
  }
  return sum;
}

function maximumOf(row: Float32Array): number {
  return row.reduce((maximum, logit) => (logit > maximum ? logit : maximum));
}
