import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../../src/data/dataset';
import { loadDataSet } from '../../src/data/load';
import type { EngineName } from '../../src/engine/engine';
import { FIRST_STEPS, firstDeparture } from '../../src/judge/beginning';
import { judgeAtGate } from '../../src/judge/gate';
import {
  GOLDEN_LENGTHS,
  goldenPlans,
  readGolden,
  readManifest,
  type GoldenPlan,
} from '../../src/judge/golden';
import type { RunRecord } from '../../src/log/record';
import { renderLog } from '../../src/log/render';
import { loadExperiment } from '../../src/spec/load';
import type { Experiment } from '../../src/spec/types';
import { runExperiment, runInMemory } from '../../src/train';
import { inVariant, variantsOf } from '../engine/support/engines';
import { say } from '../say';
import { ROOT, goldenOf, mnistIsFound, passGate } from './support';

const FOLDER = join(ROOT, 'golden');

/** The approved runs in `golden/`: their files are whole, and the first steps of each come out again on the fast engines, on bits. */

if (!mnistIsFound) void say('not judged: the goldens of MNIST, which is not in $ASSAY_DATA/mnist');

let experiment: Experiment;
beforeAll(async () => {
  experiment = await loadExperiment(join(ROOT, 'spec/digit-classifier.json'));
});

async function train(
  dataSet: DataSet,
  { lr, seed, epochs, untilStep }: GoldenPlan,
  engine: EngineName,
  threads: number,
): Promise<RunRecord> {
  const outDir = await mkdtemp(join(tmpdir(), 'assay-golden-'));
  try {
    const plan = { lr, seed, epochs, untilStep };
    const outcome = await runExperiment({ experiment, dataSet, ...plan, engine, threads, outDir });
    if (outcome.status !== 'finished') throw new Error('interrupted');
    return outcome.record;
  } finally {
    await rm(outDir, { recursive: true });
  }
}

test('every golden is one that is planned, and its files are those that were approved', async () => {
  const plans = ['synthetic', 'mnist'].flatMap((data) => goldenPlans(experiment, data, GOLDEN_LENGTHS));
  const { goldens } = await readManifest(FOLDER);
  for (const entry of goldens) {
    const plan = plans.find(({ name }) => name === entry.name);
    const { record, log } = await readGolden(FOLDER, entry);
    expect(record).toMatchObject({
      spec: { sha256: experiment.sha256 },
      data: { name: plan?.data },
      ...{ lr: plan?.lr, seed: plan?.seed, engine: plan?.engine },
    });
    expect(renderLog(record, experiment)).toBe(log);
  }
});

const LRS = [0.0001, 0.001, 0.01];

test('the full golden of each learning rate starts with the bits of the engine that defines them', async () => {
  for (const { name, data } of goldenPlans(experiment, 'synthetic', ['full']).concat(
    goldenPlans(experiment, 'mnist', ['full']),
  )) {
    const [full, short] = await Promise.all([goldenOf(name), goldenOf(name.replace('full', 'short'))]);
    expect(full?.losses.slice(0, 20)).toEqual(short?.losses);
    expect({ data, digest: full?.initialWeightsSha256 }).toEqual({
      data,
      digest: short?.initialWeightsSha256,
    });
    expect(full?.losses).toHaveLength(4690);
  }
});

describe('by its first steps, a run of other arithmetic is told from one of another experiment', () => {
  const train = async (lr: number, engine: EngineName, { seed }: RunRecord): Promise<readonly number[]> => {
    const dataSet = await loadDataSet('synthetic');
    const { losses } = await runInMemory({ experiment, dataSet, lr, seed, engine, untilStep: FIRST_STEPS });
    return losses;
  };

  test.each(LRS)('lr %f', async (lr) => {
    const golden = await goldenOf(`synthetic-lr${lr}-short`);
    if (golden === undefined) throw new Error('no golden');
    expect(firstDeparture(golden.losses, await train(lr, 'tfjs', golden))).toBeUndefined();
    // As a program would that multiplies its learning rate.
    expect(firstDeparture(golden.losses, await train(1.5 * lr, 'wasm', golden))?.step).toBe(1);
  });
});

const variants = (['wasm', 'native'] as const).flatMap(variantsOf);

describe.each(['synthetic', 'mnist'])(`%s, by ${variants.join(', ')}`, (data) => {
  (data === 'mnist' && !mnistIsFound ? test.skip : test).each(LRS)(
    'lr %f: the short golden, on bits',
    async (lr) => {
      const plan = goldenPlans(experiment, data, ['short']).find(
        (planned) => planned.lr === lr,
      ) as GoldenPlan;
      const golden = await goldenOf(plan.name);
      expect(golden).toMatchObject({ engine: 'reference', losses: { length: 20 } });
      const dataSet = await loadDataSet(data);
      for (const [i, variant] of variants.entries()) {
        const record = await inVariant(variant, (engine) => train(dataSet, plan, engine, 1 + (i % 4)));
        const judgement = judgeAtGate(record, golden, undefined, experiment, 'bits');
        await passGate(judgement, experiment);
        expect(judgement.comparison).toMatchObject({ tier: 'bitwise', verdict: 'pass', equalEntries: 22 });
      }
    },
  );
});
