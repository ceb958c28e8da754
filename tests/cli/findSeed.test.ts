import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseSeedSearch } from '../../src/judge/seed/search';
import { Laboratory, TINY } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

const WHAT = ['find-seed', '--study', 'study', '--data', 'tiny', '--workers', '2'];

test('a run’s seed is found from the first loss that it printed, and what was computed is kept', async () => {
  const { stdout } = await lab.run(['run', ...TINY, '--seed', '611', '--out', 'secret']);
  const loss = /Loss: (\S+)/.exec(stdout)?.[1] ?? '';
  const found = await lab.run([...WHAT, '--loss', loss, '--range', '100..999']);
  expect(found).toMatchObject({ exitCode: 0, stderr: '' });
  expect(found.stdout).toMatch(/^seed 611: /m);
  expect(found.stdout).toMatch(/of the seeds 100 to 999; \S+ are to be expected by chance\n$/);
  const without = await lab.run([...WHAT, '--loss', loss, '--range', '100..610', '--json']);
  expect(JSON.parse(without.stdout)).not.toMatchObject({ candidates: [{ seed: 611 }] });
});

describe('by a log', () => {
  const longer = ['--study', 'longer', '--data', 'tiny'];
  const options = ['find-seed', ...longer, '--log', 'hidden.log', '--workers', '2', '--range', '0..499'];

  beforeAll(async () => {
    await lab.writeStudy('longer', {
      training: { batchSize: 4, epochs: 6, logInterval: 1, lrs: [0.1] },
    });
    const { stdout } = await lab.run(['run', ...longer, '--lr', '0.1', '--seed', '317', '--out', 'hidden']);
    const short = stdout.replace(/Loss: (\S+)/g, (_, loss) => `Loss: ${Number(loss).toFixed(2)}`);
    await writeFile(lab.path('hidden.log'), short);
  });

  test('the seed of its run is told from those that print the same first loss', async () => {
    const { exitCode, stdout } = await lab.run([...options, '--lr', '0.1']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^the run from line 1: loss \d\.\d{2} of batch 0, lr 0.1, epochs 1 to 2$/m);
    expect(stdout).toMatch(
      /^ {2}seed 317: \d\.\d{7}; over \d+ further losses r = 1\.000, p < 1e-12\n {2}seed \d+: /m,
    );
    expect(stdout).toMatch(/\n {2}its seed is 317\n$/);
  });

  test('not finding it is said, with 1 at the end', async () => {
    const json = ['--lr', '0.1', '--epochs', '1', '--range', '318..499', '--json'];
    const { exitCode, stdout } = await lab.run([...options, ...json]);
    expect(exitCode).toBe(1);
    const { runs, ...rest } = parseSeedSearch(stdout, 'stdout');
    expect(rest).toMatchObject({ rng: 'pytorch-mt19937', range: { from: 318, to: 499 } });
    expect(runs).toMatchObject([{ line: 1, conditions: { lr: 0.1 }, epochs: 1 }]);
    expect(runs[0]).not.toHaveProperty('found');
  });

  test.each([
    ['a learning rate that nothing says', [], 'does not follow from its log'],
    [
      'a loss beside it',
      ['--loss', '1.234'],
      "option '--loss <number>' cannot be used with option '--log <file>'",
    ],
  ])('%s is refused', async (_, more, message) => {
    const { exitCode, stderr } = await lab.run([...options, ...more]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  test('a record, which says its seed, is refused', async () => {
    const { exitCode, stderr } = await lab.run(['find-seed', ...longer, '--log', 'hidden/run.json']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('got:      seed 317');
  });
});

test.each([
  ['there is nothing to search for', [], 'expected: --loss or --log'],
  ['a learning rate without a log', ['--loss', '2.30', '--lr', '0.1'], 'expected: --log, too'],
])('%s is refused', async (_, options, message) => {
  const { exitCode, stderr } = await lab.run([...WHAT, ...options]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

test.each([
  ['a loss without decimals', ['--loss', '2']],
  ['a range backwards', ['--loss', '2.30', '--range', '5..1']],
])('%s is refused', async (_, options) => {
  const { exitCode, stderr } = await lab.run([...WHAT, ...options]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('has no valid value');
});

const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const mnistIsFound = mnist !== undefined && existsSync(mnist);

(mnistIsFound ? test : test.skip)(
  'PyTorch’s seed 42 is found from the digits that PyTorch printed',
  async () => {
    const args = [
      'find-seed',
      '--data',
      'mnist',
      '--loss',
      '2.307556',
      '--range',
      '0..249',
      '--out',
      lab.path('mnist'),
    ];
    const environment = { ASSAY_DATA: process.env.ASSAY_DATA ?? '' };
    expect((await lab.run(args, { environment })).stdout).toMatch(/^seed 42: 2\.30755/m);
  },
);
