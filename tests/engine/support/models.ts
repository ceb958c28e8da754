import { layersOf, sizeOf } from '../../../src/experiment/model';
import type { Layer, ModuleSpec, Shape } from '../../../src/experiment/types';
import { fc } from './property';

/** A model, and the largest batch that keeps the reference's time for it in milliseconds. */
export interface Model {
  readonly layers: readonly Layer[];
  readonly batchLimit: number;
}

/** What a layer would be like if its input were of a fitting shape. */
interface Wish {
  readonly type: ModuleSpec['type'] | 'Flatten' | 'Conv2d, ReLU, MaxPool2d';
  readonly outputs: number;
  readonly kernelSize: readonly [number, number];
  readonly padding: readonly [number, number];
  readonly window: number;
  readonly p: number;
}

const LARGEST_LAYER = 200_000; // products per sample
const LARGEST_BATCH = 500_000; // products

/** On both sides of 4, 8, 16 and 32, the widths of vectors, groups and blocks. */
export const counts = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 65);

const wishes: fc.Arbitrary<Wish> = fc.record({
  type: fc.constantFrom(
    'ReLU',
    'Dropout',
    'Flatten',
    'Linear',
    'MaxPool2d',
    'Conv2d',
    'Conv2d',
    'Conv2d, ReLU, MaxPool2d',
    'Conv2d, ReLU, MaxPool2d',
  ),
  outputs: counts,
  kernelSize: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  padding: fc.tuple(fc.nat(2), fc.nat(2)),
  window: fc.integer({ min: 1, max: 4 }),
  p: fc.constantFrom(0.5, 0.25, 0, 0.9, 0.1),
});

const sides = fc.integer({ min: 1, max: 12 });
export const imageShapes: fc.Arbitrary<Shape> = fc.tuple(counts, sides, sides);
export const greyShapes: fc.Arbitrary<Shape> = fc.tuple(fc.constant(1), sides, sides);
export const vectorShapes: fc.Arbitrary<Shape> = fc.tuple(fc.integer({ min: 1, max: 300 }));

/** Any model of up to 6 calls (a few more, counting what comes in threes): each wish is fitted to the shape before it. */
export const models: fc.Arbitrary<Model> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: imageShapes }, { weight: 1, arbitrary: vectorShapes }),
    fc.array(wishes, { minLength: 1, maxLength: 6, size: 'max' }),
  )
  .map(([inputShape, list]) => modelOf(inputShape, list));

/** A model of one layer (and a Flatten where it needs one). */
export function modelsOf(type: Wish['type'], shapes = imageShapes): fc.Arbitrary<Model> {
  return fc.tuple(shapes, wishes).map(([shape, wish]) => modelOf(shape, [{ ...wish, type }]));
}

export function oneLayer(module: ModuleSpec, inputShape: Shape): Layer[] {
  return layersOf({ name: 'Net', modules: [module], forward: [module.name] }, inputShape);
}

function modelOf(inputShape: Shape, list: readonly Wish[]): Model {
  const modules: ModuleSpec[] = [];
  const forward: string[] = [];
  const derive = (): Layer[] => layersOf({ name: 'Net', modules, forward }, inputShape);
  const add = (module: ModuleSpec): void => {
    modules.push(module);
    forward.push(module.name);
  };
  for (const wish of list) {
    for (const type of wish.type.split(', ') as (ModuleSpec['type'] | 'Flatten')[]) {
      const shape = derive().at(-1)?.outputShape ?? inputShape;
      if (type === 'Flatten' || (type === 'Linear' && shape.length === 3)) forward.push('flatten');
      if (type === 'Flatten') continue;
      if (shape.length === 1 && (type === 'Conv2d' || type === 'MaxPool2d')) continue;
      add(moduleOf(`${type.toLowerCase()}${modules.length + 1}`, type, wish, shape));
    }
  }
  if (forward.length === 0) add({ name: 'relu1', type: 'ReLU' });
  const layers = derive();
  const work = layers.reduce((sum, layer) => sum + productCount(layer), 0);
  const model: Model = { layers, batchLimit: Math.max(1, Math.floor(LARGEST_BATCH / work)) };
  return Object.assign(model, { [fc.toStringMethod]: () => layers.map(describeLayer).join(' → ') });
}

function moduleOf(name: string, type: ModuleSpec['type'], wish: Wish, shape: Shape): ModuleSpec {
  switch (type) {
    case 'ReLU':
      return { name, type };
    case 'Dropout':
      return { name, type, p: wish.p };
    case 'MaxPool2d':
      return { name, type, kernelSize: Math.min(wish.window, shape[1], shape[2]) };
    case 'Linear':
      return { name, type, ...affordable(sizeOf(shape), wish.outputs, linearOf) };
    case 'Conv2d': {
      const [, height, width] = shape;
      const { kernelSize, padding } = wish;
      const fitting: [number, number] = [
        Math.min(kernelSize[0], height + 2 * padding[0]),
        Math.min(kernelSize[1], width + 2 * padding[1]),
      ];
      const products = shape[0] * fitting[0] * fitting[1] * (height + 4) * (width + 4);
      return affordable(products, wish.outputs, (outChannels) => ({
        name,
        type,
        inChannels: shape[0],
        outChannels,
        kernelSize: fitting,
        padding,
      }));
    }
  }

  function linearOf(outFeatures: number): { inFeatures: number; outFeatures: number } {
    return { inFeatures: sizeOf(shape), outFeatures };
  }
}

/** With as many outputs, of `cost` products each, as the reference can afford. */
function affordable<T>(cost: number, outputs: number, make: (outputs: number) => T): T {
  return make(Math.max(1, Math.min(outputs, Math.floor(LARGEST_LAYER / cost))));
}

function productCount(layer: Layer): number {
  if (layer.type === 'Linear') return layer.inFeatures * layer.outFeatures;
  if (layer.type !== 'Conv2d') return sizeOf(layer.inputShape);
  return sizeOf(layer.outputShape) * layer.inChannels * layer.kernelSize[0] * layer.kernelSize[1];
}

function describeLayer(layer: Layer): string {
  const [input, output] = [layer.inputShape.join('×'), layer.outputShape.join('×')];
  switch (layer.type) {
    case 'Conv2d':
      return `[${input}] Conv2d(kernel ${layer.kernelSize.join('×')}, padding ${layer.padding.join('×')}) [${output}]`;
    case 'MaxPool2d':
      return `[${input}] MaxPool2d(${layer.kernelSize}) [${output}]`;
    case 'Dropout':
      return `[${input}] Dropout(${layer.p})`;
    case 'Linear':
      return `[${input}] Linear [${output}]`;
    case 'ReLU':
    case 'Flatten':
      return `[${input}] ${layer.type}`;
  }
}
