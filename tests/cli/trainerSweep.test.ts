import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { Laboratory, type Outcome } from './laboratory';

let lab: Laboratory;
beforeEach(async () => {
  lab = await Laboratory.open();
});
afterEach(() => lab.close());

const METRIC = { name: 'loss', kind: 'loss', better: 'lower', per: 'epoch' };

/** By a trainer that is Node with this code, and gets the seed and the folder of the run. */
async function sweep(code: string, more: object, ...args: string[]): Promise<Outcome> {
  await mkdir(lab.path('mine'), { recursive: true });
  await writeFile(lab.path('train.cjs'), code);
  const study = {
    ...{ name: 'mine', title: 'Mine', conditions: [], metrics: [METRIC], logs: {}, golden: 'golden' },
    trainer: `'${process.execPath}' train.cjs {seed} {out}`,
  };
  await writeFile(lab.path('mine/study.json'), JSON.stringify({ ...study, ...more }));
  return lab.run(['sweep', '--study', 'mine', '--out', 'out/runs', ...args]);
}

const runs = async (): Promise<string[]> => (await readdir(lab.path('out/runs'))).sort();

test('no condition leads out of the folder of the runs', async () => {
  const conditions = [{ name: 'data', values: ['/../../escaped/x', 'y'] }];
  const { exitCode } = await sweep('console.log(1)', { conditions }, '--seeds', '1');
  expect(exitCode).toBe(0);
  expect(existsSync(lab.path('escaped'))).toBe(false);
  expect(await runs()).toEqual(['data%2F..%2F..%2Fescaped%2Fx-seed1', 'datay-seed1']);
});

test('a failed run is told with what it printed last, and the others are made', async () => {
  const code = 'console.log("loss nan"); process.exitCode = Number(process.argv[2] === "2")';
  const { exitCode, stdout } = await sweep(code, {}, '--seeds', '1..3');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('2 runs trained, 0 were there already');
  expect(stdout).toMatch(/failed: seed2: it ended with 1; .*\.failed\/seed2\/output\.log\n.*: loss nan\n/);
  expect(await runs()).toEqual(['.failed', 'seed1', 'seed3']);
});

test('what a killed sweep left is removed', async () => {
  await mkdir(lab.path('out/runs/.unfinished/seed1-00'), { recursive: true });
  await sweep('0', {}, '--seeds', '1');
  expect(await runs()).toEqual(['seed1']);
});

test('where a run cannot be kept, the others are ended and the folder is free again', async () => {
  // The first removes its own folder; the second would run on.
  const code = `process.argv[2] === '1' ? require('node:fs').rmSync(process.argv[3], { recursive: true }) : setInterval(() => 0, 1000)`;
  const { exitCode, stderr } = await sweep(code, {}, '--seeds', '1..2', '--workers', '2');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the file cannot be written');
  expect(await runs()).not.toContain('.assay.lock');
});

test.each([
  [['--lrs', '0.1']],
  [['--epochs', '3']],
  [['--data', 'synthetic']],
  [['--queue', 'redis://localhost']],
  [['--time-limit', '2000001']],
])('%j is refused', async (option) => {
  const { exitCode, stderr } = await sweep('', {}, '--seeds', '1', ...option);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${option[0]}`);
  expect(existsSync(lab.path('out'))).toBe(false);
});

test('a command that cannot be right is refused before anything is made', async () => {
  const { exitCode, stderr } = await sweep('', { trainer: 'python train.py' }, '--seeds', '1');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('a command that does not say the seed');
  expect(existsSync(lab.path('out'))).toBe(false);
});

test('a time limit is of a trainer of its own', async () => {
  const args = ['--seeds', '1', '--time-limit', '5', '--data', 'tiny', '--out', 'out'];
  const { stderr } = await lab.run(['sweep', '--study', 'study', ...args]);
  expect(stderr).toContain('--time-limit is for a study with its own trainer');
});
