import type { DataSet } from '../../src/data/dataset';
import type { CreateEngine, Engine } from '../../src/engine/engine';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { layersOf } from '../../src/experiment/model';
import { DEFAULT_RNG, type Rng } from '../../src/experiment/rng';
import type { Experiment } from '../../src/experiment/types';
import { Batches } from '../../src/train/batches';
import { trainEpoch, type TrainableEngine } from '../../src/train/epoch';

export interface FirstSteps {
  readonly experiment: Experiment;
  readonly dataSet: DataSet;
  readonly lr: number;
  readonly seed: number;
  readonly steps: number;
  readonly engine: CreateEngine;
  readonly rng?: Rng;
  /** That of AdamW: before each step every parameter loses lr times as much of itself. */
  readonly decoupledDecay?: number;
}

/** The first losses of a training, by whatever engine. */
export async function firstLosses(options: FirstSteps): Promise<number[]> {
  const { experiment, dataSet, lr, seed, steps, decoupledDecay = 0 } = options;
  const { optimizer, training, model, data } = experiment;
  const layers = layersOf(model, data.inputShape);
  const engine = await options.engine({ layers, optimizer, maxBatch: training.batchSize });
  try {
    const generator = new Mt19937(seed);
    engine.setParameters(initialParameters(layers, generator));
    const batches = new Batches(dataSet.train, data.normalisation);
    const trained = decoupledDecay === 0 ? engine : withDecay(engine, decoupledDecay);
    const losses: number[] = [];
    const { batchSize } = training;
    for (const loss of trainEpoch(
      trained,
      layers,
      batches,
      batchSize,
      lr,
      generator,
      options.rng ?? DEFAULT_RNG,
    )) {
      losses.push(loss);
      if (losses.length === steps) break;
    }
    return losses;
  } finally {
    await engine.close();
  }
}

function withDecay(engine: Engine, decay: number): TrainableEngine {
  return {
    input: (n) => engine.input(n),
    forward: (n, masks) => engine.forward(n, masks),
    backward: (gradOutput) => engine.backward(gradOutput),
    step: (lr) => {
      const factor = Math.fround(1 - lr * decay);
      const decayed = engine
        .getParameters()
        .map(({ data, ...rest }) => ({ ...rest, data: data.map((value) => value * factor) }));
      engine.setParameters(decayed);
      engine.step(lr);
    },
  };
}
