import { createHash } from 'node:crypto';
import type { RunRecord } from '../../src/run/record';
import type { Experiment } from '../../src/experiment/types';

/** A record as a run of the experiment leaves it, with made-up losses that fall, and a last one that is not a number. */
export function sampleRecord(experiment: Experiment): RunRecord {
  const { data, training } = experiment;
  const batches = Math.ceil(data.trainCount / training.batchSize);
  const steps = training.epochs * batches;
  return {
    tier: 'bitwise',
    engine: 'wasm',
    spec: { name: experiment.name, sha256: experiment.sha256 },
    data: {
      name: data.name.toLowerCase(),
      sha256: data.sha256,
      trainCount: data.trainCount,
      testCount: data.testCount,
    },
    optimizer: experiment.optimizer,
    lr: training.lrs[0],
    seed: 1,
    rng: 'pytorch-mt19937',
    plan: { epochs: training.epochs },
    initialWeightsSha256: digestOf('initial weights'),
    losses: Array.from({ length: steps }, (_, step) =>
      step === steps - 1 ? NaN : Math.fround(2.3 / (1 + step)),
    ),
    epochs: Array.from({ length: training.epochs }, (_, index) => ({
      epoch: index + 1,
      testLoss: 0.1234567 / (1 + index),
      correctCount: data.testCount - 1000 + index,
      testCount: data.testCount,
      weightsSha256: digestOf(`weights after epoch ${index + 1}`),
    })),
    finalWeightsSha256: digestOf(`weights after epoch ${training.epochs}`),
    logitsSha256: digestOf('logits'),
    environment: {
      threads: 2,
      versions: { assay: '0.1.0', node: '20.20.2', v8: '11.3.244.8' },
      platform: 'linux',
      arch: 'x64',
      cpu: 'a processor',
      startedAt: '2026-11-23T12:00:00.000Z',
      elapsedMs: 123456,
    },
  };
}

function digestOf(what: string): string {
  return createHash('sha256').update(what).digest('hex');
}
