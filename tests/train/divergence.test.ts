import { createEngine } from '../../src/engine/create';
import type { CreateEngine, Engine } from '../../src/engine/engine';
import { findDivergence, type ElementDivergence } from '../../src/train/divergence';
import { tinyData, tinyExperiment, tinyLayers, tinyStepsPerEpoch } from './tiny';

const reference: CreateEngine = (options) => createEngine('reference', options);
const wasm: CreateEngine = (options) => createEngine('wasm', options);

const find = (engine: CreateEngine, untilStep: number): Promise<ElementDivergence | undefined> =>
  findDivergence({
    ...{ experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed: 1, untilStep },
    engines: [reference, engine],
  });

function nextUp(value: number): number {
  const floats = new Float32Array([value]);
  new Int32Array(floats.buffer)[0] += 1;
  return floats[0];
}

/** The reference engine with a fault that `spoil` adds to a method's result in each model. */
const faulty =
  (spoil: (engine: Engine, layerNames: readonly string[]) => void): CreateEngine =>
  async (options) => {
    const engine = await reference(options);
    spoil(
      engine,
      options.layers.map(({ name }) => name),
    );
    return engine;
  };

test('engines with the same bits do not differ, over the end of an epoch', async () => {
  expect(await find(wasm, 2 * tinyStepsPerEpoch + 2)).toBeUndefined();
});

test('a fault in the forward pass: its step, layer and element', async () => {
  let calls = 0;
  const engine = faulty((engine, names) => {
    if (!names.includes('fc1')) return;
    const forward = engine.forward.bind(engine);
    const isWhole = names.length === tinyLayers.length;
    engine.forward = (n, masks) => {
      const output = forward(n, masks);
      const isThirdStep = isWhole ? ++calls === 3 : true;
      if (isThirdStep) output[7] = nextUp(output[7]);
      return output;
    };
  });
  const found = await find(engine, 10);
  // Output 7 of fc1, which has 6 features, is feature 1 of sample 1.
  expect(found).toMatchObject({ step: 3, stage: 'forward', layer: 'fc1', tensor: 'output', index: [1, 1] });
  expect(found?.b).toBe(nextUp(found?.a ?? NaN));
  expect(found?.ulps).toBe(1);
  expect(Number(found?.bits[1])).toBe(Number(found?.bits[0]) + 1);
});

test('a fault in the backward pass: its tensor, the last layer’s first', async () => {
  const engine = faulty((engine) => {
    const getGradients = engine.getGradients.bind(engine);
    engine.getGradients = () =>
      getGradients().map((tensor) => {
        if (tensor.name !== 'fc1.weight' && tensor.name !== 'conv.weight') return tensor;
        return { ...tensor, data: tensor.data.with(50 % tensor.data.length, 9) };
      });
  });
  expect(await find(engine, 10)).toMatchObject({
    ...{ step: 1, stage: 'backward', layer: 'fc1', tensor: 'fc1.weight', index: [1, 2], b: 9 },
  });
});

test('a fault in the update: its parameter', async () => {
  const engine = faulty((engine) => {
    const step = engine.step.bind(engine);
    let steps = 0;
    engine.step = (lr) => step(++steps === 9 ? 2 * lr : lr);
  });
  expect(await find(engine, 8)).toBeUndefined();
  expect(await find(engine, 9)).toMatchObject({
    step: 9,
    stage: 'update',
    layer: 'conv',
    tensor: 'conv.weight',
    index: [0, 0, 0, 0],
  });
});
