import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSet } from '../../src/data/dataset';
import { loadDataSet } from '../../src/data/load';
import type { EngineName } from '../../src/engine/engine';
import { createTfjsEngine } from '../../src/engine/tfjs';
import { createWasmEngine } from '../../src/engine/wasm';
import { FIRST_STEPS, firstDeparture, limitsAt, type Limits } from '../../src/judge/beginning';
import { judgeAtGate } from '../../src/judge/gate';
import { GOLDEN_LENGTHS, goldenPlans, type GoldenPlan } from '../../src/experiment/goldenPlans';
import { readGolden, readManifest } from '../../src/judge/golden';
import { readStoredRounding, type Rounding } from '../../src/judge/stored/rounding';
import type { RunRecord } from '../../src/run/record';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { loadExperiment } from '../../src/experiment/load';
import type { Experiment } from '../../src/experiment/types';
import { loadStudy } from '../../src/study/load';
import type { Study } from '../../src/study/types';
import { runExperiment } from '../../src/train';
import { inVariant, variantsOf } from '../engine/support/engines';
import { say } from '../say';
import { STORE } from '../spec/experiments';
import { firstLosses, type FirstSteps } from './firstSteps';
import { pairsOfPyTorch, roundingOf } from './rounding';
import { ROOT, goldenOf, mnistIsFound, passGate } from './support';

const FOLDER = join(ROOT, 'golden/lr-experiment');

/** The approved runs in `golden/`: their files are whole, and the first steps of each come out again on the fast engines, on bits. */

if (!mnistIsFound) void say('not judged: the goldens of MNIST, which is not in $ASSAY_DATA/mnist');

let study: Study;
let experiment: Experiment;
beforeAll(async () => {
  study = await loadStudy(join(ROOT, 'spec/lr-experiment'));
  experiment = await loadExperiment(study.experiment as string);
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
  let dataSet: DataSet;
  let limits: Rounding;
  beforeAll(async () => {
    dataSet = await loadDataSet('synthetic');
    limits = (await readStoredRounding(STORE, experiment)) as Rounding;
  });

  /** How the gate takes the losses: as `rounding`, as something that `may be` that, or as something `else`. */
  async function taken(data: string, lr: number, losses: readonly number[]): Promise<string> {
    const golden = await goldenOf(`${experiment.name}/${data}-lr${lr}-short`);
    const departure = firstDeparture(golden?.losses ?? [], losses, limitsAt({ lr }, limits) as Limits);
    if (departure === undefined) return 'rounding';
    return departure.mayBeRounding ? 'may be' : 'else';
  }

  const train = (lr: number, changes: Partial<FirstSteps> = {}): Promise<number[]> =>
    firstLosses({
      experiment,
      dataSet,
      lr,
      seed: 1,
      steps: FIRST_STEPS,
      engine: createWasmEngine,
      ...changes,
    });

  (mnistIsFound ? test : test.skip).each(LRS)('the engine tfjs rounds otherwise, lr %f', async (lr) => {
    const losses = await train(lr, { dataSet: await loadDataSet('mnist'), engine: createTfjsEngine });
    expect(await taken('mnist', lr, losses)).toBe('rounding');
  });

  test.each([
    [0.0001, 'rounding'],
    [0.001, 'may be'],
    [0.01, 'may be'],
  ])('and at some seeds it leaps: the synthetic digits, lr %f', async (lr, how) => {
    expect(await taken('synthetic', lr, await train(lr, { engine: createTfjsEngine }))).toBe(how);
  });

  test.each(LRS)('so does PyTorch, with either of its convolutions, lr %f', async (lr) => {
    for (const name of ['steps', 'no-mkldnn.steps']) {
      const path = join(ROOT, `fixtures/torch/oracle/lr${lr}_seed1.${name}.json`);
      const { losses } = JSON.parse(await readFile(path, 'utf8')) as { losses: string[] };
      expect(await taken('mnist', lr, losses.map(Number))).toBe('rounding');
    }
  });

  test.each(LRS)('another learning rate is something else: %f', async (lr) => {
    for (const factor of [1.5, 1.01])
      expect(await taken('synthetic', lr, await train(factor * lr))).toBe('else');
  });

  const smallerEps = (): Partial<FirstSteps> => ({
    experiment: { ...experiment, optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-7 } },
  });
  test.each([
    [0.0001, 'may be', 'may be'],
    [0.001, 'may be', 'may be'],
    [0.01, 'else', 'else'],
  ])('AdamW’s decay of 0.01, and an eps of 1e-7, at the learning rate %f', async (lr, decay, eps) => {
    expect({
      decay: await taken('synthetic', lr, await train(lr, { decoupledDecay: 0.01 })),
      eps: await taken('synthetic', lr, await train(lr, smallerEps())),
    }).toEqual({ decay, eps });
  });

  test('what was measured of PyTorch is what its recorded runs have', () => {
    const ofPyTorch = roundingOf(pairsOfPyTorch(), experiment);
    expect(limits.pairs).toContainEqual(ofPyTorch.pairs[0]);
    for (const [step, greatest] of ofPyTorch.greatest.entries())
      expect(limits.greatest[step]).toBeGreaterThanOrEqual(greatest);
    expect(limits.settings.map(({ conditions }) => conditions)).toEqual(LRS.map((lr) => ({ lr })));
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
        const references = { study, experiment, bands: undefined, rounding: undefined };
        const judgement = judgeAtGate(record, golden, references, 'bits');
        await passGate(judgement, experiment);
        expect(judgement.comparison).toMatchObject({ tier: 'bitwise', verdict: 'pass', equalEntries: 22 });
      }
    },
  );
});
