/** Initial weights, as the constructors of PyTorch's modules draw them. */
import type { NamedTensor } from '../../engine/engine';
import { parametersOf, sizeOf } from '../../experiment/model';
import type { Layer } from '../../experiment/types';
import { uniform } from './draws';
import type { Mt19937 } from './mt19937';

/**
 * The parameters of freshly constructed modules, weight before bias, in construction order, which {@link layersOf} makes sure is
 * that of the layers.
 *
 * Source: `reset_parameters` of torch.nn.Conv2d and torch.nn.Linear: weights `kaiming_uniform_(a=sqrt(5))`, biases uniform within
 * ±1/sqrt(fanIn). The bounds are computed in double, in Python's order of operations.
 *
 * @param constructions how often the modules are made: all draw, and the first are kept
 */
export function initialParameters(
  layers: readonly Layer[],
  generator: Mt19937,
  constructions = 1,
): NamedTensor[] {
  const [kept] = Array.from({ length: constructions }, () => constructed(layers, generator));
  return kept;
}

function constructed(layers: readonly Layer[], generator: Mt19937): NamedTensor[] {
  let fanIn = 0;
  return parametersOf(layers).map(({ name, shape }) => {
    const isWeight = shape.length > 1;
    if (isWeight) fanIn = sizeOf(shape.slice(1)); // and the bias that follows has its weight's
    const data = new Float32Array(sizeOf(shape));
    const bound = isWeight ? kaimingBound(fanIn) : 1 / Math.sqrt(fanIn);
    uniform(generator, data, -bound, bound);
    return { name, shape, data };
  });
}

function kaimingBound(fanIn: number): number {
  const a = Math.sqrt(5);
  const gain = Math.sqrt(2 / (1 + a * a));
  return Math.sqrt(3) * (gain / Math.sqrt(fanIn));
}
