import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Laboratory, TINY } from './laboratory';

const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

const WHAT = ['alternatives', 'report.txt', '--study', 'study', '--data', 'tiny', '--out', 'readings'];

async function writeReadings(name: string, alternatives: readonly object[]): Promise<void> {
  await writeFile(lab.path('study', name), JSON.stringify({ alternatives }));
  await lab.writeStudy('study', {}, { readings: name });
}

const brighter = {
  name: 'brighter',
  factor: 'normalisation',
  reading: 'pixels as bright as lamps',
  changes: { normalisation: { mean: 0, std: 0.02 } },
};

test('the reading that the report was made with is the most plausible; what was trained is not trained again', async () => {
  const reported = await lab.run(['run', ...TINY, '--lr', '0.01', '--seed', '99']);
  await writeFile(lab.path('report.txt'), `## LR = 0.01\n\n${reported.stdout}`);
  await writeReadings('readings.json', [brighter]);
  const first = await lab.run([...WHAT, '--seeds', '1..8']);
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toContain('The most plausible reading: the experiment as it is specified.');
  expect(first.stdout).not.toContain('Not told apart');
  const again = await lab.run([...WHAT, '--seeds', '1..4', '--json']);
  expect(again.stderr).toContain('nothing is trained: 4 runs of each reading and setting are there');
  expect(JSON.parse(again.stdout)).toMatchObject([
    { name: 'as-specified', below: 0, bySetting: [{ conditions: { lr: 0.01 }, seeds: 4 }] },
    { name: 'brighter' },
  ]);
  const more = await lab.run([...WHAT, '--seeds', '1..9']);
  expect(more.stderr).toContain('brighter: 1 runs trained, 8 were there already');
});

test('of the readings whose runs are kept, the specified one is the most plausible, and no data are needed', async () => {
  const kept = join(__dirname, '../../golden/lr-experiment/readings/mnist');
  await cp(kept, lab.path('kept'), { recursive: true });
  const args = ['alternatives', REPORT, '--seeds', '1..8', '--epochs', '1', '--out', 'kept'];
  const { stdout, stderr } = await lab.run([...args, '--json']);
  expect(stderr).toContain('nothing is trained: 8 runs of each reading and setting are there\n');
  const names = (JSON.parse(stdout) as { name: string; score: number }[]).map(({ name }) => name);
  expect(names.slice(0, 3)).toEqual(['as-specified', 'dropout-twice', 'rmsprop']);
  expect(names.at(-1)).toBe('sgd');
});

test('runs on the synthetic digits are not held against a report', async () => {
  const { exitCode, stderr } = await lab.run([
    ...['alternatives', REPORT, '--data', 'synthetic', '--seeds', '1', '--out', 'synthetic'],
  ]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the report is about another data set');
  expect(await lab.entries()).not.toContain('synthetic');
});

test.each([
  ['the same as the experiment', [{ ...brighter, changes: { normalisation: { mean: 0.5, std: 0.25 } } }]],
  ['of the same name', [brighter, { ...brighter, changes: { normalisation: { mean: 0, std: 0.2 } } }]],
  ['with an unknown change', [{ ...brighter, changes: { brightness: 10 } }]],
])('readings %s are refused', async (_, readings) => {
  await writeReadings('wrong.json', readings);
  const { exitCode, stderr } = await lab.run([...WHAT, '--seeds', '1']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('wrong.json');
});
