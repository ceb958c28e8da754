import { pythonFloat } from '../base/printf';
import type { ModelSpec, ModuleSpec } from './types';

/** The model as PyTorch prints it, without a final line feed. Source: `extra_repr` of each class of `torch.nn`. */
export function printModel(model: ModelSpec): string {
  return [`${model.name}(`, ...modulesOf(model).map((module) => `  ${module}`), ')'].join('\n');
}

/** The lines of its modules, without the blanks before them. */
export function modulesOf({ modules }: ModelSpec): string[] {
  return modules.map((module) => `(${module.name}): ${printModule(module)}`);
}

function printModule(module: ModuleSpec): string {
  switch (module.type) {
    case 'Conv2d': {
      const parts = [
        module.inChannels,
        module.outChannels,
        `kernel_size=${pair(module.kernelSize)}`,
        'stride=(1, 1)',
        // PyTorch leaves out a padding of zero.
        ...(module.padding.some((amount) => amount > 0) ? [`padding=${pair(module.padding)}`] : []),
      ];
      return `Conv2d(${parts.join(', ')})`;
    }
    case 'MaxPool2d':
      return `MaxPool2d(kernel_size=${module.kernelSize}, stride=${module.kernelSize}, padding=0, dilation=1, ceil_mode=False)`;
    case 'Linear':
      return `Linear(in_features=${module.inFeatures}, out_features=${module.outFeatures}, bias=True)`;
    case 'Dropout':
      return `Dropout(p=${pythonFloat(module.p)}, inplace=False)`;
    case 'ReLU':
      return 'ReLU()';
  }
}

function pair([height, width]: readonly [number, number]): string {
  return `(${height}, ${width})`;
}
