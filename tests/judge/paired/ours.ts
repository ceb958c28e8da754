import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataSet } from '../../../src/data/load';
import { serializeRuns } from '../../../src/run/keptRuns';
import { EXPERIMENT } from '../ourStudy';
import { trainFirstEpoch } from './measure';

/**
 * Trains the first epochs that tests hold logs and faulty runs against: of the seeds of PyTorch's sealed logs, and of those of the library of
 * faults:
 *
 *     ASSAY_DATA=… node -r esbuild-register tests/judge/paired/ours.ts > fixtures/torch/paired/ours.jsonl
 */

const SEALED = join(__dirname, '../../../fixtures/torch/sealed');
const OF_FAULTS = [201, 202, 203, 204, 205];

export function epochsToTrain(): { readonly lr: number; readonly seed: number }[] {
  const sealed = readdirSync(SEALED).flatMap((file) => {
    const lr = /^lr(\S+)\.seed$/.exec(file)?.[1];
    return lr === undefined
      ? []
      : [{ lr: Number(lr), seed: Number(readFileSync(join(SEALED, file), 'utf8')) }];
  });
  return [...sealed, ...EXPERIMENT.training.lrs.flatMap((lr) => OF_FAULTS.map((seed) => ({ lr, seed })))];
}

async function main(): Promise<void> {
  const mnist = await loadDataSet('mnist');
  for (const { lr, seed } of epochsToTrain()) {
    const run = await trainFirstEpoch({ lr, seed, isMoved: false }, mnist);
    process.stdout.write(serializeRuns([{ ...run, source: { path: `lr${lr}-seed${seed}`, line: 1 } }]));
  }
}

if (require.main === module) void main();
