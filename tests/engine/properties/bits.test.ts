import { BITWISE_ENGINES, type Engine, type EngineOptions } from '../../../src/engine/engine';
import { parametersOf } from '../../../src/experiment/model';
import type { Arithmetic, OptimizerSpec } from '../../../src/experiment/types';
import { expectSameBits, expectSameTensors } from '../support/compare';
import {
  describeEngines,
  forward,
  inputSize,
  masksOf,
  outputSize,
  pass,
  variantsOf,
  withEngine,
  withEngines,
} from '../support/engines';
import { greyShapes, type Model, models, modelsOf, oneLayer, vectorShapes } from '../support/models';
import { fc, property } from '../support/property';
import { anything, filled, filledLike, type Filling, fillings, seeds } from '../support/values';

/**
 * `reference` defines the bits, all other engines have the same ones, whatever the shapes, the values and the number of threads. One
 * engine sees several batches, of changing size: what an earlier one left in memory must not be seen.
 */

/** One batch: forward, and mostly backward and an optimizer step. */
interface Round {
  readonly n: number;
  readonly masks: number | undefined;
  readonly input: Filling;
  readonly gradOutput: Filling | undefined;
  readonly lr: number | undefined;
}

const batchSizes = fc.constantFrom(1, 2, 3, 5, 8, 33, 70);
const threads = fc.constantFrom(1, 2, 3, 4);
const lrs = fc.constantFrom(0.001, 0.01, 1, 1e-4, 0);

const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    n: batchSizes,
    masks: fc.option(seeds, { nil: undefined }),
    input: anything,
    gradOutput: fc.option(anything, { nil: undefined, freq: 6 }),
    lr: fc.option(lrs, { nil: undefined }),
  }),
  { minLength: 1, maxLength: 4 },
);

const optimizers: fc.Arbitrary<OptimizerSpec> = fc.constantFrom(
  { type: 'SGD', momentum: 0 },
  { type: 'SGD', momentum: 0.9 },
  { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 },
  { type: 'Adam', betas: [0.5, 0.9], eps: 0 },
  { type: 'RMSprop', alpha: 0.99, eps: 1e-8 },
  { type: 'RMSprop', alpha: 0.5, eps: 0 },
);

/** `fused-chain` defines Adam alone. */
const adams = optimizers.filter(({ type }) => type === 'Adam');

interface Case {
  readonly model: Model;
  readonly rounds: Round[];
  readonly parameters: Filling;
  readonly optimizer: OptimizerSpec;
  readonly inputGradient: boolean;
}

function casesOf(model: fc.Arbitrary<Model>, arithmetic: Arithmetic): fc.Arbitrary<Case> {
  return fc.record({
    model,
    rounds,
    parameters: anything,
    optimizer: arithmetic === 'assay' ? optimizers : adams,
    inputGradient: fc.boolean(),
  });
}

const otherEngines = BITWISE_ENGINES.filter((name) => name !== 'reference');

test('there is an engine to hold against the reference', () => {
  expect(otherEngines).toContain('wasm');
});

/** All are held against one computation of the reference, which is what takes long. */
const variants = otherEngines.flatMap(variantsOf);
const all = variants.join(', ');

