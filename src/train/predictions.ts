import { argmaxRows, crossEntropyPerSample } from '../engine/crossEntropy';
import { exp } from '../engine/expLog';

/** What a model says of images, and how sure it is. */
export interface Predictions {
  /** uint8 [count]: the class of the first greatest logit, as evaluation counts. */
  readonly predicted: Uint8Array;
  /** float32 [count]: the probability that the model gives to that class; NaN where the model diverged. */
  readonly confidences: Float32Array;
}

/** @param logits float32 [count, classes] */
export function predictionsOf(logits: Float32Array, count: number, classes: number): Predictions {
  const predicted = new Uint8Array(count);
  argmaxRows(logits, count, classes, predicted);
  const losses = new Float32Array(count); // −log of the probability of the predicted class
  crossEntropyPerSample(logits, predicted, count, classes, losses);
  return { predicted, confidences: losses.map((loss) => exp(-loss)) };
}
