import type { DataSet, ImageSet } from '../data/dataset';
import type { Engine } from '../engine/engine';
import { PlannedEngine } from '../engine/plan/engine';
import { compile, type Program } from '../engine/plan/plan';
import { WASM_TRAITS } from '../engine/wasm';
import { WasmCrew } from '../engine/wasm/crew';
import { KernelThread } from '../engine/wasm/kernels';
import { initialParameters } from '../random/init';
import { Mt19937 } from '../random/mt19937';
import { layersOf, sizeOf } from '../spec/model';
import type { Experiment, Layer } from '../spec/types';
import { Batches } from '../train/batches';
import { trainEpoch } from '../train/epoch';
import { evaluate } from '../train/evaluate';

/** What is measured: a model on images at a batch size, on so many threads. */
export interface Workload {
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
    readonly program: Program,
    readonly memory: ArrayBuffer,
    private readonly workload: Workload,
    layers: readonly Layer[],
    private readonly generator: Mt19937,
  ) {
    const { experiment, dataSet, batchSize } = workload;
    const batches = new Batches(dataSet.train, experiment.data.normalisation);
    this.steps = this.endless(layers, batches, batchSize);
  }

  static async start(workload: Workload, Thread = KernelThread): Promise<Training> {
    const { experiment, batchSize, threads } = workload;
    const layers = layersOf(experiment.model, experiment.data.inputShape);
    const options = { layers, optimizer: experiment.optimizer, maxBatch: batchSize, threads };
    const program = compile(options, threads, WASM_TRAITS);
    const crew = await WasmCrew.start(program, Thread);
    const engine = new PlannedEngine('wasm', options, program, crew);
    const generator = new Mt19937(1);
    engine.setParameters(initialParameters(layers, generator));
    return new Training(engine, program, crew.memory, workload, layers, generator);
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
