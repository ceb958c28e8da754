import { sizeOf } from '../experiment/model';
import type { Layer, OptimizerSpec } from '../experiment/types';
import type { NamedTensor } from './engine';

/** What the optimizers remember of each parameter, by PyTorch's names. */
export const MOMENT_NAMES: Readonly<Record<OptimizerSpec['type'], readonly string[]>> = {
  Adam: ['exp_avg', 'exp_avg_sq'],
  SGD: ['momentum_buffer'],
  RMSprop: ['square_avg'],
};

export type WeightedLayer = Extract<Layer, { type: 'Conv2d' | 'Linear' }>;

export function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.type === 'Conv2d' || layer.type === 'Linear';
}

/** The values of `parameters[name]`, which must have as many elements as `shape`; a RangeError is our bug, not the user's. */
export function valuesOf(
  parameters: readonly NamedTensor[],
  name: string,
  shape: readonly number[],
): Float32Array {
  const tensor = parameters.find((candidate) => candidate.name === name);
  if (tensor === undefined) throw new RangeError(`no tensor named ${name}`);
  if (tensor.data.length !== sizeOf(shape)) {
    throw new RangeError(`${name} has ${tensor.data.length} elements, expected [${shape.join(', ')}]`);
  }
  return tensor.data;
}
