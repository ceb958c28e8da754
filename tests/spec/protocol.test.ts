import type { Engine } from '../../src/engine/engine';
import { createReferenceEngine } from '../../src/engine/reference';
import { sha256OfFloats } from '../../src/base/f32';
import { randomInt64 } from '../../src/pytorch/random/draws';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { sizeOf } from '../../src/experiment/model';
import type { Shape } from '../../src/experiment/types';
import { Batches } from '../../src/train/batches';
import { trainEpoch } from '../../src/train/epoch';
import { evaluate } from '../../src/train/evaluate';
import { specs } from './experiments';
import { numberedImages, RecordingEngine, type Call } from './recordingEngine';

describe.each(specs)('$name: the training protocol', ({ experiment, layers }) => {
  const { data, training, optimizer } = experiment;
  const { batchSize } = training;
  const [lr] = training.lrs;
  const batches = Math.ceil(data.trainCount / batchSize);
  const lastBatch = data.trainCount - (batches - 1) * batchSize;
  const dropouts = layers.flatMap((layer) => (layer.type === 'Dropout' ? [layer] : []));
  /** Of the size that the model takes, or just big enough for their numbers. */
  const imagesOf = (count: number, shape?: Shape): Batches =>
    new Batches(numberedImages(data.classes, count, shape), data.normalisation);
  const size = data.inputShape.slice(1);

  describe('two epochs of training', () => {
    let epochs: { losses: number[]; calls: Call[]; order: number[] }[];

    beforeAll(() => {
      const images = imagesOf(data.trainCount);
      const generator = new Mt19937(1);
      epochs = [1, 2].map(() => {
        const engine = new RecordingEngine(data, batchSize);
        const losses = [...trainEpoch(engine, layers, images, batchSize, lr, generator)];
        return { losses, calls: engine.calls, order: engine.calls.flatMap((call) => call.images ?? []) };
      });
    });

    test(`have ${batches} batches each, of ${batchSize} images, the last of ${lastBatch}`, () => {
      for (const { calls } of epochs) {
        const sizes = calls.flatMap(({ images }) => (images ? [images.length] : []));
        expect(sizes).toEqual([...Array<number>(batches - 1).fill(batchSize), lastBatch]);
      }
    });

    test('take each image once', () => {
      for (const { order } of epochs) {
        const sorted = [...order].sort((a, b) => a - b);
        expect(sorted).toEqual(Array.from({ length: data.trainCount }, (_, image) => image));
      }
    });

    test('take the images in other orders', () => {
      // Two shuffles agree in one place on average, and in more than 10 with a chance of 1 in 100 million.
      const [first, second] = epochs.map(({ order }) => order);
      expect(first.filter((image, place) => image === second[place]).length).toBeLessThanOrEqual(10);
      expect(first.filter((image, place) => image === place).length).toBeLessThanOrEqual(10);
    });

    test('give each image its own label', () => {
      // The engine answers a logit of 1 for the label of the image that it was given, and 0 for the others.
      const loss = Math.log(Math.E + data.classes - 1) - 1;
      for (const { losses } of epochs) {
        expect(losses.filter((value) => Math.abs(value - loss) > 1e-5)).toEqual([]);
      }
    });

    test('go forward, back, and take a step with the learning rate, batch by batch', () => {
      const cycle = ['forward', 'backward', `step ${lr}`];
      for (const { calls } of epochs) {
        const done = calls.map((call) => (call.lr === undefined ? call.what : `${call.what} ${call.lr}`));
        expect(done).toEqual(Array.from({ length: batches }, () => cycle).flat());
      }
    });

    test(`drop out in ${dropouts.length} places, anew in each batch, ${dropouts.map(({ p }) => p).join(' and ')} of all values`, () => {
      const kept = epochs.flatMap(({ calls }) => calls.flatMap((call) => (call.kept ? [call.kept] : [])));
      expect(kept.map((counts) => counts.length)).toEqual(Array<number>(2 * batches).fill(dropouts.length));
      for (const [index, { p, outputShape }] of dropouts.entries()) {
        const drawn = 2 * data.trainCount * sizeOf(outputShape);
        const share = kept.reduce((sum, counts) => sum + counts[index], 0) / drawn;
        // Five standard deviations of a binomial share.
        expect(Math.abs(share - (1 - p))).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / drawn));
        expect(new Set(kept.map((counts) => counts[index])).size).toBeGreaterThan(1);
      }
    });
  });

  describe('an evaluation', () => {
    const count = 2 * batchSize + 3;

    test('takes each image once, in order, without dropout, and learns nothing', () => {
      const engine = new RecordingEngine(data, batchSize);
      const result = finish(evaluate(engine, imagesOf(count), data.classes, batchSize, new Mt19937(1)));
      expect(engine.calls.flatMap(({ images }) => images ?? [])).toEqual(
        Array.from({ length: count }, (_, i) => i),
      );
      expect(engine.calls.map(({ what, kept }) => ({ what, kept }))).toEqual(
        Array(3).fill({ what: 'forward' }),
      );
      expect(result).toMatchObject({ correctCount: count, testCount: count });
      expect(result.testLoss).toBeCloseTo(Math.log(Math.E + data.classes - 1) - 1, 5);
    });

    test('changes no weight and no memory of the optimizer, and draws one number', async () => {
      const engine = await createReferenceEngine({ layers, optimizer, maxBatch: 2 });
      const generator = new Mt19937(1);
      engine.setParameters(initialParameters(layers, generator));
      finish(trainEpoch(engine, layers, imagesOf(3, size), 2, lr, generator));
      const state = stateOf(engine);
      const after = Mt19937.fromState(generator.getState());
      randomInt64(after);

      finish(evaluate(engine, imagesOf(3, size), data.classes, 2, generator));
      expect(stateOf(engine)).toEqual(state);
      expect(generator.getState()).toEqual(after.getState());
      await engine.close();
    });

    test('has the same result however many images go forward together', async () => {
      const engine = await createReferenceEngine({ layers, optimizer, maxBatch: 5 });
      engine.setParameters(initialParameters(layers, new Mt19937(1)));
      const [one, ...others] = [1, 2, 5].map((chunk) =>
        finish(evaluate(engine, imagesOf(5, size), data.classes, chunk, new Mt19937(1))),
      );
      expect(others).toEqual([one, one]);
      await engine.close();
    });
  });
});

/** Runs a generator to its end, for what it returns. */
function finish<T>(generator: Generator<number, T>): T {
  for (;;) {
    const result = generator.next();
    if (result.done === true) return result.value;
  }
}

/** All that training changes in an engine, as digests. */
function stateOf(engine: Engine): Record<string, string | number> {
  const { stepCount, buffers } = engine.getOptimizerState();
  const tensors = [...engine.getParameters(), ...buffers];
  return {
    stepCount,
    ...Object.fromEntries(tensors.map(({ name, data }) => [name, sha256OfFloats([data])])),
  };
}
