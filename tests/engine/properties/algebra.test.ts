import { ENGINE_NAMES } from '../../../src/engine/create';
import { BITWISE_ENGINES, type Engine, type NamedTensor } from '../../../src/engine/engine';
import { isWeighted, type WeightedLayer } from '../../../src/engine/parameters';
import { parametersOf, sizeOf } from '../../../src/experiment/model';
import type { Layer } from '../../../src/experiment/types';
import { type Allowance, assertClose, vector } from '../support/assertClose';
import { expectSameBits } from '../support/compare';
import {
  describeEngines,
  forward,
  inputSize,
  outputSize,
  pass,
  variantsOf,
  withEngine,
} from '../support/engines';
import { forEachOfWindows, forEachProduct } from '../support/float64';
import { counts, models, modelsOf, oneLayer, vectorShapes } from '../support/models';
import { fc, property } from '../support/property';
import { exactly, gamma } from '../support/rounding';
import { filled, filledLike, fillings, maskOf, seeds } from '../support/values';

/** What the layers are in algebra, whatever order they are computed in, on every engine. */

const batches = fc.integer({ min: 1, max: 3 });
const small = fc.integer({ min: 1, max: 4 });

/** A single Conv2d, or a single Linear, with a batch that the loops of this file can afford. */
const weightedLayers: fc.Arbitrary<WeightedLayer> = fc
  .oneof(modelsOf('Conv2d'), modelsOf('Linear', vectorShapes))
  .filter(({ batchLimit }) => batchLimit >= 10)
  .map(({ layers }) => layers.filter(isWeighted)[0]);

/** Σ |input · weight| of each output; and how many roundings its longest chain can have. */
function sums(
  layer: WeightedLayer,
  n: number,
  input: Float32Array,
  weight: Float32Array,
): { magnitudes: Float64Array; roundings: number } {
  const magnitudes = new Float64Array(n * sizeOf(layer.outputShape));
  const terms = new Int32Array(magnitudes.length);
  forEachProduct(layer, n, (o, i, w) => {
    magnitudes[o] += Math.abs(input[i] * weight[w]);
    terms[o]++;
  });
  return { magnitudes, roundings: Math.max(...terms) + 2 };
}

function weightOnly(layer: WeightedLayer, weight: Float32Array): NamedTensor[] {
  const [weights, biases] = parametersOf([layer]);
  return [
    { ...weights, data: weight },
    { ...biases, data: new Float32Array(sizeOf(biases.shape)) },
  ];
}

function weightSize(layer: WeightedLayer): number {
  return sizeOf(parametersOf([layer])[0].shape);
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, x, i) => sum + x * b[i], 0);