describe.each(['assay', 'fused-chain'] as const)(`bits of reference: ${all}, %s`, (arithmetic) => {
  async function holds(example: Case, threadCount: number): Promise<void> {
    const { layers, batchLimit } = example.model;
    const { optimizer, inputGradient } = example;
    const sizes = example.rounds.map(({ n }) => Math.min(n, batchLimit));
    const maxBatch = Math.max(...sizes);
    const options: EngineOptions = { layers, optimizer, arithmetic, inputGradient, maxBatch };
    await withEngines(['reference', ...variants], { ...options, threads: threadCount }, (engines) => {
      const parameters = filledLike(example.parameters, parametersOf(layers));
      for (const engine of engines) engine.setParameters(parameters);
      const [reference, ...others] = engines;
      for (const engine of others) expect(engine.threads).toBe(threadCount);
      example.rounds.forEach((round, i) => {
        sameRound(`batch ${i + 1} of ${sizes[i]}: `, others, reference, { ...round, n: sizes[i] }, example);
      });
    });
  }

  function sameRound(
    where: string,
    engines: readonly Engine[],
    reference: Engine,
    round: Round,
    { model, inputGradient }: Case,
  ): void {
    const { n } = round;
    const { layers } = model;
    const input = filled(round.input, n * inputSize(layers));
    const masks = round.masks === undefined ? undefined : masksOf(layers, n, round.masks);
    const wanted = forward(reference, n, input, masks);
    const outputShape = [n, ...layers[layers.length - 1].outputShape];
    engines.forEach((engine, i) => {
      expectSameBits(`${variants[i]}, ${where}output`, forward(engine, n, input, masks), wanted, outputShape);
    });

    if (round.gradOutput === undefined) return;
    const gradOutput = filled(round.gradOutput, n * outputSize(layers));
    reference.backward(gradOutput);
    const gradients = reference.getGradients();
    engines.forEach((engine, i) => {
      engine.backward(gradOutput);
      expectSameTensors(`${variants[i]}, ${where}gradient of`, engine.getGradients(), gradients);
      if (!inputGradient) return;
      const shape = [n, ...layers[0].inputShape];
      const [got, expected] = [engine.getInputGradient(), reference.getInputGradient()];
      expectSameBits(`${variants[i]}, ${where}gradient of the input`, got, expected, shape);
    });

    if (round.lr === undefined) return;
    reference.step(round.lr);
    const [parameters, wantedState] = [reference.getParameters(), reference.getOptimizerState()];
    for (const [i, engine] of engines.entries()) {
      engine.step(round.lr);
      expectSameTensors(`${variants[i]}, ${where}updated`, engine.getParameters(), parameters);
      const state = engine.getOptimizerState();
      expect(state.stepCount).toBe(wantedState.stepCount);
      expectSameTensors(`${variants[i]}, ${where}optimizer's`, state.buffers, wantedState.buffers);
    }
  }

  property.prop([casesOf(models, arithmetic), threads], { numRuns: 70 })(
    'in any model, on 1 to 4 threads',
    holds,
  );

  const kinds = [
    'Conv2d',
    'MaxPool2d',
    'Linear',
    'ReLU',
    'Dropout',
    'Flatten',
    'Conv2d, ReLU, MaxPool2d',
  ] as const;
  describe.each(kinds)('%s', (kind) => {
    property.prop([casesOf(modelsOf(kind), arithmetic)], { numRuns: 60 })('on images', (example) =>
      holds(example, 1),
    );
    if (kind.startsWith('Conv2d')) {
      // The first layer of most models: engines have kernels of their own for a single channel.
      property.prop([casesOf(modelsOf(kind, greyShapes), arithmetic)], { numRuns: 60 })(
        'on images of one channel',
        (example) => holds(example, 1),
      );
    }
    if (kind === 'Linear' || kind === 'ReLU' || kind === 'Dropout') {
      property.prop([casesOf(modelsOf(kind, vectorShapes), arithmetic)], { numRuns: 40 })(
        'on vectors',
        (example) => holds(example, 1),
      );
    }
  });

  const stepped = arithmetic === 'assay' ? optimizers : adams;
  property.prop([anything, anything, anything, stepped, fc.array(lrs, { minLength: 1, maxLength: 5 })], {
    numRuns: 60,
  })('in optimizer steps from any state', async (parameters, moments, gradient, optimizer, steps) => {
    const layers = oneLayer({ name: 'fc1', type: 'Linear', inFeatures: 1, outFeatures: 70 }, [1]);
    const options: EngineOptions = { layers, optimizer, arithmetic, maxBatch: 1 };
    await withEngines(['reference', ...variants], options, (engines) => {
      const [reference] = engines;
      const buffers = filledLike(moments, reference.getOptimizerState().buffers);
      const positive = buffers.map(({ data, ...tensor }) => ({ ...tensor, data: data.map(Math.abs) }));
      for (const [i, engine] of engines.entries()) {
        engine.setParameters(filledLike(parameters, parametersOf(layers)));
        engine.setOptimizerState({ stepCount: 3, buffers: positive });
        // With one sample of 1, the gradient of weight and bias is the gradient of the output.
        pass1(engine, filled(gradient, 70));
        for (const lr of steps) engine.step(lr);
        const who = ['reference', ...variants][i];
        expectSameTensors(`${who}, updated`, engine.getParameters(), reference.getParameters());
        const [got, wanted] = [engine.getOptimizerState(), reference.getOptimizerState()];
        expectSameTensors(`${who}, optimizer's`, got.buffers, wanted.buffers);
      }
    });
  });

  function pass1(engine: Engine, gradOutput: Float32Array): void {
    forward(engine, 1, Float32Array.of(1));
    engine.backward(gradOutput);
  }
});

