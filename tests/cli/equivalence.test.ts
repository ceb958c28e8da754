import { readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DEFAULT_STUDY, Laboratory } from './laboratory';

const SEEDS = join(__dirname, '../../fixtures/torch/seeds');
const logs = [101, 102, 103, 104, 105].map((seed) => join(SEEDS, `lr0.001_seed${seed}.log`));

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory.close());

test('PyTorch’s runs at one learning rate are like ours', async () => {
  const { exitCode, stdout } = await laboratory.run(['equivalence', ...logs]);
  expect(stdout).toMatch(
    /^ *0.001 +test loss +\d+ [^]*^ *0.001 +0 of \d+ +0 of 5 [^]*^pass: no test finds a difference/m,
  );
  expect(exitCode).toBe(0);
});

test('runs with a point of accuracy less are not, and too few show nothing', async () => {
  for (const [i, log] of logs.entries()) {
    const worse = readFileSync(log, 'utf8').replace(/Accuracy: 9\d(\d\d)/g, 'Accuracy: 97$1');
    await writeFile(laboratory.path(`lr0.001_seed90${i}.log`), worse);
  }
  const worse = await laboratory.run([
    'equivalence',
    ...logs.map((_, i) => `lr0.001_seed90${i}.log`),
    '--json',
  ]);
  expect(worse.exitCode).toBe(1);
  expect(JSON.parse(worse.stdout)).toMatchObject({ verdict: 'fail' });
  const few = await laboratory.run(['equivalence', logs[0]]);
  expect(few.exitCode).toBe(1);
  expect(few.stdout).toMatch(/^inconclusive: /m);
});

test('refused: no learning rate in the path, and a run that was cut', async () => {
  const text = readFileSync(logs[0], 'utf8');
  await writeFile(laboratory.path('train.log'), text);
  await writeFile(laboratory.path('lr0.001_seed911.log'), text.split('\n').slice(0, 40).join('\n'));
  const unknown = await laboratory.run(['equivalence', 'train.log']);
  expect(unknown).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/unknown learning rate/) as string,
  });
  const cut = await laboratory.run(['equivalence', 'lr0.001_seed911.log']);
  expect(cut).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/expected: 5 tests\n.*3 tests/) as string,
  });
});

test('refused: a log that says that it is of other data', async () => {
  const text = readFileSync(logs[0], 'utf8');
  await writeFile(laboratory.path('lr0.001_seed912.log'), `Loading synthetic dataset...\n${text}`);
  const { exitCode, stderr } = await laboratory.run(['equivalence', 'lr0.001_seed912.log']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('5 tests, the data set is synthetic, not mnist');
});

test('refused: an ensemble of another experiment than that of the study', async () => {
  const spec = join(__dirname, '../../spec/lr-experiment/experiment.json');
  const experiment = JSON.parse(readFileSync(spec, 'utf8')) as object;
  const optimizer = { type: 'Adam', betas: [0.8, 0.999], eps: 1e-8 };
  const golden = join(__dirname, '../../golden/lr-experiment');
  await laboratory.writeStudy(
    'other',
    { ...experiment, name: 'other', optimizer },
    { golden: relative(laboratory.path('other'), golden) },
  );
  const { exitCode, stdout, stderr } = await laboratory.run(['equivalence', '--study', 'other', ...logs]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(
    /the ensemble is not one of the experiment other\n(.*\n)*.*expected: \w{64}\n.*got: +\w{64}, of digit-classifier/,
  );
});

const ORACLE = join(__dirname, '../../fixtures/torch/oracle');
test.each([
  ['a run given twice', [logs[0], logs[1], logs[0]], 'a run that is given twice'],
  ['a seed of the ensemble', [join(ORACLE, 'lr0.001_seed3.log')], 'got:      the losses of seed 3'],
  ['one that collapsed', [join(ORACLE, 'lr0.01_seed2.log')], 'got:      the losses of seed 2'],
])('refused, as no witness of its own: %s', async (_, paths, message) => {
  const { exitCode, stderr } = await laboratory.run(['equivalence', ...paths]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test('a run that begins as one of the ensemble by chance, and goes on otherwise, is a witness', async () => {
  const log = join(SEEDS, 'lr0.01_seed130.log'); // prints the first loss of seed 113
  const { exitCode, stderr, stdout } = await laboratory.run(['equivalence', log]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: DEFAULT_STUDY });
  expect(stdout).toMatch(/^inconclusive: /m);
});

describe('of another trainer', () => {
  /** Logs of runs with a test loss that depends on the depth, and luck. */
  const write = async (folder: string, seeds: readonly number[], worse = 0): Promise<string[]> => {
    const paths = seeds.flatMap((seed) => [1, 2].map((depth) => `${folder}/depth${depth}-seed${seed}.csv`));
    await mkdir(laboratory.path(folder), { recursive: true });
    for (const path of paths) {
      const [depth, seed] = (/depth(\d)-seed(\d+)/.exec(path) ?? []).slice(1).map(Number);
      const rows = [1, 2, 3].map(
        (epoch) =>
          `${epoch},${(1 / (depth + epoch) + 0.004 * Math.sin(seed * 7 + depth) + worse).toFixed(5)}`,
      );
      await writeFile(laboratory.path(path), ['epoch,val_loss', ...rows, ''].join('\n'));
    }
    return paths;
  };
  const seeds = (first: number): number[] => Array.from({ length: 12 }, (_, i) => first + i);

  beforeAll(async () => {
    const study = {
      ...{ name: 'ours', title: 'Ours', conditions: [{ name: 'depth' }], level: 0.9, golden: 'golden' },
      metrics: [{ name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch' }],
      logs: { path: 'depth{depth}-seed{seed}.csv' },
    };
    await mkdir(laboratory.path('theirs'), { recursive: true });
    await writeFile(laboratory.path('theirs/study.json'), JSON.stringify(study));
    const bands = await laboratory.run(['bands', ...(await write('before', seeds(1))), '--study', 'theirs']);
    expect(bands).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('written') as string });
  });

  const equivalence = (logs: readonly string[]): ReturnType<Laboratory['run']> =>
    laboratory.run(['equivalence', ...logs, '--study', 'theirs']);

  test('runs of new seeds are held against those that its bands were made of', async () => {
    const alike = await equivalence(await write('after', seeds(101)));
    expect(alike.stdout).toMatch(/^pass: no test finds a difference/m);
    expect(alike.exitCode).toBe(0);
    const worse = await equivalence(await write('worse', seeds(201), 0.02));
    expect(worse.stdout).toMatch(/^fail: /m);
    expect(worse.exitCode).toBe(1);
  });

  test('the same runs again are no witnesses of their own', async () => {
    expect(await equivalence(['before/depth1-seed3.csv'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/the same run twice/) as string,
    });
  });

  test('a run that was cut is refused', async () => {
    const [path] = await write('cut', [301]);
    const text = await readFile(laboratory.path(path), 'utf8');
    await writeFile(laboratory.path(path), text.split('\n').slice(0, 3).join('\n'));
    expect(await equivalence([path])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/expected: 3 tests\n.*2 tests/) as string,
    });
  });
});
