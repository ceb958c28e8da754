import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Laboratory } from './laboratory';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory.close());

const STUDY = join(__dirname, '../../spec/lr-experiment');
const BANDS = join(__dirname, '../../golden/lr-experiment/bands/mnist.json');

test('a level that needs more runs is refused with their number, and the stored bands stay', async () => {
  const before = readFileSync(BANDS, 'utf8');
  const { exitCode, stderr } = await laboratory.run(['bands', '--study', STUDY, '--level', '0.997']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/lr 0.0001\n.*at least 999 runs, for the level 0.999/);
  expect(readFileSync(BANDS, 'utf8')).toBe(before);
});

test.each(['0', '1', '95', '95%', '-0.5', ''])('--level %s is no probability', async (level) => {
  const { exitCode, stderr } = await laboratory.run(['bands', `--level=${level}`]);
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/between 0 and 1/) as string,
  });
});
