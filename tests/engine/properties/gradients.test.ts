import { ENGINE_NAMES } from '../../../src/engine/create';
import { crossEntropy } from '../../../src/engine/crossEntropy';
import type { EngineOptions, NamedTensor } from '../../../src/engine/engine';
import { layersOf, parametersOf } from '../../../src/experiment/model';
import type { Layer, ModuleSpec } from '../../../src/experiment/types';
import { assertClose, vector } from '../support/assertClose';
import { forward, inputSize, masksOf, outputSize, variantsOf, withEngine } from '../support/engines';
import { analyse, exact, type Uncertain, uncertainCrossEntropy } from '../support/errorAnalysis';
import { crossEntropyRows64, type Float64Parameters, run64 } from '../support/float64';
import { type Model, models, modelsOf, vectorShapes } from '../support/models';
import { fc, property } from '../support/property';
import { filled, filledLike, type Filling, fillings, seeds } from '../support/values';

/**
 * Gradients of every engine against central differences of an independent float64 implementation. Nothing in the tolerance is
 * tuned: it is what errorAnalysis.ts derives for float32, plus the difference's own error:
 *
 *  - truncation: (D(2h) − D(h))/3 to leading order; three times that is allowed. Along one parameter, everything before the loss
 *    is linear between two kinks, so this is 0 for a linear loss.
 *  - rounding: the analysis with 2⁻⁵³ for 2⁻²⁴, divided by h.
 *
 * Kinks: an example in which ReLU or MaxPool2d choose otherwise within ±2h, or where rounding could make float32 choose otherwise,
 * is not used; random values rarely make one.
 */
const H = 2 ** -20;
/** Elements of each tensor that are held against a difference. */
const SAMPLED = 6;

interface Example {
  readonly layers: readonly Layer[];
  readonly n: number;
  readonly input: Float32Array;
  readonly parameters: readonly NamedTensor[];
  readonly masks: Uint8Array[];
}

/** A scalar function of the output, its gradient with bounds, and the error bound of its value in float32. */
interface Head {
  of64(output: Float64Array): number;
  /** What an engine's backward is given for its output. */
  gradOutput(output: Float32Array): Float32Array;
  bounds(output: Uncertain): { gradOutput: Uncertain; lossError: number };
}

async function gradientsAreRight(
  { layers, n, input, parameters, masks }: Example,
  head: Head,
): Promise<void> {
  const parameters64: Float64Parameters = new Map(
    parameters.map(({ name, data }) => [name, Float64Array.from(data)]),
  );
  const input64 = Float64Array.from(input);
  const analysis = analyse(layers, parameters64, input, n, masks);
  fc.pre(analysis.sameChoices);
  const { gradOutput, lossError } = head.bounds(analysis.output);
  const { gradInput, gradients } = analysis.backward(gradOutput);
  const { choices } = run64(layers, parameters64, input64, n, masks);

  const tensors = [
    { name: 'the input', values: input64, bound: gradInput },
    ...parameters.map(({ name }) => ({ name, values: parameters64.get(name), bound: gradients.get(name) })),
  ].map(({ name, values, bound }) => {
    if (values === undefined || bound === undefined) throw new RangeError(name);
    const step = Math.max(1, Math.floor(values.length / SAMPLED));
    const indices = Array.from(values.keys()).filter((i) => i % step === 0);
    const differences = indices.map((i) => difference(values, i));
    return { name, indices, differences, errors: indices.map((i) => bound.error[i]) };
  });

  function difference(values: Float64Array, i: number): { value: number; truncation: number } {
    const at = values[i];
    const lossAt = (x: number): number => {
      values[i] = x;
      const run = run64(layers, parameters64, input64, n, masks);
      const loss = head.of64(run.values[layers.length]);
      values[i] = at;
      fc.pre(run.choices === choices);
      return loss;
    };
    const central = (h: number): number => (lossAt(at + h) - lossAt(at - h)) / (2 * h);
    const value = central(H);
    return { value, truncation: Math.abs(central(2 * H) - value) };
  }

  const options: EngineOptions = {
    layers,
    optimizer: { type: 'SGD', momentum: 0 },
    maxBatch: n,
    inputGradient: true,
  };
  for (const name of ENGINE_NAMES.flatMap(variantsOf)) {
    const got = await withEngine(name, options, (engine) => {
      engine.setParameters(parameters);
      engine.backward(head.gradOutput(forward(engine, n, input, masks)));
      return [engine.getInputGradient(), ...engine.getGradients().map(({ data }) => data)];
    });
    tensors.forEach((tensor, t) => {
      assertClose(
        `${name}: gradient of ${tensor.name} at ${tensor.indices.join()}`,
        vector(Float32Array.from(tensor.indices, (i) => got[t][i])),
        vector(Float64Array.from(tensor.differences, ({ value }) => value)),
        {
          because: 'rounding of float32 (errorAnalysis.ts), truncation and rounding of the difference',
          at: (i) => tensor.errors[i] + tensor.differences[i].truncation + (lossError * 2 ** -29) / H,
        },
      );
    });
  }
}

