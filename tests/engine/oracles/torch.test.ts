import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_NAMES } from '../../../src/engine/create';
import { crossEntropy, crossEntropyPerSample } from '../../../src/engine/crossEntropy';
import type { NamedTensor } from '../../../src/engine/engine';
import { layersOf, parametersOf } from '../../../src/experiment/model';
import type { ModelSpec, ModuleSpec, OptimizerSpec } from '../../../src/experiment/types';
import { assertClose, type Allowance, type Floats } from '../support/assertClose';
import { describeEngines, forward, type Variant, withEngine } from '../support/engines';
import { oneLayer } from '../support/models';
import {
  assertPassClose,
  gamma,
  passAllowance,
  runLayer,
  UNIT_ROUNDOFF,
  type LayerExample,
} from '../support/rounding';
import { assertTrainedClose, train, type Training } from '../support/training';

/**
 * Values that PyTorch 1.13.1 computed (`fixtures/torch/layers.json`, recorded by `layers.py` beside it), against every engine.
 * PyTorch adds in orders of its own, so the tolerances are what rounding can do to sums of so many terms.
 */

/** float32, little-endian, base64. */
interface Encoded {
  readonly shape: readonly number[];
  readonly data: string;
}

interface LayerCase {
  readonly title: string;
  readonly module: ModuleSpec;
  readonly inputShape: readonly number[];
  readonly n: number;
  readonly mask?: readonly number[];
  readonly input: Encoded;
  readonly gradOutput: Encoded;
  readonly output: Encoded;
  readonly gradInput: Encoded;
  /** By `weight` and `bias`. */
  readonly parameters: Readonly<Record<string, Encoded>>;
  readonly gradients: Readonly<Record<string, Encoded>>;
}

interface CrossEntropyCase {
  readonly title: string;
  readonly n: number;
  readonly classes: number;
  readonly logits: Encoded;
  readonly labels: readonly number[];
  readonly perSample: Encoded;
  readonly loss: Encoded;
  readonly gradLogits: Encoded;
}

interface OptimizerCase {
  readonly title: string;
  readonly optimizer: OptimizerSpec;
  readonly lr: number;
  readonly initial: Encoded;
  /** One per step. */
  readonly grads: readonly Encoded[];
  readonly values: readonly Encoded[];
}

interface TrainingCase {
  readonly title: string;
  readonly model: ModelSpec;
  readonly inputShape: readonly number[];
  readonly n: number;
  readonly optimizer: OptimizerSpec;
  readonly lr: number;
  readonly parameters: Readonly<Record<string, Encoded>>;
  readonly inputs: readonly Encoded[];
  readonly labels: readonly (readonly number[])[];
  readonly losses: Encoded;
  readonly final: Readonly<Record<string, Encoded>>;
}

const fixture = JSON.parse(readFileSync(join(__dirname, '../../../fixtures/torch/layers.json'), 'utf8')) as {
  layers: LayerCase[];
  crossEntropy: CrossEntropyCase[];
  optimizers: OptimizerCase[];
  trainings: TrainingCase[];
};

describeEngines(ENGINE_NAMES)('%s computes what PyTorch computed', (engineName) => {
  test.each(fixture.layers)('$module.type $title', async (recorded) => {
    const example = exampleOf(recorded);
    const got = await runLayer(engineName, example);
    const expected = {
      output: decoded(recorded.output).data,
      gradInput: decoded(recorded.gradInput).data,
      gradients: ofLayer(recorded.gradients),
    };
    assertPassClose(got, expected, await passAllowance(example));
  });

  test.each(fixture.optimizers)('ten steps of $title, from given gradients', async (recorded) => {
    const initial = decoded(recorded.initial);
    const got = await optimizerSteps(engineName, recorded, initial, recorded.grads.map(decoded));
    const allowed = await optimizerAllowance(recorded);
    got.forEach((values, step) => {
      close(`after step ${step + 1}`, values, recorded.values[step], allowed(step));
    });
  });

  test.each(fixture.trainings)('ten training steps of a small model: $title', async (recorded) => {
    const training = trainingOf(recorded);
    const expected = {
      losses: decoded(recorded.losses).data,
      parameters: namedTensors(recorded.final),
    };
    await assertTrainedClose('ten steps', await train(engineName, training), expected, training);
  });
});

describe('the loss of all engines is PyTorch’s cross_entropy', () => {
  test.each(fixture.crossEntropy)('$title', ({ n, classes, ...recorded }) => {
    const logits = decoded(recorded.logits).data;
    const labels = Uint8Array.from(recorded.labels);
    const perSample = new Float32Array(n);
    crossEntropyPerSample(logits, labels, n, classes, perSample);
    const gradLogits = new Float32Array(n * classes);
    const loss = crossEntropy(logits, labels, n, classes, gradLogits);

    const rows = Array.from({ length: n }, (_, i) => logSoftmaxErrors(logits, i * classes, classes));
    const because = 'roundings of log-softmax: see logSoftmaxErrors';
    const ofSample = (i: number) => 2 * rows[i].errors[labels[i]];
    close('loss of each sample', perSample, recorded.perSample, { because, at: ofSample });
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
    const meanAllowed = mean(rows.map((_, i) => ofSample(i))) + gamma(n + 1) * mean(Array.from(perSample));
    close('mean loss', Float32Array.of(loss), recorded.loss, {
      because: `${because}; PyTorch adds ${n} losses in float32 and divides`,
      at: () => meanAllowed,
    });
    close('gradient', gradLogits, recorded.gradLogits, {
      because: `${because}; exp within an ulp, its share of the mean, the label's subtraction; subnormals may be lost`,
      at: (index) => {
        const { errors, softmax } = rows[Math.floor(index / classes)];
        const c = index % classes;
        const relative = errors[c] + 4 * UNIT_ROUNDOFF;
        return (2 * (softmax[c] * relative + 2 * UNIT_ROUNDOFF)) / n + 2 ** -126;
      },
    });
  });
});