describeEngines(ENGINE_NAMES)('%s', (name) => {
  const sameBits = BITWISE_ENGINES.flatMap(variantsOf).includes(name);

  async function use<T>(layers: readonly Layer[], n: number, work: (engine: Engine) => T): Promise<T> {
    return withEngine(
      name,
      { layers, optimizer: { type: 'SGD', momentum: 0 }, maxBatch: n, inputGradient: true },
      work,
    );
  }

  describe('Conv2d and Linear', () => {
    /** `short` values, so that their sums with small factors are exact: all rounding is the layer's. */
    const short = fillings('short');

    property.prop([weightedLayers, batches, short, seeds, small, small], { numRuns: 20 })(
      'are linear in the input and in the weight',
      async (layer, n, filling, seed, a, b) => {
        const combine = (x: Float32Array, y: Float32Array): Float32Array =>
          x.map((value, i) => a * value - b * y[i]);
        const of = (length: number, offset: number): Float32Array =>
          filled({ ...filling, seed: seed + offset }, length);
        const [x, x2] = [of(n * inputSize([layer]), 0), of(n * inputSize([layer]), 1)];
        const [w, w2] = [of(weightSize(layer), 2), of(weightSize(layer), 3)];
        await use([layer], n, (engine) => {
          const out = (input: Float32Array, weight: Float32Array): Float32Array => {
            engine.setParameters(weightOnly(layer, weight));
            return forward(engine, n, input);
          };
          const check = (what: string, pairs: [Float32Array, Float32Array][]): void => {
            const [whole, first, second] = pairs.map(([input, weight]) => out(input, weight));
            const [s, s1, s2] = pairs.map(([input, weight]) => sums(layer, n, input, weight));
            const wanted = Float64Array.from(first, (value, i) => a * value - b * second[i]);
            assertClose(what, vector(whole), vector(wanted), {
              because: 'γ · Σ|products| of each of the three',
              at: (i) => gamma(s.roundings) * (s.magnitudes[i] + a * s1.magnitudes[i] + b * s2.magnitudes[i]),
            });
          };
          check('of a·x − b·y', [
            [combine(x, x2), w],
            [x, w],
            [x2, w],
          ]);
          check('with a·v − b·w', [
            [x, combine(w, w2)],
            [x, w],
            [x, w2],
          ]);
        });
      },
    );

    property.prop([weightedLayers, batches, fillings('ordinary', 'sparse'), seeds], { numRuns: 30 })(
      'have adjoints: ⟨layer(x, w), y⟩ = ⟨x, input gradient(y, w)⟩ = ⟨w, weight gradient(x, y)⟩',
      async (layer, n, filling, seed) => {
        const x = filled(filling, n * inputSize([layer]));
        const y = filled({ ...filling, seed }, n * outputSize([layer]));
        const w = filled({ ...filling, seed: seed + 1 }, weightSize(layer));
        const { output, gradInput, gradients } = await use([layer], n, (engine) => {
          engine.setParameters(weightOnly(layer, w));
          return pass(engine, n, x, y);
        });
        // All three are Σ x · w · y over the same products, in sums of at most `terms` of them.
        let magnitude = 0;
        forEachProduct(layer, n, (o, i, k) => (magnitude += Math.abs(x[i] * w[k] * y[o])));
        const terms = Math.max(weightSize(layer), y.length) + 2;
        const allowed = 2 * gamma(terms) * magnitude;
        const because = 'γ · Σ|x · w · y| on each side';
        const close = (what: string, got: number, wanted: number): void => {
          // The inner products are summed in float64, and compared there.
          const difference = Math.abs(got - wanted);
          if (!(difference <= allowed)) {
            throw new Error(
              `${what}: ${got} and ${wanted} differ by ${difference}; allowed ${allowed}, ${because}`,
            );
          }
        };
        close('⟨x, input gradient⟩', dot(x, gradInput), dot(output, y));
        close('⟨w, weight gradient⟩', dot(w, gradients[0].data), dot(output, y));
      },
    );

    property.prop([counts, counts, small, small, batches, fillings('ordinary', 'sparse')], { numRuns: 20 })(
      'are one for a 1×1 kernel: a matrix product at every pixel',
      async (inChannels, outChannels, height, width, n, filling) => {
        const area = height * width;
        const conv = oneLayer(
          { name: 'a', type: 'Conv2d', inChannels, outChannels, kernelSize: [1, 1], padding: [0, 0] },
          [inChannels, height, width],
        );
        const linear = oneLayer(
          { name: 'a', type: 'Linear', inFeatures: inChannels, outFeatures: outChannels },
          [inChannels],
        );
        const images = filled(filling, n * inChannels * area);
        const pixels = transposed(images, inChannels, area);
        const parameters = filledLike({ ...filling, seed: filling.seed + 1 }, parametersOf(linear));
        const product = await use(linear, n * area, (engine) => {
          engine.setParameters(parameters);
          return forward(engine, n * area, pixels);
        });
        const output = await use(conv, n, (engine) => {
          const [{ data }, bias] = parameters;
          engine.setParameters([{ name: 'a.weight', shape: [outChannels, inChannels, 1, 1], data }, bias]);
          return forward(engine, n, images);
        });
        const got = transposed(output, outChannels, area);
        // Up to 65 inputs, both sum bias + (chain over the inputs) in one order.
        if (sameBits) expectSameBits('1×1 Conv2d', got, product);
        const { magnitudes, roundings } = sums(
          linear[0] as WeightedLayer,
          n * area,
          pixels,
          parameters[0].data,
        );
        assertClose('1×1 Conv2d', vector(got), vector(product), {
          because: 'γ · (|bias| + Σ|products|) on each side',
          at: (i) => 2 * gamma(roundings) * (magnitudes[i] + Math.abs(parameters[1].data[i % outChannels])),
        });
      },
    );
  });

  const contents = sameBits ? fillings('integers', 'ordinary', 'laced') : fillings('integers', 'ordinary');
  property.prop([modelsOf('Conv2d'), contents, fc.nat(3), fc.nat(3)], {
    numRuns: 30,
  })('Conv2d moves with its input, away from the borders', async ({ layers }, filling, down, right) => {
    const [layer] = layers;
    if (layer.type !== 'Conv2d') throw new TypeError('not a Conv2d');
    const [channels, height, width] = layer.inputShape;
    const [outChannels, outHeight, outWidth] = layer.outputShape;
    const image = filled(filling, sizeOf(layer.inputShape));
    const moved = new Float32Array(image.length);
    for (let c = 0; c < channels; c++) {
      for (let y = down; y < height; y++) {
        for (let x = right; x < width; x++) {
          moved[(c * height + y) * width + x] = image[(c * height + y - down) * width + x - right];
        }
      }
    }
    const parameters = filledLike({ ...filling, seed: filling.seed + 1 }, parametersOf(layers));
    const [before, after] = await use(layers, 1, (engine) => {
      engine.setParameters(parameters);
      return [forward(engine, 1, image), forward(engine, 1, moved)];
    });
    const { magnitudes, roundings } = sums(layer, 1, image, parameters[0].data);
    const [got, wanted, allowed]: number[][] = [[], [], []];
    const whole = (at: number, size: number, kernel: number, padding: number, shift: number): boolean =>
      at - padding >= shift && at - padding + kernel <= size;
    for (let co = 0; co < outChannels; co++) {
      for (let y = down; y < outHeight; y++) {
        if (!whole(y, height, layer.kernelSize[0], layer.padding[0], down)) continue;
        for (let x = right; x < outWidth; x++) {
          if (!whole(x, width, layer.kernelSize[1], layer.padding[1], right)) continue;
          got.push(after[(co * outHeight + y) * outWidth + x]);
          const from = (co * outHeight + y - down) * outWidth + x - right;
          wanted.push(before[from]);
          allowed.push(2 * gamma(roundings) * (magnitudes[from] + Math.abs(parameters[1].data[co])));
        }
      }
    }
    fc.pre(got.length > 0);
    const [moves, stays] = [Float32Array.from(got), Float32Array.from(wanted)];
    if (sameBits)
      expectSameBits('moved', moves, stays); // the same numbers in the same order
    else
      assertClose('moved', vector(moves), vector(stays), {
        because: 'γ on each side',
        at: (i) => allowed[i],
      });
  });

  describe('MaxPool2d', () => {
    property.prop([modelsOf('MaxPool2d'), batches, fillings('integers', 'ordinary', 'large'), seeds], {
      numRuns: 30,
    })(
      'takes the maximum; its gradient goes to the first maximum and nowhere else, so sums are kept',
      async ({ layers }, n, filling, seed) => {
        const [layer] = layers;
        if (layer.type !== 'MaxPool2d') throw new TypeError('not a MaxPool2d');
        const x = filled(filling, n * inputSize(layers));
        const y = filled({ palette: 'short', seed }, n * outputSize(layers));
        const { output, gradInput } = await use(layers, n, (engine) => pass(engine, n, x, y));
        const windows = Array.from(y, (): number[] => []);
        forEachOfWindows(layer, n, (o, i) => windows[o].push(i));
        const wanted = new Float32Array(x.length);
        windows.forEach((window, o) => {
          const values = window.map((i) => x[i]);
          const maximum = Math.max(...values);
          expect(output[o] === maximum).toBe(true);
          wanted[window[values.indexOf(maximum)]] = y[o];
        });
        assertClose('gradient of the input', vector(gradInput), vector(wanted), exactly);
        const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0); // `short`: exact
        expect(sum(gradInput)).toBe(sum(y));
      },
    );
  });

  describe('ReLU', () => {
    property.prop([modelsOf('ReLU'), batches, fillings('integers', 'ordinary', 'large'), seeds], {
      numRuns: 15,
    })(
      'is the positive part; its gradient is the gradient where that is not 0',
      async ({ layers }, n, filling, seed) => {
        const x = filled(filling, n * inputSize(layers));
        const y = filled({ palette: 'ordinary', seed }, x.length);
        const { output, gradInput } = await use(layers, n, (engine) => pass(engine, n, x, y));
        assertClose('output', vector(output), vector(x.map((value) => Math.max(value, 0))), exactly);
        const passed = y.map((grad, i) => (x[i] > 0 ? grad : 0));
        assertClose('gradient of the input', vector(gradInput), vector(passed), exactly);
      },
    );
  });

  describe('Dropout', () => {
    const cases = fc.oneof(modelsOf('Dropout'), modelsOf('Dropout', vectorShapes));
    const ordinary = fillings('ordinary', 'integers');

    property.prop([cases, batches, ordinary, seeds], { numRuns: 20 })(
      'scales what the mask keeps by 1/(1 − p), forward and backward, and drops the rest',
      async ({ layers }, n, filling, seed) => {
        const [layer] = layers;
        if (layer.type !== 'Dropout') throw new TypeError('not a Dropout');
        const x = filled(filling, n * inputSize(layers));
        const y = filled({ ...filling, seed }, x.length);
        const mask = maskOf(seed, layer.p, x.length);
        const { output, gradInput } = await use(layers, n, (engine) => pass(engine, n, x, y, [mask]));
        const check = (what: string, got: Float32Array, from: Float32Array): void => {
          const wanted = Float64Array.from(from, (value, i) => (mask[i] * value) / (1 - layer.p));
          const allowance: Allowance = {
            because: 'γ(3): roundings of the scale and of the product',
            at: (i) => gamma(3) * Math.abs(wanted[i]),
          };
          assertClose(what, vector(got), vector(wanted), allowance);
        };
        check('output', output, x);
        check('gradient of the input', gradInput, y);
      },
    );

    property.prop([cases, batches, fillings('integers', 'ordinary', 'large', 'subnormal'), seeds], {
      numRuns: 20,
    })(
      'is exactly the identity in evaluation, also right after training',
      async ({ layers }, n, filling, seed) => {
        const x = filled(filling, n * inputSize(layers));
        const y = filled({ ...filling, seed }, x.length);
        await use(layers, n, (engine) => {
          pass(engine, n, x, y, [maskOf(seed, 0.5, x.length)]);
          const { output, gradInput } = pass(engine, n, x, y);
          assertClose('output', vector(output), vector(x), exactly);
          assertClose('gradient of the input', vector(gradInput), vector(y), exactly);
        });
      },
    );
  });

  property.prop([models, fillings('ordinary'), seeds], { numRuns: 20 })(
    'an evaluation changes no parameter and no state',
    async ({ layers, batchLimit }, filling, seed) => {
      const n = Math.min(3, batchLimit);
      await use(layers, n, (engine) => {
        engine.setParameters(filledLike({ ...filling, seed }, parametersOf(layers)));
        const [parameters, state] = [engine.getParameters(), engine.getOptimizerState()];
        const input = filled(filling, n * inputSize(layers));
        const first = forward(engine, n, input);
        expectSameBits('the same evaluation again', forward(engine, n, input), first);
        expect(engine.getParameters()).toEqual(parameters);
        expect(engine.getOptimizerState()).toEqual(state);
      });
    },
  );
});

/** [N, rows, columns] → [N, columns, rows] */
function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, at) => {
    const [column, row] = [Math.floor(at / rows) % columns, at % rows];
    return values[(Math.floor(at / (rows * columns)) * rows + row) * columns + column];
  });
}
