import { AssayError } from '../base/errors';
import type { Layer, ModelSpec, ModuleSpec, Shape } from './types';

export interface Parameter {
  /** PyTorch's name: `conv1.weight`. */
  readonly name: string;
  readonly shape: Shape;
}

/**
 * The calls of the forward pass, in order, with every shape derived from `inputShape` ([C, H, W]).
 *
 * @throws AssayError `spec-invalid` for two modules of one name, a call of an unknown module, a module that is never called, and one with
 *   parameters that is called twice or out of construction order; `spec-shape-mismatch` where a module cannot take
 *   what it is given.
 */
export function layersOf(model: ModelSpec, inputShape: Shape): Layer[] {
  checkCalls(model);
  const modules = new Map(model.modules.map((module) => [module.name, module]));
  const layers: Layer[] = [];
  let shape = inputShape;
  for (const name of model.forward) {
    const layer = layerOf(modules.get(name), shape);
    layers.push(layer);
    shape = layer.outputShape;
  }
  return layers;
}

/** The parameters in `state_dict` order: weight, then bias, of each module that has them. */
export function parametersOf(layers: readonly Layer[]): Parameter[] {
  return layers.flatMap((layer) => {
    switch (layer.type) {
      case 'Conv2d': {
        const weight = [layer.outChannels, layer.inChannels, ...layer.kernelSize];
        return weightAndBias(layer.name, weight, layer.outChannels);
      }
      case 'Linear':
        return weightAndBias(layer.name, [layer.outFeatures, layer.inFeatures], layer.outFeatures);
      default:
        return [];
    }
  });
}

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1);
}

function weightAndBias(name: string, weight: Shape, biasLength: number): Parameter[] {
  return [
    { name: `${name}.weight`, shape: weight },
    { name: `${name}.bias`, shape: [biasLength] },
  ];
}

/** `module` undefined is `flatten`. */
function layerOf(module: ModuleSpec | undefined, inputShape: Shape): Layer {
  if (module === undefined)
    return { name: 'flatten', type: 'Flatten', inputShape, outputShape: [sizeOf(inputShape)] };
  return { ...module, inputShape, outputShape: outputShapeOf(module, inputShape) };
}

function outputShapeOf(module: ModuleSpec, inputShape: Shape): Shape {
  switch (module.type) {
    case 'Conv2d': {
      const [channels, height, width] = featureMap(module, inputShape);
      if (channels !== module.inChannels) {
        throw mismatch(module, `${module.inChannels} channels, as inChannels says`, inputShape);
      }
      const [kernelHeight, kernelWidth] = module.kernelSize;
      const [paddingHeight, paddingWidth] = module.padding;
      const outputShape = [
        module.outChannels,
        height + 2 * paddingHeight - kernelHeight + 1,
        width + 2 * paddingWidth - kernelWidth + 1,
      ];
      if (Math.min(...outputShape) < 1) {
        throw mismatch(
          module,
          `a padded height and width of at least ${module.kernelSize.join(' and ')}`,
          inputShape,
        );
      }
      return outputShape;
    }
    case 'MaxPool2d': {
      const [channels, height, width] = featureMap(module, inputShape);
      const outputShape = [
        channels,
        Math.floor(height / module.kernelSize),
        Math.floor(width / module.kernelSize),
      ];
      if (Math.min(...outputShape) < 1) {
        throw mismatch(module, `height and width of at least ${module.kernelSize}`, inputShape);
      }
      return outputShape;
    }
    case 'Linear':
      if (inputShape.length !== 1 || inputShape[0] !== module.inFeatures) {
        throw mismatch(module, `[${module.inFeatures}], as inFeatures says`, inputShape);
      }
      return [module.outFeatures];
    case 'Dropout':
    case 'ReLU':
      return inputShape;
  }
}

function featureMap(module: ModuleSpec, shape: Shape): readonly [number, number, number] {
  const [channels, height, width, ...rest] = shape;
  if (channels === undefined || height === undefined || width === undefined || rest.length > 0) {
    throw mismatch(module, '[C, H, W]', shape);
  }
  return [channels, height, width];
}

function mismatch(module: ModuleSpec, expected: string, derived: Shape): AssayError {
  return new AssayError('spec-shape-mismatch', {
    what: `${module.name} (${module.type}) cannot take the output of the call before it`,
    where: `module ${module.name}`,
    expected: `an input of ${expected}`,
    got: `[${derived.join(', ')}], derived from the calls before`,
  });
}

/**
 * `state_dict` and the initial random draws follow construction order, the engines follow the calls: with one order
 * for both, a list of layers says everything.
 */
function checkCalls(model: ModelSpec): void {
  const names = model.modules.map((module) => module.name);
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  if (repeated !== undefined)
    throw invalidModel('two modules have one name', 'a name of its own each', repeated);
  for (const [index, name] of model.forward.entries()) {
    if (name !== 'flatten' && !names.includes(name)) {
      throw invalidModel(`forward[${index}] calls an unknown module`, [...names, 'flatten'].join(', '), name);
    }
  }
  for (const name of names) {
    if (!model.forward.includes(name)) {
      throw invalidModel(
        `module ${name} is never called`,
        `a call of every module`,
        model.forward.join(', '),
      );
    }
  }
  const withParameters = new Set(model.modules.filter(hasParameters).map((module) => module.name));
  const calls = model.forward.filter((name) => withParameters.has(name));
  if (calls.join() !== [...withParameters].join()) {
    throw invalidModel(
      'modules with parameters are not called once each in the order of modules',
      [...withParameters].join(', '),
      calls.join(', '),
    );
  }
}

function hasParameters(module: ModuleSpec): boolean {
  return module.type === 'Conv2d' || module.type === 'Linear';
}

function invalidModel(what: string, expected: string, got: string): AssayError {
  return new AssayError('spec-invalid', { what, where: 'model', expected, got });
}