/**
 * What float32 can make of log-softmax, d − log Σ exp(d) with d = logit − maximum, in units of u: |d| for its own subtraction; the
 * mean of |d| under softmax, as a rounded d is what exp is taken of; 2 + classes for exp (an ulp) and the sum; 2 |log Σ| for log (an
 * ulp); and |log-softmax| for the last subtraction.
 */
function logSoftmaxErrors(
  logits: Float32Array,
  row: number,
  classes: number,
): { errors: number[]; softmax: number[] } {
  const values = Array.from(logits.subarray(row, row + classes));
  const distances = values.map((value) => value - Math.max(...values));
  const sum = distances.reduce((total, d) => total + Math.exp(d), 0);
  const softmax = distances.map((d) => Math.exp(d) / sum);
  const meanDistance = distances.reduce((total, d, c) => total - d * softmax[c], 0);
  const errors = distances.map((d) => {
    const roundings = -d + meanDistance + 2 + classes + 2 * Math.log(sum) + (Math.log(sum) - d);
    return roundings * UNIT_ROUNDOFF;
  });
  return { errors, softmax };
}

/** A Linear on the input 1, n = 1: the gradient of its weight, and of its bias, is the gradient of its output. */
async function optimizerSteps(
  engineName: Variant,
  { optimizer, lr }: OptimizerCase,
  initial: Floats,
  grads: readonly Floats[],
): Promise<Float32Array[]> {
  const outFeatures = initial.data.length;
  const layers = oneLayer({ name: 'layer', type: 'Linear', inFeatures: 1, outFeatures }, [1]);
  return withEngine(engineName, { layers, optimizer, maxBatch: 1 }, (engine) => {
    engine.setParameters(parametersOf(layers).map((parameter) => ({ ...parameter, data: initial.data })));
    return grads.map(({ data }) => {
      forward(engine, 1, Float32Array.of(1));
      engine.backward(data);
      engine.step(lr);
      const [weight, bias] = engine.getParameters();
      expect(weight.data).toEqual(bias.data);
      return weight.data;
    });
  });
}

/**
 * Of T steps of one optimizer: the first moment takes 3 roundings a step, relative to what it is without cancellation; the second one,
 * under a root, 2; the update 6 more; adding it to the parameter, one of the parameter's size. How far the parameter moves without
 * cancellation is seen from gradients without signs.
 */
async function optimizerAllowance(recorded: OptimizerCase): Promise<(step: number) => Allowance> {
  const { initial, grads } = recorded;
  const origin = { ...decoded(initial), data: decoded(initial).data.fill(0) };
  const magnitudes = grads.map((grad) => ({ ...decoded(grad), data: decoded(grad).data.map(Math.abs) }));
  const moved = await optimizerSteps('reference', recorded, origin, magnitudes);
  const start = decoded(initial).data;
  return (step) => ({
    because: `roundings of ${step + 1} optimizer steps, each relative to its sum without cancellation`,
    at: (index) => {
      const way = Math.abs(moved[step][index]);
      const steps = step + 1;
      return 2 * (gamma(5 * steps + 6) * way + gamma(steps) * (Math.abs(start[index]) + way));
    },
  });
}

function exampleOf({ module, inputShape, n, ...recorded }: LayerCase): LayerExample {
  return {
    layer: oneLayer(module, inputShape)[0],
    n,
    input: decoded(recorded.input).data,
    parameters: namedTensors(recorded.parameters).map((tensor) => ({
      ...tensor,
      name: `layer.${tensor.name}`,
    })),
    gradOutput: decoded(recorded.gradOutput).data,
    masks: recorded.mask && [Uint8Array.from(recorded.mask)],
  };
}

function trainingOf({ model, inputShape, labels, inputs, ...recorded }: TrainingCase): Training {
  return {
    layers: layersOf(model, inputShape),
    optimizer: recorded.optimizer,
    lr: recorded.lr,
    n: recorded.n,
    parameters: namedTensors(recorded.parameters),
    batches: inputs.map((input, i) => ({
      input: decoded(input).data,
      labels: Uint8Array.from(labels[i]),
      masks: [],
    })),
  };
}

function ofLayer(tensors: Readonly<Record<string, Encoded>>): NamedTensor[] {
  return namedTensors(tensors).map((tensor) => ({ ...tensor, name: `layer.${tensor.name}` }));
}

function namedTensors(tensors: Readonly<Record<string, Encoded>>): NamedTensor[] {
  return Object.entries(tensors).map(([name, encoded]) => ({ name, ...decoded(encoded) }));
}

function decoded({ shape, data }: Encoded): Floats {
  const bytes = Buffer.from(data, 'base64');
  return { shape, data: Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i)) };
}

function close(what: string, got: Float32Array, expected: Encoded, allowance: Allowance): void {
  assertClose(what, { shape: expected.shape, data: got }, decoded(expected), allowance);
}
