import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { seeds } from '../../../src/cli/numbers';
import type { DataSet } from '../../../src/data/dataset';
import { loadDataSet } from '../../../src/data/load';
import { createNativeEngine } from '../../../src/engine/native';
import { layersOf } from '../../../src/experiment/model';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { Batches } from '../../../src/train/batches';
import { trainEpoch } from '../../../src/train/epoch';
import { evaluate } from '../../../src/train/evaluate';
import { neighbourOf } from '../../../src/train/neighbours';
import { EXPERIMENT } from '../ourStudy';

/**
 * Trains the first epochs of each seed, and of neighbours 1 to COUNT of it, and appends what a log prints of them, a line each. One that was
 * stopped continues:
 *
 *     ASSAY_DATA=… node -r esbuild-register tests/judge/paired/recordNeighbours.ts fixtures/torch/paired/neighbours.jsonl LR FROM..TO COUNT
 */

/** The first epoch of a neighbour, or of the seed itself where the index is 0, with the digits of a log. */
export interface StoredNeighbour {
  readonly lr: number;
  readonly seed: number;
  readonly index: number;
  /** Of every `logInterval`th step. */
  readonly loss: readonly number[];
  readonly testLoss: number;
  readonly right: number;
}

export function readNeighbours(path: string): StoredNeighbour[] {
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as StoredNeighbour);
}

async function trainNeighbour(
  { train, test }: DataSet,
  [lr, seed, index]: readonly [lr: number, seed: number, index: number],
): Promise<StoredNeighbour> {
  const { optimizer, training, model, data } = EXPERIMENT;
  const { batchSize, logInterval } = training;
  const layers = layersOf(model, data.inputShape);
  const engine = await createNativeEngine({ layers, optimizer, maxBatch: batchSize, threads: 1 });
  try {
    const generator = new Mt19937(seed);
    const drawn = initialParameters(layers, generator);
    const neighbour = index === 0 ? undefined : neighbourOf(EXPERIMENT, seed, index);
    engine.setParameters(neighbour?.init.parameters ?? drawn);
    const losses: number[] = [];
    const batches = new Batches(train, data.normalisation);
    for (const loss of trainEpoch(engine, layers, batches, batchSize, lr, generator)) {
      neighbour?.afterStep(engine);
      losses.push(loss);
    }
    const tests = new Batches(test, data.normalisation);
    const evaluation = evaluate(engine, tests, data.classes, batchSize, generator);
    let chunk = evaluation.next();
    while (!chunk.done) chunk = evaluation.next();
    const { testLoss, correctCount: right } = chunk.value;
    return {
      ...{ lr, seed, index },
      loss: losses.filter((_, step) => step % logInterval === 0).map((loss) => Number(loss.toFixed(6))),
      ...{ testLoss: Number(testLoss.toFixed(4)), right },
    };
  } finally {
    await engine.close();
  }
}

async function main([path, lr, range, count]: readonly string[]): Promise<void> {
  const mnist = await loadDataSet('mnist');
  const known = existsSync(path) ? readNeighbours(path) : [];
  for (let index = 0; index <= Number(count); index++)
    for (const seed of seeds(range)) {
      if (known.some((one) => one.lr === Number(lr) && one.seed === seed && one.index === index)) continue;
      const trained = await trainNeighbour(mnist, [Number(lr), seed, index]);
      appendFileSync(path, `${JSON.stringify(trained)}\n`);
    }
}

if (require.main === module) void main(process.argv.slice(2));
