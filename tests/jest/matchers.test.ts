import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { goldenRun } from '../../src/jest';
import { makeBands, makeBandsAtHand, serializeBands, type Bands } from '../../src/judge/bands';
import { ofStudy, readSettings, readSource } from '../../src/logs';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { serializeRuns } from '../../src/run/keptRuns';
import type { Run } from '../../src/run/run';
import { loadStudy } from '../../src/study/load';
import { bandsFile, ensembleFile, ensembleFolder } from '../../src/study/store';
import { lossesAround } from '../judge/losses';
import { fileOf, MLP_TEMPLATE } from '../logs/laboratory';
import { EXPERIMENT as experiment, GUESS, runOf, STUDY } from '../judge/ourStudy';

const ROOT = join(__dirname, '../..');
const log = readFileSync(join(ROOT, 'fixtures/torch/oracle/lr0.001_seed1.log'), 'utf8');
const wrong = log.replace(/(Accuracy: \d+\/10000 \(\d+\.)\d\d/, (_, before: string) => `${before}00`);

/** The message of an expectation that is not met. */
async function messageOf(expectation: Promise<void>): Promise<string> {
  const error = await expectation.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (error === undefined) throw new Error('the expectation was met');
  return (error as Error).message;
}

test('toMeetSpec', async () => {
  await expect(log).toMeetSpec();
  await expect(wrong).not.toMeetSpec();
  expect(await messageOf(expect(wrong).toMeetSpec())).toMatch(
    /expected the run to meet the spec[^]*fail: log, run from line 1[^]*arithmetic +fail\n +line 12, accuracy: /,
  );
  expect(await messageOf(expect(log).not.toMeetSpec())).toMatch(/expected the run not to meet the spec/);
  expect(await messageOf(expect(42).toMeetSpec())).toMatch(/not a run/);
});

test('toMeetSpec judges every run of a log', async () => {
  await expect(log + log.replace(/(Loss: \d\.\d{4})\d/, '$17')).toMeetSpec();
  await expect(log + wrong).not.toMeetSpec();
});

describe('toBeWithinBands', () => {
  const losses = [...log.matchAll(/Loss: (\S+)/g)].map(([, loss]) => Number(loss));
  const around = (loss: number, accuracy: number): Run[] =>
    Array.from({ length: 19 }, (_, seed) =>
      runOf({
        ...{ lr: 0.001, seed, loggedLosses: lossesAround(losses, seed) },
        epochs: Array.from({ length: experiment.training.epochs }, (_, i) => ({
          testLoss: loss + 0.05 * Math.sin(seed + i / 9),
          accuracy: accuracy + Math.cos(seed + i / 9),
        })),
      }),
    );
  const bandsOf = (runs: readonly Run[]): Bands => {
    const { name, sha256, data } = experiment;
    const facts = { experiment: { name, sha256 }, data: { name: 'mnist', sha256: data.sha256 } };
    return makeBands(runs, facts, STUDY, GUESS);
  };

  test('inside, outside, and nothing to judge by', async () => {
    await expect(log).toBeWithinBands({ bands: bandsOf(around(0.04, 98.8)) });
    const far = bandsOf(around(0.4, 90));
    await expect(log).not.toBeWithinBands({ bands: far, conditions: { lr: 0.001 } });
    expect(await messageOf(expect(log).toBeWithinBands({ bands: far }))).toMatch(
      /expected the run to be within the bands[^]*lr 0.001 \(the one that fits best\)[^]*bands +fail: lr 0.001: band of 19 runs[^]*line 12, band: epoch 1: test loss/,
    );
    const undecided = { bands: far, conditions: { lr: 0.5 } };
    expect(await messageOf(expect(log).toBeWithinBands(undecided))).toMatch(/can be judged: no-reference/);
    expect(await messageOf(expect(log).not.toBeWithinBands(undecided))).toMatch(
      /can be judged: no-reference/,
    );
  });
});

describe('several runs of another trainer', () => {
  const LOGS = join(ROOT, 'fixtures/logs/mlp');
  const logsOf = (folder: string, from: number, to: number): string[] =>
    readdirSync(join(LOGS, folder))
      .slice(from, to)
      .map((file) => readFileSync(join(LOGS, folder, file), 'utf8'));
  let study: string;
  let bands: Bands;
  beforeAll(async () => {
    study = mkdtempSync(join(tmpdir(), 'assay-matchers-'));
    const file = {
      ...{ name: 'own', title: 'An own trainer', conditions: [], golden: 'golden' },
      metrics: [
        { name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch' },
        { name: 'val_acc', kind: 'percent', better: 'higher', per: 'epoch', decimals: 1 },
      ],
      logs: { template: MLP_TEMPLATE },
    };
    writeFileSync(join(study, 'study.json'), JSON.stringify(file));
    const own = await loadStudy(study);
    const runs = logsOf('healthy', 0, 20).flatMap((text, i) =>
      readSource(fileOf(text, `${i}.log`), readSettings(own)).map((run) => ofStudy(run, own)),
    );
    bands = makeBandsAtHand(runs, {}, own);
    const store = { golden: join(study, 'golden') };
    mkdirSync(ensembleFolder(store), { recursive: true });
    writeFileSync(ensembleFile(store), serializeRuns(runs));
    mkdirSync(dirname(bandsFile(store)), { recursive: true });
    writeFileSync(bandsFile(store), serializeBands(bands));
  });
  afterAll(() => rmSync(study, { recursive: true }));

  test('are judged together, too, in a list', async () => {
    const honest = logsOf('healthy', 20, 25);
    await expect(honest).toBeWithinBands({ study });
    const faulty = logsOf('faults/lr-low', 0, 5);
    expect(await messageOf(expect(faulty).toBeWithinBands({ study }))).toMatch(/^fail: 5 runs, together$/m);
    // Of other bands, their runs are not at hand: each is judged alone.
    const others = { ...bands, source: { ...bands.source, sha256: '0'.repeat(64) } };
    expect(await messageOf(expect(faulty).toBeWithinBands({ study, bands: others }))).not.toMatch(/together/);
    await expect(honest.slice(0, 1)).toBeWithinBands({ study });
  });

  test('a list without a run is none', async () => {
    expect(await messageOf(expect([]).toBeWithinBands({ study }))).toMatch(/a list without a run/);
    expect(await messageOf(expect([]).not.toMeetSpec({ study }))).toMatch(/a list without a run/);
  });
});

test('toMatchGoldenRun: a record on bits, its log as printed', async () => {
  const golden = await goldenRun('digit-classifier/mnist-lr0.001-short');
  await expect(golden).toMatchGoldenRun(golden);
  await expect(renderLog(golden, experiment)).toMatchGoldenRun(golden);
  const other = { ...golden, losses: golden.losses.with(6, 0.5) };
  expect(await messageOf(expect(other).toMatchGoldenRun(golden))).toMatch(
    /expected the run to match the golden run[^]*A is the golden run[^]*first divergence: step 7: loss[^]*B: 0.5 \(0x3f000000\)/,
  );
  await expect(other).not.toMatchGoldenRun(golden);
  await expect(goldenRun('none')).rejects.toThrow(/no such golden run/);
});

test('another study has its own goldens, and its own experiment', async () => {
  const study = join(ROOT, 'spec/lenet');
  await expect(goldenRun('digit-classifier/mnist-lr0.001-short', { study })).rejects.toThrow(
    /no such golden run/,
  );
  await expect(log).not.toMeetSpec({ study });
});
