import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataSet } from '../../src/data/load';
import type { NamedTensor } from '../../src/engine/engine';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import type { RunRecord } from '../../src/run/record';
import { runInMemory } from '../../src/train';
import { neighbourOf } from '../../src/train/neighbours';
import { EXPERIMENT } from '../judge/ourStudy';
import type { StoredFirstSteps } from '../judge/paired/recordFirstSteps';
import { say } from '../say';
import { tinyData, tinyExperiment, tinyLayers } from './tiny';

const ROOT = join(__dirname, '../..');

const bitsOf = (values: Float32Array): Int32Array => new Int32Array(Float32Array.from(values).buffer);

test('each weight is moved to the float32 above or below, about as many up as down', () => {
  const drawn = initialParameters(tinyLayers, new Mt19937(7));
  const { parameters } = neighbourOf(tinyExperiment, 7, 1).init;
  const moves = parameters.flatMap(({ data }, i) => {
    const before = bitsOf(drawn[i].data);
    return [...bitsOf(data)].map((bits, j) => bits - before[j]);
  });
  expect(moves.every((move) => Math.abs(move) === 1)).toBe(true);
  const up = moves.filter((move) => move === 1).length;
  // 333 weights: 5 standard deviations of a fair coin are 46.
  expect(Math.abs(up - moves.length / 2)).toBeLessThan(46);
});

test('after each step they are moved again, and a weight of 0 stays 0', () => {
  const { afterStep } = neighbourOf(tinyExperiment, 7, 1);
  const weights = Float32Array.of(1, -1, 0, 0.5);
  const tensors = [{ name: 'fc.weight', shape: [4], data: weights.slice() }];
  let set: readonly NamedTensor[] = [];
  afterStep({ getParameters: () => tensors, setParameters: (given) => void (set = given) });
  const before = bitsOf(weights);
  expect([...bitsOf(set[0].data)].map((bits, i) => Math.abs(bits - before[i]))).toEqual([1, 1, 0, 1]);
});

const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const withMnist = mnist && existsSync(mnist) ? test : test.skip;
if (withMnist === test.skip)
  void say('not tested: the stored losses of neighbours on MNIST, as ASSAY_DATA has none');

withMnist('the stored losses of first steps are those that are trained now', async () => {
  const stored = readFileSync(join(ROOT, 'fixtures/torch/paired/first-steps.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as StoredFirstSteps);
  const dataSet = await loadDataSet('mnist');
  for (const index of [undefined, 7]) {
    const run = stored.find(
      ({ lr, seed, neighbour, fault }) =>
        lr === 0.001 && seed === 203 && neighbour === index && fault === undefined,
    )!;
    const { losses } = await runInMemory({
      ...{ experiment: EXPERIMENT, dataSet, lr: run.lr, seed: run.seed, engine: 'wasm', threads: 1 },
      untilStep: run.losses.length,
      ...(index !== undefined && neighbourOf(EXPERIMENT, run.seed, index)),
    });
    expect([...losses]).toEqual(run.losses);
  }
});

describe('a run from a neighbour', () => {
  const runOf = (neighbour = {}): Promise<RunRecord> =>
    runInMemory({
      ...{ experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed: 7, engine: 'wasm' as const },
      ...{ threads: 1, ...neighbour },
    });

  test('does the same, nearly: its losses start as near as rounding is, and go on so', async () => {
    const [ours, neighbour, again, other] = await Promise.all([
      runOf(),
      runOf(neighbourOf(tinyExperiment, 7, 1)),
      runOf(neighbourOf(tinyExperiment, 7, 1)),
      runOf(neighbourOf(tinyExperiment, 7, 2)),
    ]);
    expect(neighbour.losses).toEqual(again.losses);
    expect(neighbour.losses).not.toEqual(other.losses);
    expect(neighbour.losses).not.toEqual(ours.losses);
    for (const [step, loss] of neighbour.losses.entries())
      expect(Math.abs(loss / ours.losses[step] - 1)).toBeLessThan(step < 7 ? 1e-5 : 1e-2);
  });
});
