import type { DataSet } from '../data/dataset';
import { createEngine, fastestEngine } from '../engine/create';
import type { Engine } from '../engine/engine';
import { lossOf } from '../engine/loss';
import { dropoutMask, randomInt64, randperm } from '../pytorch/random/draws';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import { layersOf, sizeOf } from '../experiment/model';
import type { Rng } from '../experiment/rng';
import type { Experiment, Layer } from '../experiment/types';
import { Batches } from './batches';
import { checkDataSet } from './checks';

/**
 * The loss of batch 0, which precedes every update: it follows from seed, model and data, whatever optimizer and learning rate are.
 * It takes the draws of the weights, of the first batch's images and of its masks, and one forward pass. The bits are those of
 * `runExperiment`: same draws in the same order, same engine.
 */
export class FirstLoss {
  private readonly batches: Batches;
  private readonly labels: Uint8Array;
  private readonly gradOutput: Float32Array;
  private readonly masks: readonly { readonly p: number; readonly mask: Uint8Array }[];

  private constructor(
    private readonly layers: readonly Layer[],
    private readonly classes: number,
    private readonly n: number,
    private readonly rng: Rng,
    private readonly experiment: Experiment,
    dataSet: DataSet,
    private readonly engine: Engine,
  ) {
    this.batches = new Batches(dataSet.train, experiment.data.normalisation);
    this.labels = new Uint8Array(n);
    this.gradOutput = new Float32Array(n * classes);
    this.masks = layers
      .filter((layer) => layer.type === 'Dropout')
      .map(({ p, outputShape }) => ({ p, mask: new Uint8Array(n * sizeOf(outputShape)) }));
  }

  /**
   * @param threads of the engine, which share the images of the batch
   * @throws AssayError `spec-shape-mismatch` when the data set is not what the experiment takes; `engine-unavailable`
   */
  static async create(
    experiment: Experiment,
    dataSet: DataSet,
    rng: Rng,
    threads: number,
  ): Promise<FirstLoss> {
    checkDataSet(experiment, dataSet);
    const layers = layersOf(experiment.model, experiment.data.inputShape);
    const n = Math.min(experiment.training.batchSize, dataSet.train.count);
    const { optimizer, arithmetic, data } = experiment;
    const engine = await createEngine(fastestEngine(), {
      ...{ layers, optimizer, arithmetic, maxBatch: n, threads },
    });
    return new FirstLoss(layers, data.classes, n, rng, experiment, dataSet, engine);
  }

  /** The mean loss of the first batch of a run with this seed, a float32 value. */
  of(seed: number): number {
    const { layers, engine, batches, n, rng, labels, classes } = this;
    const { arithmetic, training } = this.experiment;
    const generator = new Mt19937(seed);
    engine.setParameters(initialParameters(layers, generator, training.constructions));
    randomInt64(generator); // the iterator's base seed
    const order = randperm(new Mt19937(randomInt64(generator)), batches.count, n);
    batches.load(order, 0, engine.input(n), labels);
    const masks = this.masks.map(({ p, mask }) => {
      dropoutMask(generator, p, mask, rng);
      return mask;
    });
    return lossOf(arithmetic).crossEntropy(engine.forward(n, masks), labels, n, classes, this.gradOutput);
  }

  async close(): Promise<void> {
    await this.engine.close();
  }
}
