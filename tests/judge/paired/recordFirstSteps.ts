import { FAULTS, firstSteps } from '../../../scripts/recordFaults';
import { loadDataSet } from '../../../src/data/load';
import { createNativeEngine } from '../../../src/engine/native';
import { neighbourOf } from '../../../src/train/neighbours';
import { EXPERIMENT } from '../ourStudy';

/**
 * The losses of the first twenty steps: of each seed of the library of faults and of PyTorch's losses of every step, of its neighbours, and of its
 * runs with a fault:
 *
 *     ASSAY_DATA=… node -r esbuild-register tests/judge/paired/recordFirstSteps.ts > fixtures/torch/paired/first-steps.jsonl
 */

const OF_FAULTS = [201, 202, 203, 204, 205];
const OF_TORCH = [1, 2, 3, 21];
export const STEPS = 20;
const NEIGHBOURS = 18;

export interface StoredFirstSteps {
  readonly lr: number;
  readonly seed: number;
  /** Which neighbour of the seed; missing in a run of the seed itself. */
  readonly neighbour?: number;
  /** Its name in the library, if it has one. */
  readonly fault?: string;
  readonly losses: readonly number[];
}

async function main(): Promise<void> {
  const dataSet = await loadDataSet('mnist');
  const print = (stored: StoredFirstSteps): void => console.log(JSON.stringify(stored));
  for (const lr of EXPERIMENT.training.lrs)
    for (const seed of [...OF_TORCH, ...OF_FAULTS]) {
      const of = { experiment: EXPERIMENT, dataSet, lr };
      const losses = (name?: string, index?: number): Promise<number[]> =>
        firstSteps(
          of,
          { name, seed, steps: STEPS },
          createNativeEngine,
          index === undefined ? undefined : neighbourOf(EXPERIMENT, seed, index),
        );
      print({ lr, seed, losses: await losses() });
      for (let neighbour = 1; neighbour <= NEIGHBOURS; neighbour++)
        print({ lr, seed, neighbour, losses: await losses(undefined, neighbour) });
      if (OF_TORCH.includes(seed)) continue;
      for (const fault of Object.keys(FAULTS)) print({ lr, seed, fault, losses: await losses(fault) });
    }
}

if (require.main === module) void main();
