import type { Layer } from '../spec/types';
import type { NamedTensor } from './engine';

export type WeightedLayer = Extract<Layer, { type: 'Conv2d' | 'Linear' }>;

export function isWeighted(layer: Layer): layer is WeightedLayer {
  return layer.type === 'Conv2d' || layer.type === 'Linear';
}

/** Names and shapes of all parameters in PyTorch's layout, weight before bias, in the order of the forward pass. */
export function parameterShapes(layers: readonly Layer[]): { name: string; shape: number[] }[] {
  return layers.filter(isWeighted).flatMap((layer) => {
    const [outputs, weight] =
      layer.type === 'Conv2d'
        ? [layer.outChannels, [layer.outChannels, layer.inChannels, ...layer.kernelSize]]
        : [layer.outFeatures, [layer.outFeatures, layer.inFeatures]];
    return [
      { name: `${layer.name}.weight`, shape: weight },
      { name: `${layer.name}.bias`, shape: [outputs] },
    ];
  });
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
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
