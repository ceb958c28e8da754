import type { DataSet } from '../data/dataset';
import type { CreateEngine, Engine, EngineOptions, NamedTensor } from '../engine/engine';
import { bitsOf, ulpDistance } from '../base/f32';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import { layersOf } from '../experiment/model';
import type { Experiment } from '../experiment/types';
import { Batches } from './batches';
import { stepsOf, type TrainableEngine } from './epoch';

/** The first element in which two engines differ that train the same run. */
export interface ElementDivergence {
  /** 1-based. */
  readonly step: number;
  /** Of the step: a layer's output, a parameter's gradient, or a parameter after the update. */
  readonly stage: 'forward' | 'backward' | 'update';
  /** Name of the layer. */
  readonly layer: string;
  /** `output`, or the parameter's name. */
  readonly tensor: string;
  /** Of the element, one per dimension; the first of an output is the sample. */
  readonly index: readonly number[];
  readonly a: number;
  readonly b: number;
  /** In hex. */
  readonly bits: readonly [a: string, b: string];
  readonly ulps: number;
}

export interface ReplayOptions {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lr: number;
  readonly seed: number;
  /** Steps to replay at most. */
  readonly untilStep: number;
  readonly engines: readonly [a: CreateEngine, b: CreateEngine];
}

/**
 * Trains one run on two engines side by side and names the first element that differs: of the first layer whose output differs,
 * else of the gradient that is computed first, else of the first parameter.
 *
 * @returns undefined when all is equal, on bits, up to `untilStep`
 * @throws AssayError `engine-unavailable`
 */
export async function findDivergence(options: ReplayOptions): Promise<ElementDivergence | undefined> {
  const { experiment, dataSet, lr, seed, untilStep, engines } = options;
  const { data, optimizer, arithmetic, training, model } = experiment;
  const layers = layersOf(model, data.inputShape);
  const engineOptions: EngineOptions = { layers, optimizer, arithmetic, maxBatch: training.batchSize };
  const [a, b] = await Promise.all(engines.map((create) => create(engineOptions)));
  try {
    const sides = [new Observer(a), new Observer(b)] as const;
    const replays = sides.map((side) => {
      const generator = new Mt19937(seed);
      side.engine.setParameters(initialParameters(layers, generator, training.constructions));
      const batches = new Batches(dataSet.train, data.normalisation);
      return stepsOf(side, experiment, layers, batches, lr, generator);
    });
    for (let step = 1; step <= untilStep; step++) {
      const before = a.getParameters();
      for (const replay of replays) replay.next();
      if (firstDifference([sides[0].outputTensor(), sides[1].outputTensor()])) {
        const found = await firstLayer(engines, engineOptions, before, sides[0]);
        return { step, stage: 'forward', ...found };
      }
      const backward = pairs(a.getGradients(), b.getGradients()).reverse(); // the last layer's come first
      const update = pairs(a.getParameters(), b.getParameters());
      for (const [stage, tensors] of [
        ['backward', backward],
        ['update', update],
      ] as const) {
        for (const pair of tensors) {
          const found = firstDifference(pair);
          const tensor = pair[0].name;
          if (found)
            return { step, stage, layer: tensor.slice(0, tensor.lastIndexOf('.')), tensor, ...found };
        }
      }
    }
    return undefined;
  } finally {
    await Promise.all([a.close(), b.close()]);
  }
}

/** An engine whose last input, masks and output are kept. */
class Observer implements TrainableEngine {
  n = 0;
  masks: readonly Uint8Array[] = [];
  private output = new Float32Array();

  constructor(readonly engine: Engine) {}

  input(n: number): Float32Array {
    return this.engine.input(n);
  }

  forward(n: number, masks: readonly Uint8Array[] = []): Float32Array {
    const output = this.engine.forward(n, masks);
    this.n = n;
    this.masks = masks;
    this.output = output.slice();
    return output;
  }

  backward(gradOutput: Float32Array): void {
    this.engine.backward(gradOutput);
  }

  step(lr: number): void {
    this.engine.step(lr);
  }

  outputTensor(): NamedTensor {
    return { name: 'output', shape: [this.n, this.output.length / this.n], data: this.output };
  }
}

/** Two values of an element. */
export type Difference = Pick<ElementDivergence, 'index' | 'a' | 'b' | 'bits' | 'ulps'>;

/**
 * The first layer whose output differs when both engines compute the model up to it, on the same input.
 *
 * @param parameters before the step
 * @param observed a side that has done the step, whose input is the step's
 */
async function firstLayer(
  engines: ReplayOptions['engines'],
  options: EngineOptions,
  parameters: readonly NamedTensor[],
  { engine, n, masks }: Observer,
): Promise<Difference & Pick<ElementDivergence, 'layer' | 'tensor'>> {
  const input = engine.input(n).slice();
  for (const [index, { name: layer, outputShape }] of options.layers.entries()) {
    const layers = options.layers.slice(0, index + 1);
    const names = new Set(layers.map(({ name }) => name));
    const own = parameters.filter(({ name }) => names.has(name.slice(0, name.lastIndexOf('.'))));
    const dropouts = layers.filter(({ type }) => type === 'Dropout').length;
    const outputs: NamedTensor[] = [];
    for (const create of engines) {
      const part = await create({ ...options, layers });
      part.setParameters(own);
      part.input(n).set(input);
      const data = part.forward(n, masks.slice(0, dropouts)).slice();
      outputs.push({ name: 'output', shape: [n, ...outputShape], data });
      await part.close();
    }
    const found = firstDifference([outputs[0], outputs[1]]);
    if (found) return { layer, tensor: 'output', ...found };
  }
  throw new Error('two engines differ in a whole model, and not in any part of it');
}

type Pair = readonly [NamedTensor, NamedTensor];

function pairs(a: readonly NamedTensor[], b: readonly NamedTensor[]): Pair[] {
  return a.map((tensor, i) => [tensor, b[i]]);
}

/** On bits; every NaN is the same. */
export function firstDifference([a, b]: Pair): Difference | undefined {
  const offset = a.data.findIndex((value, i) => bitsOf(value) !== bitsOf(b.data[i]));
  if (offset < 0) return undefined;
  const [x, y] = [a.data[offset], b.data[offset]];
  const hex = (value: number): string => `0x${bitsOf(value).toString(16).padStart(8, '0')}`;
  return { index: indexOf(offset, a.shape), a: x, b: y, bits: [hex(x), hex(y)], ulps: ulpDistance(x, y) };
}

/** Position of an element in row-major order, one number per dimension. */
function indexOf(offset: number, shape: readonly number[]): number[] {
  return shape.map((size, i) => Math.floor(offset / shape.slice(i + 1).reduce((a, b) => a * b, 1)) % size);
}
