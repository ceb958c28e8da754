import { argmaxRows } from '../engine/crossEntropy';
import type { Engine } from '../engine/engine';
import { lossOf } from '../engine/loss';
import { sha256OfFloats } from '../base/f32';
import type { Evaluation } from '../logs/pytorchExample/transcript';
import { randomInt64 } from '../pytorch/random/draws';
import type { Mt19937 } from '../pytorch/random/mt19937';
import type { Arithmetic } from '../experiment/types';
import type { Batches } from './batches';

export interface TestResult extends Evaluation {
  /** Of the logits of all samples, float32 [testCount, classes]. */
  readonly logitsSha256: string;
  /** float32 [testCount, classes] */
  readonly logits: Float32Array;
}

/**
 * Evaluates the engine's parameters on every image, in order, with dropout off. Draws from `generator` the base seed that PyTorch's
 * iterator draws; nothing else changes.
 *
 * The test loss is the mean of the samples' float32 losses, added in float64 in their order; a sample is correct when its first
 * greatest logit is its label's.
 *
 * @param chunk images per forward pass; the result does not depend on it
 * @yields the number of images evaluated so far, after each chunk
 */
export function* evaluate(
  engine: Pick<Engine, 'input' | 'forward'>,
  batches: Batches,
  classes: number,
  chunk: number,
  generator: Mt19937,
  arithmetic?: Arithmetic,
): Generator<number, TestResult> {
  const { crossEntropyPerSample } = lossOf(arithmetic);
  const testCount = batches.count;
  const inOrder = Uint32Array.from({ length: testCount }, (_, i) => i);
  const labels = new Uint8Array(chunk);
  const losses = new Float32Array(chunk);
  const predictions = new Uint8Array(chunk);
  const allLogits = new Float32Array(testCount * classes);
  let totalLoss = 0;
  let correctCount = 0;

  randomInt64(generator);
  for (let start = 0; start < testCount; start += chunk) {
    const n = Math.min(chunk, testCount - start);
    batches.load(inOrder, start, engine.input(n), labels);
    const logits = engine.forward(n);
    allLogits.set(logits, start * classes);
    crossEntropyPerSample(logits, labels, n, classes, losses);
    argmaxRows(logits, n, classes, predictions);
    for (let i = 0; i < n; i++) {
      totalLoss += losses[i];
      if (predictions[i] === labels[i]) correctCount++;
    }
    yield start + n;
  }
  return {
    testLoss: totalLoss / testCount,
    correctCount,
    testCount,
    logitsSha256: sha256OfFloats([allLogits]),
    logits: allLogits,
  };
}
