import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOutFolder, freeRunFolder, withFolder, withNewFolder } from '../../src/cli/outFolder';
import { US } from '../../src/base/holder';
import { Laboratory, TINY } from './laboratory';

let folder: string;
let out: string;
let cwd: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-out-'));
  out = join(folder, 'out');
  cwd = process.cwd();
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(cwd);
  await rm(folder, { recursive: true });
});

const write = (name: string) => () => writeFile(join(out, name), '');

test('of two that are given one new folder, one has it', async () => {
  const outcomes = await Promise.allSettled(['a', 'b'].map((name) => withNewFolder(out, write(name))));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'folder-busy', facts: { where: out } },
  });
  expect(await readdir(out)).toHaveLength(1);
});

test('a folder that others make and take back at the same time can be had', async () => {
  const others = `const fs = require('fs'); for (;;) { try { fs.mkdirSync('out'); fs.rmdirSync('out'); } catch {} }`;
  const other = spawn(process.execPath, ['-e', others]);
  try {
    for (let n = 0; n < 2000; n++) await withFolder(out, async () => undefined);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
});

test.each([
  ['of more folders than a path can have', 'a/'.repeat(50_000), 'ENAMETOOLONG'],
  ['with a NUL', 'a\0/b', 'ERR_INVALID_ARG_VALUE'],
])('a path %s is refused at once', async (_, path, got) => {
  await expect(withNewFolder(path, write('a'))).rejects.toMatchObject({
    code: 'file-unwritable',
    facts: { got: expect.stringContaining(got) as string },
  });
});

test('one that was filled after it had been looked into is not new', async () => {
  await checkOutFolder(out);
  await withNewFolder(out, write('theirs'));
  await expect(withNewFolder(out, write('ours'))).rejects.toMatchObject({ code: 'usage' });
  expect(await readdir(out)).toEqual(['theirs']);
});

test('a folder for a run of its own is one that nobody has taken', async () => {
  const { pid: gone } = spawnSync(process.execPath, ['--version']);
  expect(await freeRunFolder('x')).toBe('runs/x');
  await withFolder('runs/x', async () => expect(await freeRunFolder('x')).toBe('runs/x-2'));
  await mkdir('runs/x', { recursive: true });
  await writeFile('runs/x/.assay.lock', `process ${gone} (${US.start}) on ${US.host}`);
  expect(await freeRunFolder('x')).toBe('runs/x');
  await withNewFolder('runs/x', () => writeFile('runs/x/file', ''));
  expect(await readdir('runs/x')).toEqual(['file']);
  expect(await freeRunFolder('x')).toBe('runs/x-2');
});

test('two runs into one --out: one is refused, and the other is whole', async () => {
  const lab = await Laboratory.open();
  try {
    const args = ['run', ...TINY, '--epochs', '300', '--out', 'same'];
    const outcomes = await Promise.all([
      lab.run([...args, '--seed', '1']),
      lab.run([...args, '--seed', '2']),
    ]);
    expect(outcomes.map(({ exitCode }) => exitCode).sort()).toEqual([0, 2]);
    const seed = outcomes.findIndex(({ exitCode }) => exitCode === 0) + 1;
    expect((await lab.record('same')).seed).toBe(seed);
    expect(outcomes[2 - seed].stderr).toMatch(
      /^error: (another process writes here|--out holds files already)\n/,
    );
  } finally {
    await lab.close();
  }
});
