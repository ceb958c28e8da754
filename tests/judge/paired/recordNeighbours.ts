import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { record } from '../../../scripts/recordFaults';
import { seeds } from '../../../src/cli/numbers';
import type { DataSet } from '../../../src/data/dataset';
import { loadDataSet } from '../../../src/data/load';
import { createNativeEngine } from '../../../src/engine/native';
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
  dataSet: DataSet,
  [lr, seed, index]: readonly [lr: number, seed: number, index: number],
): Promise<StoredNeighbour> {
  const neighbour = index === 0 ? undefined : neighbourOf(EXPERIMENT, seed, index);
  const of = { experiment: EXPERIMENT, dataSet, lr };
  const { series } = await record(of, undefined, seed, 1, createNativeEngine, neighbour);
  const [accuracy] = series.accuracy;
  return {
    ...{ lr, seed, index },
    loss: series.loss.map(({ value }) => Number(value.toFixed(6))),
    testLoss: Number(series['test loss'][0].value.toFixed(4)),
    right: accuracy.count!.right,
  };
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
