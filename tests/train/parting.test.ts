import { sha256OfFloats } from '../../src/base/f32';
import { createEngine } from '../../src/engine/create';
import type { CreateEngine, Engine, NamedTensor } from '../../src/engine/engine';
import type { Experiment } from '../../src/experiment/types';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { initialParameters } from '../../src/pytorch/random/init';
import type { Trace } from '../../src/run/trace';
import { Batches } from '../../src/train/batches';
import { trainEpoch } from '../../src/train/epoch';
import { findParting, type Parting } from '../../src/train/parting';
import { tensorsOfStep } from '../../src/train/stepTensors';
import { tinyData, tinyExperiment, tinyLayers } from './tiny';

/** A training of the reference, traced, and trainings that are not quite the same. */

const experiment: Experiment = { ...tinyExperiment, arithmetic: 'fused-chain' };
const TRACED = 3;
const options = {
  ...{ layers: tinyLayers, optimizer: experiment.optimizer, arithmetic: experiment.arithmetic },
  maxBatch: experiment.training.batchSize,
};
const reference: CreateEngine = (options) => createEngine('reference', options);

let trace: Trace;
let values: readonly NamedTensor[];

const digest = (tensors: readonly NamedTensor[]): string => sha256OfFloats(tensors.map(({ data }) => data));

beforeAll(async () => {
  const engine = await reference(options);
  const generator = new Mt19937(1);
  engine.setParameters(initialParameters(tinyLayers, generator));
  const initialWeightsSha256 = digest(engine.getParameters());
  const batches = new Batches(tinyData.train, experiment.data.normalisation);
  const steps: Trace['steps'][number][] = [];
  let before = engine.getParameters();
  let input = new Float32Array();
  let masks: readonly Uint8Array[] = [];
  let grad = new Float32Array();
  const seen = {
    input: (n: number) => engine.input(n),
    forward: (n: number, given?: readonly Uint8Array[]) => {
      input = Float32Array.from(engine.input(n));
      masks = (given ?? []).map((mask) => mask.slice());
      return engine.forward(n, given);
    },
    backward: (gradOutput: Float32Array) => {
      grad = Float32Array.from(gradOutput);
      engine.backward(gradOutput);
    },
    step: (lr: number) => engine.step(lr),
  };
  const draws = [generator, undefined, undefined] as const;
  for (const loss of trainEpoch(seen, tinyLayers, batches, 8, 0.01, ...draws, 'fused-chain')) {
    steps.push({ loss, weightsSha256: digest(engine.getParameters()) });
    if (steps.length === TRACED) {
      const state = { n: 8, input, masks, gradOutput: grad, parameters: before };
      const made: NamedTensor[] = [];
      for await (const tensor of tensorsOfStep(reference, options, state, engine)) made.push(tensor);
      values = made;
    }
    before = engine.getParameters();
  }
  const tensors = Object.fromEntries(
    values.map((tensor) => [tensor.name, { shape: tensor.shape, sha256: digest([tensor]) }]),
  );
  trace = {
    of: 'the reference',
    environment: {},
    initialWeightsSha256,
    steps,
    tensors: { [TRACED]: tensors },
  };
});

const find = (create: CreateEngine, changed: Partial<Experiment> = {}): Promise<Parting | undefined> =>
  findParting({
    ...{ trace, experiment: { ...experiment, ...changed }, dataSet: tinyData, lr: 0.01, seed: 1, create },
    valuesOf: async (step) => (step === TRACED ? values : undefined),
  });

/** The reference with a fault in each model that has all of the layers `names`, from step 3 on. */
const faulty =
  (names: readonly string[], spoil: (engine: Engine, isOn: () => boolean) => void): CreateEngine =>
  async (options) => {
    const engine = await reference(options);
    const isWhole = options.layers.length === tinyLayers.length;
    let forwards = 0;
    const forward = engine.forward.bind(engine);
    engine.forward = (n, masks) => {
      forwards++;
      return forward(n, masks);
    };
    const own = options.layers.map(({ name }) => name);
    if (names.every((name) => own.includes(name))) spoil(engine, () => !isWhole || forwards >= TRACED);
    return engine;
  };

test('the same training does not part, on other engines neither', async () => {
  expect(await find(reference)).toBeUndefined();
  expect(await find((options) => createEngine('wasm', options))).toBeUndefined();
});

test('the tensors of a step are those of the model and its optimizer, in their order', () => {
  expect(values.map(({ name }) => name)).toEqual([
    ...['conv.output', 'relu.output', 'pool.output', 'flatten.output', 'dropout.output', 'fc1.output'],
    ...['relu (2).output', 'dropout (2).output', 'fc2.output'],
    ...[
      'fc2.output.grad',
      'fc2.weight.grad',
      'fc2.bias.grad',
      'dropout (2).output.grad',
      'relu (2).output.grad',
    ],
    ...['fc1.output.grad', 'fc1.weight.grad', 'fc1.bias.grad', 'dropout.output.grad', 'flatten.output.grad'],
    ...['pool.output.grad', 'relu.output.grad', 'conv.output.grad', 'conv.weight.grad', 'conv.bias.grad'],
    ...['conv', 'fc1', 'fc2'].flatMap((layer) =>
      [`${layer}.weight`, `${layer}.bias`].flatMap((name) => [`${name}.exp_avg`, `${name}.exp_avg_sq`, name]),
    ),
  ]);
});

test('other initial weights part before the first step', async () => {
  expect(await find(reference, { training: { ...experiment.training, constructions: 1 } })).toBeUndefined();
  const other: CreateEngine = async (options) => {
    const engine = await reference(options);
    const set = engine.setParameters.bind(engine);
    engine.setParameters = (parameters) =>
      set(parameters.map((p) => ({ ...p, data: p.data.map((x) => x * 2) })));
    return engine;
  };
  expect(await find(other)).toEqual({ step: 0 });
});

test('the other arithmetic parts in the first step, of which nothing else is recorded', async () => {
  expect(await find(reference, { arithmetic: 'assay' })).toEqual({ step: 1 });
});

test('a fault of a layer: its step, tensor and element', async () => {
  const engine = faulty(['fc1'], (engine, isOn) => {
    const forward = engine.forward.bind(engine);
    engine.forward = (n, masks) => {
      const output = forward(n, masks);
      if (isOn()) output[1] = Math.fround(output[1] * 1.5);
      return output;
    };
  });
  const found = await find(engine);
  expect(found).toMatchObject({
    step: TRACED,
    tensors: { equal: 5, first: { name: 'fc1.output', shape: [8, 6] }, element: { index: [0, 1] } },
  });
  const { a, b } = found?.tensors?.element ?? {};
  expect(b).toBe(Math.fround((a ?? NaN) * 1.5));
});

test('a fault of the optimizer: the moment, when all before it is equal', async () => {
  const engine = faulty(['conv', 'fc2'], (engine, isOn) => {
    const [step, state] = [engine.step.bind(engine), engine.getOptimizerState.bind(engine)];
    engine.step = (lr) => step(isOn() ? lr * 2 : lr);
    engine.getOptimizerState = () => {
      const { stepCount, buffers } = state();
      return {
        stepCount,
        buffers: buffers.map((buffer) => ({ ...buffer, data: buffer.data.map((x) => x + 1) })),
      };
    };
  });
  expect(await find(engine)).toMatchObject({
    step: TRACED,
    tensors: { equal: 24, first: { name: 'conv.weight.exp_avg' }, element: { index: [0, 0, 0, 0] } },
  });
});
