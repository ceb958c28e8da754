import * as tf from '@tensorflow/tfjs-core';

/**
 * PyTorch's layouts at the border, tfjs's within: feature maps NHWC, Conv2d weights [KH, KW, inChannels, outChannels], Linear
 * weights [inFeatures, outFeatures]. Vectors and batches of vectors are the same in both.
 */

export type Kind = 'activation' | 'parameter';

/** How PyTorch's dimensions are reordered into tfjs's, by kind and rank. */
const INWARD: Readonly<Record<Kind, Readonly<Record<number, readonly number[]>>>> = {
  activation: { 4: [0, 2, 3, 1] },
  parameter: { 4: [2, 3, 1, 0], 2: [1, 0] },
};

/** @param data float32 in PyTorch's layout, copied */
export function inward(kind: Kind, data: Float32Array, shape: readonly number[]): tf.Tensor {
  return tf.tidy(() => {
    const tensor = tf.tensor(data.slice(), [...shape], 'float32');
    const order = INWARD[kind][shape.length];
    return order === undefined ? tensor : tf.transpose(tensor, [...order]);
  });
}

/** A copy in PyTorch's layout. */
export function outward(kind: Kind, tensor: tf.Tensor): Float32Array {
  return tf.tidy(() => {
    const order = INWARD[kind][tensor.rank];
    const ordered = order === undefined ? tensor : tf.transpose(tensor, inverse(order));
    return Float32Array.from(ordered.dataSync());
  });
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, dimension) => order.indexOf(dimension));
}
