import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Laboratory, TINY } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

const WHAT = ['find-seed', '--spec', 'tiny.json', '--data', 'tiny', '--workers', '2'];

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
