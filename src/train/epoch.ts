import type { Engine } from '../engine/engine';
import { lossOf } from '../engine/loss';
import { dropoutMask, randomInt64, randperm } from '../pytorch/random/draws';
import { Mt19937 } from '../pytorch/random/mt19937';
import { sizeOf } from '../experiment/model';
import { DEFAULT_RNG, type Rng } from '../experiment/rng';
import type { Arithmetic, Experiment, Layer } from '../experiment/types';
import type { Batches } from './batches';

/** What training asks of an engine. */
export type TrainableEngine = Pick<Engine, 'input' | 'forward' | 'backward' | 'step'>;

/** Where an epoch is: its images come in the order that the sampler's seed decides. */
export interface EpochPosition {
  readonly samplerSeed: bigint;
  /** Steps done. */
  readonly step: number;
}

/** The beginning of the next epoch; draws the iterator's base seed, then the sampler's seed. */
export function epochStart(generator: Mt19937): EpochPosition {
  randomInt64(generator);
  return { samplerSeed: randomInt64(generator), step: 0 };
}

/**
 * One epoch of training: each image once, in an order of its own; the last batch is smaller when the batch size does not divide
 * the number of images. Yields after every step, so that the caller decides when to go on.
 *
 * Draws from `generator` what PyTorch draws: the iterator's base seed, the sampler's seed, then each batch's dropout masks in the
 * order of the forward pass.
 *
 * @param engine for batches of at least `batchSize`
 * @param from where to go on from in an epoch that was begun before, with `generator` as it was there
 * @yields the mean loss of the step's batch, a float32 value
 */
export function* trainEpoch(
  engine: TrainableEngine,
  layers: readonly Layer[],
  batches: Batches,
  batchSize: number,
  lr: number,
  generator: Mt19937,
  rng: Rng = DEFAULT_RNG,
  from: EpochPosition = epochStart(generator),
  arithmetic?: Arithmetic,
): Generator<number, void> {
  const { crossEntropy } = lossOf(arithmetic);
  const classes = sizeOf(layers[layers.length - 1].outputShape);
  const labels = new Uint8Array(batchSize);
  const gradOutput = new Float32Array(batchSize * classes);
  const dropouts = layers
    .filter((layer) => layer.type === 'Dropout')
    .map(({ p, outputShape }) => ({
      p,
      size: sizeOf(outputShape),
      mask: new Uint8Array(batchSize * sizeOf(outputShape)),
    }));

  const order = randperm(new Mt19937(from.samplerSeed), batches.count);
  for (let start = from.step * batchSize; start < batches.count; start += batchSize) {
    const n = Math.min(batchSize, batches.count - start);
    batches.load(order, start, engine.input(n), labels);
    const masks = dropouts.map(({ p, size, mask }) => {
      const ofBatch = mask.subarray(0, n * size);
      dropoutMask(generator, p, ofBatch, rng);
      return ofBatch;
    });
    const gradOfBatch = gradOutput.subarray(0, n * classes);
    const loss = crossEntropy(engine.forward(n, masks), labels, n, classes, gradOfBatch);
    engine.backward(gradOfBatch);
    engine.step(lr);
    yield loss;
  }
}

/** Step by step through the epochs, with what an evaluation between them draws. */
export function* stepsOf(
  engine: TrainableEngine,
  { training, arithmetic }: Experiment,
  layers: readonly Layer[],
  batches: Batches,
  lr: number,
  generator: Mt19937,
): Generator<number, never> {
  for (;;) {
    const draws = [generator, undefined, undefined] as const;
    yield* trainEpoch(engine, layers, batches, training.batchSize, lr, ...draws, arithmetic);
    if (training.evaluations !== 'after-training') randomInt64(generator);
  }
}
