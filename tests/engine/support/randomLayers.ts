import type { ModuleSpec } from '../../../src/experiment/types';
import { parametersOf, sizeOf } from '../../../src/experiment/model';
import { modelsOf } from './models';
import { fc } from './property';
import type { LayerExample } from './rounding';
import { filled, filledLike, fillings, maskOf, seeds } from './values';

export const LAYER_TYPES = ['Conv2d', 'MaxPool2d', 'Linear', 'ReLU', 'Dropout'] as const;

/** Without underflow and overflow, where rounding errors have other bounds. */
const tame = fillings('integers', 'ordinary', 'sparse', 'short');

/** Any layer of the type, with everything that its forward and backward take. */
export function randomLayers(type: ModuleSpec['type']): fc.Arbitrary<LayerExample> {
  return fc
    .tuple(modelsOf(type), fc.integer({ min: 1, max: 3 }), tame, tame, tame, seeds)
    .map(([{ layers }, n, input, parameters, gradOutput, seed]) => {
      const layer = layers[layers.length - 1];
      const inputLength = n * sizeOf(layer.inputShape);
      return {
        layer,
        n,
        input: filled(input, inputLength),
        parameters: filledLike(parameters, parametersOf([layer])),
        gradOutput: filled(gradOutput, n * sizeOf(layer.outputShape)),
        masks: layer.type === 'Dropout' ? [maskOf(seed, layer.p, inputLength)] : undefined,
      };
    });
}
