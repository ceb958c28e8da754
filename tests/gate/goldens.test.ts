import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../../src/data/dataset';
import { loadDataSet } from '../../src/data/load';
import { compareRecords } from '../../src/judge/compare';
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
import { runExperiment } from '../../src/train';

/** The approved runs in `golden/`: their files are whole, and the first steps of each come out again on the wasm engine, on bits. */

const ROOT = join(__dirname, '../..');
const FOLDER = join(ROOT, 'golden');
const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const mnistIsFound = mnist !== undefined && existsSync(mnist);
if (!mnistIsFound) console.log('not judged: the goldens of MNIST, which is not in $ASSAY_DATA/mnist');

let experiment: Experiment;
beforeAll(async () => {
  experiment = await loadExperiment(join(ROOT, 'spec/digit-classifier.json'));
});

async function goldenOf(plan: GoldenPlan): Promise<{ record: RunRecord; log: string }> {
  const entry = (await readManifest(FOLDER)).goldens.find(({ name }) => name === plan.name);
  if (entry === undefined) throw new Error(`no golden ${plan.name}: assay golden record`);
  return readGolden(FOLDER, entry);
}

async function train(dataSet: DataSet, { lr, seed, epochs, untilStep }: GoldenPlan): Promise<RunRecord> {
  const outDir = await mkdtemp(join(tmpdir(), 'assay-golden-'));
  try {
    const plan = { lr, seed, epochs, untilStep };
    const outcome = await runExperiment({ experiment, dataSet, ...plan, engine: 'wasm', threads: 2, outDir });
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

describe.each(['synthetic', 'mnist'])('%s', (data) => {
  (data === 'mnist' && !mnistIsFound ? test.skip : test).each(LRS)(
    'lr %f: the short golden, on bits',
    async (lr) => {
      const plan = goldenPlans(experiment, data, ['short']).find(
        (planned) => planned.lr === lr,
      ) as GoldenPlan;
      const { record } = await goldenOf(plan);
      expect(record.engine).toBe('reference');
      expect(record.losses).toHaveLength(20);
      const comparison = compareRecords(record, await train(await loadDataSet(data), plan));
      expect(comparison).toMatchObject({ tier: 'bitwise', verdict: 'pass', equalEntries: 22 });
    },
  );
});