describeEngines(BITWISE_ENGINES)('%s: a sample’s output and gradient', (name) => {
  const neutral: OptimizerSpec = { type: 'SGD', momentum: 0 };

  property.prop([models, anything, anything, anything, seeds, threads], { numRuns: 30 })(
    'do not depend on how the batch is split',
    async ({ layers, batchLimit }, parameters, input, grad, seed, threadCount) => {
      const n = Math.min(6, batchLimit);
      const options = { layers, optimizer: neutral, maxBatch: n, threads: threadCount, inputGradient: true };
      const [inSize, outSize] = [inputSize(layers), outputSize(layers)];
      const [x, g] = [filled(input, n * inSize), filled(grad, n * outSize)];
      const masks = masksOf(layers, n, seed);
      await withEngine(name, options, (engine) => {
        engine.setParameters(filledLike(parameters, parametersOf(layers)));
        const whole = pass(engine, n, x, g, masks);
        for (let first = 0, size = 1; first < n; first += size, size = Math.min(size + 1, n - first)) {
          const part = (values: Float32Array, length: number) =>
            values.subarray(first * length, (first + size) * length);
          const partMasks = masks.map((mask) =>
            mask.subarray((first * mask.length) / n, ((first + size) * mask.length) / n),
          );
          const split = pass(engine, size, part(x, inSize), part(g, outSize), partMasks);
          const where = `samples ${first} to ${first + size - 1} of ${n}: `;
          expectSameBits(`${where}output`, split.output, part(whole.output, outSize));
          expectSameBits(`${where}gradient of the input`, split.gradInput, part(whole.gradInput, inSize));
        }
      });
    },
  );

  property.prop([models, anything, anything, anything, threads], { numRuns: 30 })(
    'do not depend on what else is in the batch',
    async ({ layers, batchLimit }, parameters, input, others, threadCount) => {
      const n = Math.min(5, Math.max(2, batchLimit));
      const options = { layers, optimizer: neutral, maxBatch: n, threads: threadCount, inputGradient: true };
      const [inSize, outSize] = [inputSize(layers), outputSize(layers)];
      const [x, g] = [filled(input, n * inSize), filled({ ...input, seed: input.seed + 1 }, n * outSize)];
      const kept = n - 2;
      const keep = (values: Float32Array, size: number) => values.subarray(kept * size, (kept + 1) * size);
      await withEngine(name, options, (engine) => {
        engine.setParameters(filledLike(parameters, parametersOf(layers)));
        const before = pass(engine, n, x, g);
        const [otherX, otherG] = [filled(others, n * inSize), filled(others, n * outSize)];
        otherX.set(keep(x, inSize), kept * inSize);
        otherG.set(keep(g, outSize), kept * outSize);
        const after = pass(engine, n, otherX, otherG);
        expectSameBits('output', keep(after.output, outSize), keep(before.output, outSize));
        expectSameBits(
          'gradient of the input',
          keep(after.gradInput, inSize),
          keep(before.gradInput, inSize),
        );
      });
    },
  );
});

// Without specials nothing overflows by chance, and a stale value would not hide behind a NaN.
describeEngines(otherEngines)('%s sees nothing of an earlier batch', (name) => {
  const finite = fillings('integers', 'ordinary', 'sparse');
  property.prop([models, finite, finite, seeds, threads], { numRuns: 20 })(
    'after a larger one of NaN',
    async ({ layers, batchLimit }, parameters, input, seed, threadCount) => {
      const n = Math.min(4, Math.max(2, batchLimit));
      const options: EngineOptions = {
        layers,
        optimizer: { type: 'SGD', momentum: 0 },
        maxBatch: n,
        threads: threadCount,
        inputGradient: true,
      };
      const tensors = filledLike(parameters, parametersOf(layers));
      const x = filled(input, inputSize(layers));
      const g = filled({ ...input, seed: input.seed + 1 }, outputSize(layers));
      const masks = masksOf(layers, 1, seed);
      const fresh = await withEngine('reference', options, (engine) => {
        engine.setParameters(tensors);
        return pass(engine, 1, x, g, masks);
      });
      await withEngine(name, options, (engine) => {
        engine.setParameters(tensors);
        const nan = (length: number) => new Float32Array(length).fill(NaN);
        pass(
          engine,
          n,
          nan(n * inputSize(layers)),
          nan(n * outputSize(layers)),
          masksOf(layers, n, seed + 1),
        );
        const used = pass(engine, 1, x, g, masks);
        expectSameBits('output', used.output, fresh.output);
        expectSameBits('gradient of the input', used.gradInput, fresh.gradInput);
        expectSameTensors('gradient of', used.gradients, fresh.gradients);
      });
    },
  );
});
