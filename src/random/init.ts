/** Initial weights, as the constructors of PyTorch's modules draw them. */
import type { NamedTensor } from '../engine/engine';
import type { ModuleSpec } from '../spec/types';
import { uniform } from './draws';
import type { Mt19937 } from './mt19937';

/**
 * The parameters of freshly constructed modules, weight before bias, in the order in which the modules are constructed, which
 * is the order of their `state_dict`, and need not be the order of the forward pass.
 *
 * Source: `reset_parameters` of torch.nn.Conv2d and torch.nn.Linear: weights `kaiming_uniform_(a=sqrt(5))`, biases uniform within
 * ±1/sqrt(fanIn). The bounds are computed in double, in Python's order of operations.
 */
export function initialParameters(modules: readonly ModuleSpec[], generator: Mt19937): NamedTensor[] {
  return modules.flatMap((module) => {
    const shape = weightShape(module);
    if (shape === undefined) return [];
    const fanIn = shape.slice(1).reduce((product, size) => product * size, 1);
    const a = Math.sqrt(5);
    const gain = Math.sqrt(2 / (1 + a * a));
    const weightBound = Math.sqrt(3) * (gain / Math.sqrt(fanIn));
    const biasBound = 1 / Math.sqrt(fanIn);
    return [
      uniformTensor(generator, `${module.name}.weight`, shape, weightBound),
      uniformTensor(generator, `${module.name}.bias`, [shape[0]], biasBound),
    ];
  });
}

/** [outChannels, inChannels, kernelHeight, kernelWidth], [outFeatures, inFeatures], or undefined for modules without parameters. */
function weightShape(module: ModuleSpec): readonly number[] | undefined {
  switch (module.type) {
    case 'Conv2d':
      return [module.outChannels, module.inChannels, ...module.kernelSize];
    case 'Linear':
      return [module.outFeatures, module.inFeatures];
    default:
      return undefined;
  }
}

function uniformTensor(
  generator: Mt19937,
  name: string,
  shape: readonly number[],
  bound: number,
): NamedTensor {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
  uniform(generator, data, -bound, bound);
  return { name, shape, data };
}
