import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseEnsemble } from '../../src/run/ensemble';
import { Laboratory, outcomeOf, TINY } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

const WHAT = ['sweep', '--study', 'study', '--data', 'tiny', '--workers', '2'];
const read = (path: string): Promise<string> => readFile(lab.path(path), 'utf8');

test('killed ten times at random moments, it ends with the same bytes as undisturbed, and does no run again', async () => {
  const many = [...WHAT, '--seeds', '1..600'];
  await lab.run([...many, '--out', 'whole']);
  const linesOfJournal = async (): Promise<number> =>
    existsSync(lab.path('killed/journal.jsonl'))
      ? (await read('killed/journal.jsonl')).split('\n').length - 1
      : 0;
  const finished = [0];
  while (finished.length <= 10) {
    const child = lab.start([...many, '--out', 'killed']);
    const outcome = outcomeOf(child);
    while ((await linesOfJournal()) <= finished[finished.length - 1] && child.exitCode === null)
      await sleep(5);
    await sleep(60 * Math.random());
    child.kill('SIGKILL');
    await outcome;
    finished.push(await linesOfJournal());
  }
  expect(finished.at(-1)).toBeGreaterThan(10);
  expect(finished).toEqual([...finished].sort((a, b) => a - b)); // no finished run was lost
  const last = await lab.run([...many, '--out', 'killed']);
  expect(last.stdout).toContain(`trained, ${finished.at(-1)} were there already`);
  expect(await read('killed/runs.jsonl')).toBe(await read('whole/runs.jsonl'));
  const again = await lab.run([...many, '--out', 'killed']);
  expect(again.stdout).toBe('0 runs trained, 1200 were there already; all are in killed/runs.jsonl\n');
});

test('its runs are those of assay run', async () => {
  await lab.run([...WHAT, '--seeds', '3,5..6', '--lrs', '0.01', '--out', 'few']);
  await lab.run(['run', ...TINY, '--seed', '5', '--out', 'five']);
  const { runs } = parseEnsemble(await read('few/runs.jsonl'), 'it');
  const { epochs, finalWeightsSha256, logitsSha256 } = await lab.record('five');
  expect(runs.map(({ seed }) => seed)).toEqual([3, 5, 6]);
  expect(runs[1]).toMatchObject({ epochs, finalWeightsSha256, logitsSha256 });
});

test('what somebody has put into its journal is not taken over', async () => {
  await lab.run([...WHAT, '--seeds', '1', '--out', 'changed']);
  const before = await read('changed/runs.jsonl');
  await writeFile(lab.path('changed/journal.jsonl'), `{"id":"${'0'.repeat(64)}","result":{"lr":0.01}}\n`);
  const { exitCode, stderr } = await lab.run([...WHAT, '--seeds', '1', '--out', 'changed']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('changed/journal.jsonl');
  expect(await read('changed/runs.jsonl')).toBe(before);
});

test('stopped by Ctrl-C, it says how to go on', async () => {
  const child = lab.start([...WHAT, '--seeds', '1..5000', '--out', 'stopped']);
  const outcome = outcomeOf(child);
  while (!existsSync(lab.path('stopped/journal.jsonl'))) await sleep(20);
  await sleep(300);
  child.kill('SIGINT');
  const { exitCode, stderr } = await outcome;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/^stopped: \d+ of 10000 runs are missing; the same command continues\n$/);
});

test.each([
  ['seeds backwards', ['--seeds', '5..1'], '--seeds has no valid value'],
  ['no seed', ['--seeds', '1..x'], '--seeds has no valid value'],
  ['a learning rate of 0', ['--seeds', '1', '--lrs', '0.1,0'], '--lrs has no valid value'],
  [
    'an ensemble of other runs',
    ['--seeds', '1', '--epochs', '3', '--out', 'few'],
    'the ensemble is of other runs',
  ],
])('%s is refused', async (_, options, message) => {
  const before = await lab.entries();
  const { exitCode, stderr } = await lab.run([...WHAT, ...options]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
  expect(await lab.entries()).toEqual(before);
});
