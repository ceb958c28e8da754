import { writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Laboratory, TINY } from './laboratory';

const FIXTURES = join(__dirname, '../../fixtures');
const REPORT = join(FIXTURES, 'reported/lr-experiment.txt');

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  const log = readFileSync(join(FIXTURES, 'torch/oracle/lr0.001_seed2.log'), 'utf8');
  await writeFile(laboratory.path('good.log'), log);
  await writeFile(
    laboratory.path('bad.log'),
    log.replace(/(\(9\d\.\d)\d(%\))/, (_, a: string, b: string) => `${a}x${b}`.replace('x', '0')),
  );
});
afterAll(() => laboratory.close());

test('logs that hold: 0, with a verdict per check', async () => {
  const { exitCode, stdout } = await laboratory.run(['check', 'good.log', REPORT]);
  expect(exitCode).toBe(0);
  expect(stdout.match(/^pass: /gm)).toHaveLength(4);
  for (const name of ['format', 'arithmetic', 'protocol']) {
    expect(stdout.match(new RegExp(`^  ${name} +pass$`, 'gm'))).toHaveLength(4);
  }
  expect(stdout.match(/^ {2}bands +no-reference: /gm)).toHaveLength(4);
  expect(stdout).toMatch(/lr-experiment.txt, run from line 101, lr 0.001 \(from its heading\)/);
});

test('one digit of an accuracy: 1, with line and rule', async () => {
  const { exitCode, stdout } = await laboratory.run(['check', 'good.log', 'bad.log', '--lr', '0.001']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^fail: bad.log, .*lr 0.001 \(as given\)\n {2}format +pass\n {2}arithmetic +fail\n {4}line 12, accuracy: /m,
  );
});

test('as JSON', async () => {
  const { exitCode, stdout } = await laboratory.run(['check', 'bad.log', '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      path: 'bad.log',
      verdict: 'fail',
      checks: [
        { name: 'format', verdict: 'pass', findings: [] },
        { name: 'arithmetic', verdict: 'fail', findings: [{ rule: 'accuracy', line: 12 }] },
        { name: 'protocol', verdict: 'pass' },
        { name: 'bands', verdict: 'no-reference' },
      ],
    },
  ]);
});

test('a run of ours, its folder, its record and its log', async () => {
  await laboratory.run(['run', ...TINY, '--out', 'one']);
  const { stdout } = await laboratory.run([
    'check',
    'one',
    'one/run.json',
    'one/train.log',
    '--spec',
    'tiny.json',
  ]);
  expect(stdout.match(/^ {2}arithmetic +pass$/gm)).toHaveLength(3);
  expect(stdout.match(/, lr 0.01 \(as given\)/g)).toHaveLength(2);
});

test.each<[string, string[], RegExp]>([
  ['no file', ['check', 'none.log'], /none.log/],
  ['no log', ['check', 'tiny.json'], /record|unknown key|missing key/],
  ['a learning rate that is none', ['check', 'good.log', '--lr', 'abc'], /--lr has no valid value/],
])('%s: 2', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await laboratory.run(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});