const ordinary = fillings('ordinary');

/** Σ output · y for random y: a linear loss, whose gradient is y. */
function linearHead(y: Float32Array): Head {
  return {
    of64: (output) => output.reduce((sum, value, i) => sum + value * y[i], 0),
    gradOutput: () => y,
    bounds: ({ value, error }) => ({
      gradOutput: exact(y),
      // Each product's error, and as many roundings of the sum as it has terms.
      lossError: value.reduce(
        (sum, x, i) => sum + Math.abs(y[i]) * (error[i] + (value.length + 1) * 2 ** -24 * Math.abs(x)),
        0,
      ),
    }),
  };
}

async function layersAreRight(
  { layers }: { layers: readonly Layer[] },
  n: number,
  input: Filling,
  seed: number,
): Promise<void> {
  const example: Example = {
    layers,
    n,
    input: filled(input, n * inputSize(layers)),
    parameters: filledLike({ ...input, seed }, parametersOf(layers)),
    masks: masksOf(layers, n, seed),
  };
  await gradientsAreRight(example, linearHead(filled({ ...input, seed: seed + 1 }, n * outputSize(layers))));
}

/** Each element costs the float64 implementation four runs. */
const isSmall = ({ batchLimit }: Model): boolean => batchLimit >= 20;
const batches = fc.constantFrom(1, 2, 3);

describe(`${ENGINE_NAMES.join(', ')}: gradients against float64 differences`, () => {
  const kinds = ['Conv2d', 'MaxPool2d', 'Linear', 'ReLU', 'Dropout', 'Conv2d, ReLU, MaxPool2d'] as const;
  for (const kind of kinds) {
    const shapes = kind === 'Linear' ? modelsOf(kind, vectorShapes) : modelsOf(kind);
    const smallOnes = shapes.filter(isSmall);
    property.prop([smallOnes, batches, ordinary, seeds], { numRuns: 12 })(`of ${kind}`, layersAreRight);
  }

  const smallModels = models.filter(isSmall);
  property.prop([smallModels, batches, ordinary, seeds], { numRuns: 20 })(
    'of any small model',
    layersAreRight,
  );

  const sizes = fc.record({
    channels: fc.integer({ min: 1, max: 2 }),
    height: fc.integer({ min: 6, max: 8 }),
    width: fc.integer({ min: 6, max: 8 }),
    conv1: fc.integer({ min: 1, max: 3 }),
    conv2: fc.integer({ min: 1, max: 3 }),
    hidden: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 2, max: 5 }),
    n: batches,
  });

  property.prop([sizes, ordinary, seeds], { numRuns: 15 })(
    'of a whole network with cross-entropy',
    async ({ channels, height, width, conv1, conv2, hidden, classes, n }, input, seed) => {
      const area = Math.floor(Math.floor(height / 2) / 2) * Math.floor(Math.floor(width / 2) / 2);
      const modules: ModuleSpec[] = [
        {
          name: 'conv1',
          type: 'Conv2d',
          inChannels: channels,
          outChannels: conv1,
          kernelSize: [3, 3],
          padding: [1, 1],
        },
        {
          name: 'conv2',
          type: 'Conv2d',
          inChannels: conv1,
          outChannels: conv2,
          kernelSize: [3, 3],
          padding: [1, 1],
        },
        { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
        { name: 'relu', type: 'ReLU' },
        { name: 'dropout', type: 'Dropout', p: 0.25 },
        { name: 'fc1', type: 'Linear', inFeatures: conv2 * area, outFeatures: hidden },
        { name: 'fc2', type: 'Linear', inFeatures: hidden, outFeatures: classes },
      ];
      const forwardCalls = 'conv1 relu pool conv2 relu pool flatten fc1 relu dropout fc2'.split(' ');
      const layers = layersOf({ name: 'Net', modules, forward: forwardCalls }, [channels, height, width]);
      const labels = Uint8Array.from({ length: n }, (_, i) => (seed + i) % classes);
      const example: Example = {
        layers,
        n,
        input: filled(input, n * inputSize(layers)),
        parameters: filledLike({ ...input, seed }, parametersOf(layers)),
        masks: masksOf(layers, n, seed),
      };
      await gradientsAreRight(example, {
        of64: (output) =>
          crossEntropyRows64(output, labels, classes).reduce((sum, loss) => sum + loss, 0) / n,
        gradOutput: (output) => {
          const grad = new Float32Array(n * classes);
          crossEntropy(output, labels, n, classes, grad);
          return grad;
        },
        bounds: (output) => uncertainCrossEntropy(output, labels, classes),
      });
    },
  );
});
