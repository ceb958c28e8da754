import * as tf from '@tensorflow/tfjs-core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunRecord } from '../../../src/run/record';
import { runExperiment } from '../../../src/train/run';
import { tinyData, tinyExperiment } from '../../train/tiny';
import { AssayError } from '../../../src/base/errors';
import type { BackendName, NamedTensor } from '../../../src/engine/engine';
import { createTfjsEngine } from '../../../src/engine/tfjs';
import { sha256OfFloats } from '../../../src/base/f32';
import { dropoutMask } from '../../../src/pytorch/random/draws';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { loadExperiment } from '../../../src/experiment/load';
import { layersOf, sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';
import { forward, pass } from '../support/engines';
import { oneLayer } from '../support/models';
import { property } from '../support/property';
import { LAYER_TYPES, randomLayers } from '../support/randomLayers';
import { assertPassClose, passAllowance, runLayer } from '../support/rounding';
import { assertTrainedClose, train, trainOn, type Training } from '../support/training';

/**
 * The engine `tfjs` on each of its backends, against the reference; for whole steps against `wasm`, which has the same bits in less
 * time. tfjs-node is optional: npm drops it where it has no binary.
 */
const isTfjsNodeInstalled = ((): boolean => {
  try {
    jest.requireActual('@tensorflow/tfjs-node');
    return true;
  } catch {
    console.log('tfjs-node: not installed, skipped');
    return false;
  }
})();

const backends: BackendName[] = isTfjsNodeInstalled ? ['wasm', 'tensorflow'] : ['wasm'];
const STEPS = 10;
const BATCH = 8;

describe.each(backends)('tfjs on its backend %s is near the reference', (backend) => {
  describe.each(LAYER_TYPES)('%s', (type) => {
    property.prop([randomLayers(type)], { numRuns: 25 })('forward and backward', async (example) => {
      const { layer, n, input, parameters, gradOutput, masks } = example;
      const optimizer = { type: 'SGD', momentum: 0 } as const;
      const engine = await createTfjsEngine(
        { layers: [layer], optimizer, maxBatch: n, inputGradient: true },
        [backend],
      );
      engine.setParameters(parameters);
      const got = pass(engine, n, input, gradOutput, masks);
      await engine.close();
      assertPassClose(got, await runLayer('reference', example), await passAllowance(example));
    });
  });

  test.each([0.0001, 0.001, 0.01])('ten steps of the DigitClassifier at batch 8, lr %d', async (lr) => {
    const training = await digitTraining(lr);
    const engine = await createTfjsEngine({ ...training, maxBatch: BATCH }, [backend]);
    const got = trainOn(engine, training);
    await engine.close();
    const used = await assertTrainedClose('ten steps', got, await train('wasm', training), training);
    expect(used).toBeGreaterThan(0); // the engine is another one, indeed
  });

  test('no tensor is left behind, by steps or after the end', async () => {
    const before = tf.memory().numTensors;
    const training = await digitTraining(0.001);
    const engine = await createTfjsEngine({ ...training, maxBatch: BATCH }, [backend]);
    const counts = training.batches.slice(0, 3).map((batch) => {
      trainOn(engine, { ...training, batches: [batch] });
      engine.setOptimizerState(engine.getOptimizerState());
      return tf.memory().numTensors;
    });
    expect(counts[0]).toBeGreaterThan(before);
    expect(new Set(counts).size).toBe(1);
    await engine.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('evaluation drops nothing', async () => {
    const layers = oneLayer({ name: 'dropout', type: 'Dropout', p: 0.5 }, [2, 1, 3]);
    const engine = await createTfjsEngine({ layers, optimizer: { type: 'SGD', momentum: 0 }, maxBatch: 1 }, [
      backend,
    ]);
    const input = Float32Array.of(1, -2, 3, 4, 5, 6);
    expect(forward(engine, 1, input)).toEqual(input);
    expect(forward(engine, 1, input, [Uint8Array.of(1, 1, 0, 0, 1, 0)])).toEqual(
      Float32Array.of(2, -4, 0, 0, 10, 0),
    );
    await engine.close();
  });

  test('the state goes out as it came in, and decides the steps after it', async () => {
    const training = await digitTraining(0.001);
    const engine = await createTfjsEngine({ ...training, maxBatch: BATCH }, [backend]);
    engine.setParameters(training.parameters);
    expect(bits(engine.getParameters())).toBe(bits(training.parameters));
    const { parameters } = trainOn(engine, { ...training, batches: training.batches.slice(0, 2) });
    const state = engine.getOptimizerState();

    const other = await createTfjsEngine({ ...training, maxBatch: BATCH }, [backend]);
    other.setOptimizerState(state);
    expect(other.getOptimizerState().stepCount).toBe(2);
    expect(bits(other.getOptimizerState().buffers)).toBe(bits(state.buffers));
    const next = { ...training, parameters, batches: training.batches.slice(2, 4) };
    expect(bits(trainOn(other, next).parameters)).toBe(bits(trainOn(engine, next).parameters));
    await engine.close();
    await other.close();
  });
});

test('its runs have the same seeded weights, and say that they are within tolerance', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-tfjs-'));
  const records: RunRecord[] = [];
  for (const engine of ['wasm', 'tfjs'] as const) {
    const options = { experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed: 1, epochs: 1, engine };
    const outcome = await runExperiment({ ...options, outDir: join(folder, engine) });
    if (outcome.status === 'finished') records.push(outcome.record);
  }
  await rm(folder, { recursive: true });
  const [ofWasm, ofTfjs] = records;
  expect([ofWasm.engine, ofWasm.tier]).toEqual(['wasm', 'bitwise']);
  expect([ofTfjs.engine, ofTfjs.tier]).toEqual(['tfjs', 'within tolerance']);
  expect(ofTfjs.initialWeightsSha256).toBe(ofWasm.initialWeightsSha256);
  expect(ofTfjs.losses).toHaveLength(ofWasm.losses.length);
});

const relu = { name: 'relu', type: 'ReLU', inputShape: [1], outputShape: [1] } as const satisfies Layer;
const tinyOptions = { layers: [relu], optimizer: { type: 'SGD', momentum: 0 }, maxBatch: 1 } as const;

test('a backend that does not load is an engine that is unavailable', async () => {
  const absent = isTfjsNodeInstalled ? [] : (['tensorflow'] as const);
  const error = await createTfjsEngine(tinyOptions, absent).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssayError);
  expect(error).toMatchObject({ code: 'engine-unavailable' });
});

test.each(backends)('what computes is said: %s', async (name) => {
  const engine = await createTfjsEngine(tinyOptions, [name]);
  await engine.close();
  expect(engine.backend).toEqual({
    ...{ name, missing: [] },
    version: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
  });
});

(isTfjsNodeInstalled ? test.skip : test)('and why it is not what was wanted more', async () => {
  const engine = await createTfjsEngine(tinyOptions);
  await engine.close();
  const { backend } = engine;
  expect(backend).toMatchObject({
    name: 'wasm',
    missing: [{ name: 'tensorflow', reason: expect.stringContaining('@tensorflow/tfjs-node') as string }],
  });
});

function bits(tensors: readonly NamedTensor[]): string {
  return sha256OfFloats(tensors.map(({ data }) => data));
}

/** Random images, labels and masks: rounding decides no tie between pixels of equal ink. */
async function digitTraining(lr: number): Promise<Training> {
  const experiment = await loadExperiment(join(__dirname, '../../../spec/lr-experiment/experiment.json'));
  const { inputShape, classes } = experiment.data;
  const layers = layersOf(experiment.model, inputShape);
  const generator = new Mt19937(7);
  const parameters = initialParameters(layers, generator);
  const batches = Array.from({ length: STEPS }, () => ({
    input: Float32Array.from(
      { length: BATCH * sizeOf(inputShape) },
      () => (generator.nextUint32() % 256) / 90 - 0.42,
    ),
    labels: Uint8Array.from({ length: BATCH }, () => generator.nextUint32() % classes),
    masks: layers.flatMap((layer) => {
      if (layer.type !== 'Dropout') return [];
      const mask = new Uint8Array(BATCH * sizeOf(layer.inputShape));
      dropoutMask(generator, layer.p, mask);
      return [mask];
    }),
  }));
  return { layers, optimizer: experiment.optimizer, lr, n: BATCH, parameters, batches };
}
