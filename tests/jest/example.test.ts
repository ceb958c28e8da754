import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The example project, in a copy that has its dependencies as `npm install` would link them. */

const ROOT = resolve(__dirname, '../..');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-example-'));
  await cp(join(ROOT, 'examples/python-ci'), folder, { recursive: true });
  await mkdir(join(folder, 'node_modules'));
  await symlink(ROOT, join(folder, 'node_modules/assay'));
});
afterAll(() => rm(folder, { recursive: true }));

function jest(): { status: number | null; output: string } {
  const program = join(ROOT, 'node_modules/jest/bin/jest.js');
  const { ASSAY_CLOSING_WORDS: _, ...env } = process.env;
  const { status, stderr } = spawnSync(process.execPath, [program], { cwd: folder, env, encoding: 'utf8' });
  return { status, output: stderr };
}

test('it is green', () => {
  expect(jest()).toMatchObject({ status: 0, output: expect.stringMatching(/2 passed, 2 total/) as string });
});

test('one digit of an accuracy turns it red, with line and reason', async () => {
  const path = join(folder, 'train.log');
  const log = await readFile(path, 'utf8');
  const changed = log.replace(/(Accuracy: \d+\/10000 \(\d+\.)\d\d/, (_, before: string) => `${before}00`);
  expect(changed).not.toBe(log);
  await writeFile(path, changed);
  const { status, output } = jest();
  expect(status).toBe(1);
  expect(output).toMatch(/first divergence: epoch 1: accuracy/);
  expect(output).toMatch(/expected the run to meet the spec[^]*line 12, accuracy: \d+\/10000 is/);
});
