import type { DataSet, ImageSet } from '../data/dataset';
import type { Engine } from '../engine/engine';
import { PlannedEngine } from '../engine/plan/engine';
import type { Program } from '../engine/plan/plan';
import { initialParameters } from '../pytorch/random/init';
import { Mt19937 } from '../pytorch/random/mt19937';
import { layersOf, sizeOf } from '../experiment/model';
import type { Experiment, Layer } from '../experiment/types';
import { Batches } from '../train/batches';
import { trainEpoch } from '../train/epoch';
import { evaluate } from '../train/evaluate';
import { type Kernels, start, type Started } from './kernels';

/** What is measured: a model on images at a batch size, by kernels on so many threads. */
export interface Workload {
  readonly kernels: Kernels;
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly batchSize: number;
  readonly threads: number;
}

/** A model in training, to be stepped and timed. Close it. */
export class Training {
  private readonly steps: Generator<number, void>;

  private constructor(
    readonly engine: Engine,
    private readonly started: Started,
    private readonly workload: Workload,
    layers: readonly Layer[],
    private readonly generator: Mt19937,
  ) {
    const { experiment, dataSet, batchSize } = workload;
    const batches = new Batches(dataSet.train, experiment.data.normalisation);
    this.steps = this.endless(layers, batches, batchSize);
  }

  /** @param isTimed whether `spent` is to tell where the time goes */
  static async start(workload: Workload, isTimed = false): Promise<Training> {
    const { kernels, experiment, batchSize, threads } = workload;
    const layers = layersOf(experiment.model, experiment.data.inputShape);
    const options = { layers, optimizer: experiment.optimizer, maxBatch: batchSize };
    const started = await start(kernels, options, threads, isTimed);
    const engine = new PlannedEngine(kernels.name, options, started.program, started.crew);
    const generator = new Mt19937(1);
    engine.setParameters(initialParameters(layers, generator));
    return new Training(engine, started, workload, layers, generator);
  }

  get program(): Program {
    return this.started.program;
  }

  get memory(): ArrayBuffer {
    return this.started.crew.memory;
  }

  /** Milliseconds that the calling thread has spent so far, by kernel call. */
  spent(): ReadonlyMap<string, number> {
    return this.started.spent();
  }

  /** Does so many steps; returns the milliseconds of each. */
  run(steps: number): number[] {
    return Array.from({ length: steps }, () => {
      const start = performance.now();
      this.steps.next();
      return performance.now() - start;
    });
  }

  /** Milliseconds to evaluate the whole test set. */
  evaluate(): number {
    const { experiment, dataSet, batchSize } = this.workload;
    const batches = new Batches(dataSet.test, experiment.data.normalisation);
    const start = performance.now();
    const evaluation = evaluate(this.engine, batches, classesOf(experiment), batchSize, this.generator);
    while (evaluation.next().done !== true);
    return performance.now() - start;
  }

  async close(): Promise<void> {
    await this.engine.close();
  }

  private *endless(layers: readonly Layer[], batches: Batches, batchSize: number): Generator<number, void> {
    for (;;) yield* trainEpoch(this.engine, layers, batches, batchSize, 0.001, this.generator);
  }
}

export function stepsPerEpoch(set: ImageSet, batchSize: number): number {
  return Math.ceil(set.count / batchSize);
}

function classesOf(experiment: Experiment): number {
  const layers = layersOf(experiment.model, experiment.data.inputShape);
  return sizeOf(layers[layers.length - 1].outputShape);
}
