import { nextTurn } from '../base/turn';
import type { DataSet } from '../data/dataset';
import { createEngine } from '../engine/create';
import type { EngineName } from '../engine/engine';
import { Mt19937 } from '../pytorch/random/mt19937';
import { layersOf } from '../experiment/model';
import type { Experiment } from '../experiment/types';
import { Batches } from './batches';
import { checkDataSet } from './checks';
import { evaluate, type TestResult } from './evaluate';
import type { Weights } from './weights';

export interface EvaluateOptions {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly weights: Weights;
  readonly engine: EngineName;
  /** Worker threads of the engine; the default is the engine's. */
  readonly threads?: number;
  /** Called after each batch, with the number of images so far. */
  onProgress?(done: number, total: number): void;
}

/**
 * Evaluates weights on the test set, with the bits of the evaluation that ends a training's epoch.
 *
 * @throws AssayError `engine-unavailable`; `spec-shape-mismatch` when the data set is not what the experiment takes.
 */
export async function evaluateWeights(options: EvaluateOptions): Promise<TestResult> {
  const { experiment, dataSet, weights, threads } = options;
  checkDataSet(experiment, dataSet);
  const { model, data, optimizer, arithmetic, training } = experiment;
  const engine = await createEngine(options.engine, {
    layers: layersOf(model, data.inputShape),
    optimizer,
    arithmetic,
    maxBatch: training.batchSize,
    threads,
  });
  try {
    engine.setParameters(weights.parameters);
    const batches = new Batches(dataSet.test, data.normalisation);
    const nothingFollows = new Mt19937(0); // so the draw of the iterator decides nothing
    const evaluation = evaluate(
      engine,
      batches,
      data.classes,
      training.batchSize,
      nothingFollows,
      arithmetic,
    );
    let chunk = evaluation.next();
    for (; !chunk.done; chunk = evaluation.next()) {
      options.onProgress?.(chunk.value, batches.count);
      await nextTurn();
    }
    return chunk.value;
  } finally {
    await engine.close();
  }
}
