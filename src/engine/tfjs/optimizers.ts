import * as tf from '@tensorflow/tfjs-core';
import type { OptimizerSpec } from '../../experiment/types';
import { adamScalars, rmspropScalars } from '../optimizer';

/** A parameter and what the optimizer remembers of it, in the order of `MOMENT_NAMES`. (A type alias for `tf.tidy`.) */
export type Stepped = {
  readonly value: tf.Tensor;
  readonly moments: tf.Tensor[];
};

/**
 * One step of `torch.optim.Adam`, `SGD` or `RMSprop`, with the operations, the order and the scalars of the reference engine: tfjs's own
 * optimizers compute other formulas (its Adam adds eps elsewhere).
 *
 * @param stepCount of this step, from 1
 */
export function optimizerStep(
  optimizer: OptimizerSpec,
  stepCount: number,
  lr: number,
  { value, moments }: Stepped,
  grad: tf.Tensor,
): Stepped {
  if (optimizer.type === 'SGD') {
    const buffer = tf.add(tf.mul(moments[0], optimizer.momentum), grad);
    return { value: tf.add(value, tf.mul(buffer, -lr)), moments: [buffer] };
  }
  if (optimizer.type === 'RMSprop') {
    const s = rmspropScalars(optimizer, lr);
    const squareAvg = tf.add(tf.mul(moments[0], s.alpha), tf.mul(tf.mul(grad, s.oneMinusAlpha), grad));
    const update = tf.div(tf.mul(grad, s.negativeLr), tf.add(tf.sqrt(squareAvg), s.eps));
    return { value: tf.add(value, update), moments: [squareAvg] };
  }
  const s = adamScalars(optimizer, stepCount, lr);
  const expAvg = tf.add(tf.mul(moments[0], s.beta1), tf.mul(grad, s.oneMinusBeta1));
  const expAvgSq = tf.add(tf.mul(moments[1], s.beta2), tf.mul(tf.mul(grad, s.oneMinusBeta2), grad));
  const denominator = tf.add(tf.div(tf.sqrt(expAvgSq), s.sqrtBiasCorrection2), s.eps);
  const update = tf.div(tf.mul(expAvg, s.negativeStepSize), denominator);
  return { value: tf.add(value, update), moments: [expAvg, expAvgSq] };
}
