import * as tf from '@tensorflow/tfjs-core';
import type { Layer } from '../../experiment/types';

/**
 * Forward and backward of each layer, in tfjs's kernels and layouts (`layout.ts`). The gradients are composed here because the Node
 * build of tfjs-core comes without its gradient functions, and backend-wasm without the kernel for a Conv2d's weights.
 */

/** What a layer's forward leaves for its backward. (`tf.tidy` returns type aliases, not interfaces.) */
export type Trace = {
  readonly input: tf.Tensor;
  readonly output: tf.Tensor;
  /** Of a Dropout in training: 1/(1 − p) where the element is kept, 0 elsewhere. */
  readonly scale?: tf.Tensor;
};

export interface WeightAndBias {
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

export interface Gradients {
  /** Computed when asked for: the first layer's is rarely wanted. */
  input(): tf.Tensor;
  /** Of a layer with parameters. */
  readonly parameters?: WeightAndBias;
}

type Conv2d = Extract<Layer, { type: 'Conv2d' }>;
type MaxPool2d = Extract<Layer, { type: 'MaxPool2d' }>;

/**
 * @param parameters of a Conv2d or Linear
 * @param scale of a Dropout in training
 */
export function forwardLayer(
  layer: Layer,
  input: tf.Tensor,
  parameters: WeightAndBias | undefined,
  scale: tf.Tensor | undefined,
): tf.Tensor {
  switch (layer.type) {
    case 'Conv2d': {
      const { weight, bias } = given(parameters);
      const products = tf.conv2d(padded(input, ...layer.padding), weight as tf.Tensor4D, 1, 'valid');
      return tf.add(products, bias);
    }
    case 'MaxPool2d':
      return tf.maxPool(input as tf.Tensor4D, layer.kernelSize, layer.kernelSize, 'valid');
    case 'Linear': {
      const { weight, bias } = given(parameters);
      return tf.add(tf.matMul(input, weight), bias);
    }
    case 'ReLU':
      return tf.relu(input);
    case 'Dropout':
      return scale === undefined ? input : tf.mul(input, scale);
    case 'Flatten':
      if (input.rank === 2) return input;
      return tf.reshape(tf.transpose(input, [0, 3, 1, 2]), [input.shape[0], -1]);
  }
}

export function backwardLayer(
  layer: Layer,
  { input, output, scale }: Trace,
  parameters: WeightAndBias | undefined,
  gradOutput: tf.Tensor,
): Gradients {
  switch (layer.type) {
    case 'Conv2d': {
      const weight = conv2dGradWeight(padded(input, ...layer.padding), gradOutput);
      return {
        input: () => conv2dGradInput(layer, given(parameters).weight, gradOutput, input.shape),
        parameters: { weight, bias: tf.sum(gradOutput, [0, 1, 2]) },
      };
    }
    case 'MaxPool2d':
      return {
        input: () => maxPool2dGradInput(layer, input as tf.Tensor4D, output as tf.Tensor4D, gradOutput),
      };
    case 'Linear': {
      const { weight } = given(parameters);
      // backend-wasm multiplies fast only what is not transposed on the way
      return {
        input: () => tf.matMul(gradOutput, tf.transpose(weight)),
        parameters: { weight: tf.matMul(tf.transpose(input), gradOutput), bias: tf.sum(gradOutput, 0) },
      };
    }
    case 'ReLU':
      return { input: () => tf.mul(gradOutput, tf.step(output)) };
    case 'Dropout':
      return { input: () => (scale === undefined ? gradOutput : tf.mul(gradOutput, scale)) };
    case 'Flatten':
      return { input: () => unflattened(gradOutput, input.shape) };
  }
}

function unflattened(vectors: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (shape.length === 2) return vectors;
  const [n, height, width, channels] = shape;
  return tf.transpose(tf.reshape(vectors, [n, channels, height, width]), [0, 2, 3, 1]);
}

function padded(maps: tf.Tensor, height: number, width: number): tf.Tensor4D {
  return tf.pad(maps as tf.Tensor4D, [
    [0, 0],
    [height, height],
    [width, width],
    [0, 0],
  ]);
}

/**
 * gradWeight[kh, kw, ci, co] = Σ over n, y, x of input[n, y + kh, x + kw, ci] · gradOutput[n, y, x, co]: itself a convolution, with
 * the samples for channels and the channels for samples.
 */
function conv2dGradWeight(paddedInput: tf.Tensor4D, gradOutput: tf.Tensor): tf.Tensor {
  const images = tf.transpose(paddedInput, [3, 1, 2, 0]); // [ci, H, W, n]
  const filters = tf.transpose(gradOutput as tf.Tensor4D, [1, 2, 0, 3]); // [y, x, n, co]
  return tf.transpose(tf.conv2d(images, filters, 1, 'valid'), [1, 2, 0, 3]); // of [ci, kh, kw, co]
}

/**
 * gradInput, padding cut off, of the convolution of gradOutput, padded all round, with the kernel turned by 180° and its channels
 * exchanged. (backend-wasm does this ten times as fast as its Conv2DBackpropInput.)
 */
function conv2dGradInput(
  layer: Conv2d,
  weight: tf.Tensor,
  gradOutput: tf.Tensor,
  inputShape: readonly number[],
): tf.Tensor {
  const [kernelHeight, kernelWidth] = layer.kernelSize;
  const surrounded = padded(gradOutput, kernelHeight - 1, kernelWidth - 1);
  const turned = tf.transpose(tf.reverse(weight as tf.Tensor4D, [0, 1]), [0, 1, 3, 2]);
  const ofPadded = tf.conv2d(surrounded, turned, 1, 'valid');
  const [top, left] = layer.padding;
  return tf.slice(ofPadded, [0, top, left, 0], [...inputShape] as tf.Tensor4D['shape']);
}

/**
 * Each window's gradient goes to its first maximum, looked for in the windows laid out side by side, [windows, positions, C].
 * (backend-wasm's MaxPoolGrad takes the last of equal maxima, and none where all are negative; its OneHot writes no floats.)
 */
function maxPool2dGradInput(
  { kernelSize }: MaxPool2d,
  input: tf.Tensor4D,
  output: tf.Tensor4D,
  gradOutput: tf.Tensor,
): tf.Tensor {
  const [n, outHeight, outWidth, channels] = output.shape;
  const [height, width] = [outHeight * kernelSize, outWidth * kernelSize];
  const windowCount = n * outHeight * outWidth;
  const positions = kernelSize * kernelSize;
  const rowsOfWindows = [n * outHeight, kernelSize, outWidth, kernelSize * channels];
  const windowsOfRows = [n * outHeight, outWidth, kernelSize, kernelSize * channels];

  const covered = tf.slice(input, [0, 0, 0, 0], [n, height, width, channels]);
  const sideBySide = tf.transpose(tf.reshape(covered, rowsOfWindows), [0, 2, 1, 3]);
  const windows = tf.reshape(sideBySide, [windowCount, positions, channels]);
  const maximum = tf.reshape(output, [windowCount, 1, channels]);
  let gradLeft = tf.reshape(gradOutput, [windowCount, 1, channels]);
  const gradWindows = tf.split(windows, positions, 1).map((values) => {
    const grad = tf.mul(gradLeft, tf.cast(tf.equal(values, maximum), 'float32'));
    gradLeft = tf.sub(gradLeft, grad);
    return grad;
  });
  const gradSideBySide = tf.reshape(tf.concat(gradWindows, 1), windowsOfRows);
  const gradCovered = tf.reshape(tf.transpose(gradSideBySide, [0, 2, 1, 3]), covered.shape);
  return tf.pad(gradCovered, [
    [0, 0],
    [0, input.shape[1] - height],
    [0, input.shape[2] - width],
    [0, 0],
  ]);
}

function given(parameters: WeightAndBias | undefined): WeightAndBias {
  if (parameters === undefined) throw new RangeError('a layer is without its parameters');
  return parameters;
}
