import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { inward, outward } from '../../../src/engine/tfjs/layout';
import type { Layer } from '../../../src/experiment/types';
import type { Pass } from '../support/engines';
import { property } from '../support/property';
import { LAYER_TYPES, randomLayers } from '../support/randomLayers';
import { assertPassClose, passAllowance, runLayer, type LayerExample } from '../support/rounding';
import { registerGradients } from '../support/tfjsGradients';

/**
 * tfjs's cpu backend with tfjs's own gradient functions, forward and backward, against the reference: code that shares nothing with
 * the engines, on random layers.
 */
beforeAll(async () => {
  tf.enableProdMode(); // no advertisement
  registerGradients();
  expect(await tf.setBackend('cpu')).toBe(true);
});

describe.each(LAYER_TYPES)('%s', (type) => {
  property.prop([randomLayers(type)], { numRuns: 25 })(
    'is what tfjs computes and differentiates',
    async (example) => {
      const ours = await runLayer('reference', example);
      const theirs = differentiate(example);
      assertPassClose(ours, theirs, await passAllowance(example));
    },
  );
});

function differentiate({ layer, n, input, parameters, gradOutput, masks }: LayerExample): Pass {
  tf.engine().startScope();
  const ofInput = (data: Float32Array) => inward('activation', data, [n, ...layer.inputShape]);
  const inputs = [ofInput(input), ...parameters.map(({ shape, data }) => inward('parameter', data, shape))];
  const scale =
    layer.type === 'Dropout' && masks
      ? ofInput(Float32Array.from(masks[0], (kept) => kept / (1 - layer.p)))
      : undefined;
  const run = (...tensors: tf.Tensor[]) => compute(layer, tensors, scale);
  const gradient = inward('activation', gradOutput, [n, ...layer.outputShape]);
  const [gradInput, ...gradients] = tf.grads(run)(inputs, gradient);
  const result = {
    output: outward('activation', run(...inputs)),
    gradInput: outward('activation', gradInput),
    gradients: gradients.map((tensor, i) => ({ ...parameters[i], data: outward('parameter', tensor) })),
  };
  tf.engine().endScope();
  return result;
}

function compute(layer: Layer, [input, weight, bias]: tf.Tensor[], scale: tf.Tensor | undefined): tf.Tensor {
  switch (layer.type) {
    case 'Conv2d': {
      const [height, width] = layer.padding;
      const padding = [
        [0, 0],
        [height, height],
        [width, width],
        [0, 0],
      ] as tf.backend_util.ExplicitPadding;
      return tf.add(tf.conv2d(input as tf.Tensor4D, weight as tf.Tensor4D, 1, padding), bias);
    }
    case 'MaxPool2d':
      return tf.maxPool(input as tf.Tensor4D, layer.kernelSize, layer.kernelSize, 'valid');
    case 'Linear':
      return tf.add(tf.matMul(input, weight), bias);
    case 'ReLU':
      return tf.relu(input);
    case 'Dropout':
      return scale === undefined ? input : tf.mul(input, scale);
    case 'Flatten':
      throw new RangeError('Flatten computes nothing');
  }
}
