import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serializeRunRecord } from '../../src/run/record';
import { Laboratory, TINY } from './laboratory';

const SEEDS = join(__dirname, '../../fixtures/torch/seeds');
const STUDY = join(__dirname, '../../spec/lr-experiment');

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  await laboratory.run(['run', ...TINY, '--out', 'one']);
  await laboratory.run(['run', ...TINY, '--out', 'two', '--engine', 'reference', '--threads', '1']);
});
afterAll(() => laboratory.close());

const compare = (...args: string[]): ReturnType<Laboratory['run']> =>
  laboratory.run(['compare', '--study', 'study', ...args]);

test('a log of other data, and of another model, is none of the same experiment', async () => {
  const text = await readFile(laboratory.path('one/train.log'), 'utf8');
  for (const [place, edited] of [
    ['data set', text.replace('Loading Tiny', 'Loading synthetic')],
    ['architecture', text.replace('out_features=3', 'out_features=100')],
  ]) {
    expect(edited).not.toBe(text);
    await writeFile(laboratory.path('other.log'), edited);
    for (const side of ['one', 'one/train.log']) {
      const { exitCode, stdout } = await compare(side, 'other.log');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(new RegExp(`^fail: no tier \\(not runs of one experiment: another ${place}\\)`));
    }
  }
});

test('runs that agree: 0', async () => {
  const { exitCode, stdout } = await compare('one', 'two/run.json');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^pass: bitwise .*\n {2}equal: +all 21 entries\n$/);
});

test('of runs of two seeds it is said how they are judged, and not where they part', async () => {
  const [a, b] = [101, 102].map((seed) => join(SEEDS, `lr0.0001_seed${seed}.log`));
  const { exitCode, stdout } = await laboratory.run(['compare', a, b, '--study', STUDY]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^pass: statistical \(another seed \(101, 102\): only bands can judge them; both lie in one band: .*\)\n$/,
  );
  const other = await laboratory.run(['compare', a, b, '--study', STUDY, '--json']);
  expect(JSON.parse(other.stdout)).toMatchObject({ firstDivergence: { kind: 'value' } });
});

test('a record and its own log agree', async () => {
  const { exitCode, stdout } = await compare('one', 'two/train.log');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^pass: as printed /);
});

test('one bit of one loss: 1, with the step, the bits and what to type', async () => {
  const record = await laboratory.record('one');
  const loss = record.losses[2];
  const bits = new Uint32Array(new Float32Array([loss]).buffer);
  bits[0] += 1;
  const [next] = new Float32Array(bits.buffer);
  await writeFile(
    laboratory.path('other.json'),
    serializeRunRecord({ ...record, losses: record.losses.with(2, next) }),
  );
  const { exitCode, stdout } = await compare('one', 'other.json');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('first divergence: step 3: loss\n');
  expect(stdout).toContain(`A: ${loss} (0x`);
  expect(stdout).toContain(`B: ${next} (0x`);
  expect(stdout).toContain('1 ulp apart');
  const command = /to reproduce it: +npx assay (.*)\n/.exec(stdout)?.[1] ?? '';
  expect(command).toMatch(/--until-step 3$/);
  await laboratory.run([...command.split(' '), '--out', 'again']);
  expect((await laboratory.record('again')).losses).toEqual(record.losses.slice(0, 3));
});

test('a digit of a log: 1, with the line, as JSON', async () => {
  const log = await readFile(laboratory.path('one/train.log'), 'utf8');
  const lines = log.split('\n');
  const index = lines.findIndex((line) => line.startsWith('Train Epoch: 2'));
  lines[index] = lines[index].replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
  await writeFile(laboratory.path('edited.log'), lines.join('\n'));
  const { exitCode, stdout } = await compare('one', 'edited.log', '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    a: 'one',
    b: 'edited.log',
    verdict: 'fail',
    tier: 'as printed',
    firstDivergence: { place: 'epoch 2, 0 samples seen: loss', b: { line: index + 1 } },
  });
});

test.each<[string, string[], RegExp]>([
  [
    'a tolerance finer than one of 10 images',
    ['one', 'two', '--accuracy-tolerance', '9'],
    /at least 10 percentage points/,
  ],
  [
    'a tolerance that is no number',
    ['one', 'two', '--loss-tolerance', 'x'],
    /--loss-tolerance has no valid value/,
  ],
  ['a file that is not there', ['one', 'three'], /three/],
  ['a folder of no run', ['one', 'tiny'], /the folder is not that of a finished run\n +where: +tiny\n/],
  ['a file that is no run', ['one', 'tiny/train-labels-idx1-ubyte'], /not a log of a training run/],
  ['one run only', ['one'], /missing required argument 'B'/],
])('%s: 2', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await compare(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
