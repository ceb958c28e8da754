import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { say } from '../say';
import { bytesOnDisk, installedBeside } from './closure';
import { installFromCache } from './fromCache';
import { InstalledPackage } from './installed';

const ROOT = resolve(__dirname, '../..');

/** On a disk, with all that is installed beside the package. */
const MOST_MEGABYTES = 40;

let project: InstalledPackage;
beforeAll(async () => {
  project = await InstalledPackage.open();
});
afterAll(() => project.close());

const megabytesOf = (folders: readonly string[]): number =>
  folders.map(bytesOnDisk).reduce((sum, size) => sum + size) / 1e6;

test('an empty project with the packed package stays small', async () => {
  const packages = installedBeside(ROOT).map((path) => join(ROOT, path));
  const megabytes = megabytesOf([join(project.folder, 'node_modules/assay'), ...packages]);
  const start = performance.now();
  expect(project.assay('--help').status).toBe(0);
  const seconds = (performance.now() - start) / 1000;
  await say(
    `in an empty project: ${megabytes.toFixed(1)} MB in ${packages.length + 1} packages; assay --help takes ${seconds.toFixed(2)} s`,
  );
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
});

test('npm installs just these packages, and the command works', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-install-'));
  try {
    const installation = await installFromCache(folder);
    if ('lacks' in installation)
      return await say(`time to install: not measured, as npm's cache does not have ${installation.lacks}`);
    await say(`time to install, from npm's cache: ${installation.seconds.toFixed(1)} s`);
    const { packages } = JSON.parse(
      await readFile(join(folder, 'node_modules/.package-lock.json'), 'utf8'),
    ) as { packages: Record<string, unknown> };
    const paths = Object.keys(packages);
    expect(paths.sort()).toEqual(['node_modules/assay', ...installedBeside(ROOT)].sort());
    expect(megabytesOf(paths.map((path) => join(folder, path)))).toBeLessThan(MOST_MEGABYTES);
    const command = join(folder, 'node_modules/.bin/assay');
    const { status, stdout } = spawnSync(command, ['--help'], { cwd: folder, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^Usage: assay COMMAND/)]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the package has docs, and of the fixtures only what its studies name', () => {
  const own = join(project.folder, 'node_modules/assay');
  const files = (folder: string): string[] =>
    readdirSync(join(own, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  expect(files('docs')).toContain('commands.md');
  expect(files('fixtures')).toEqual(['lenet.txt', 'lr-experiment.txt', 'record.py', 'trace.json']);
  for (const folder of ['src', 'tests', 'examples', 'scripts'])
    expect(readdirSync(own)).not.toContain(folder);
  expect(readdirSync(join(own, 'dist'))).not.toContain('bench');
});

test.each([
  [
    ['run', '--engine', 'tfjs', '--data', 'synthetic', '--lr', '0.001'],
    /the engine tfjs needs packages that are not installed\n.*\n +hint: +npm install @tensorflow\/tfjs-core@4\.22\.0 @tensorflow\/tfjs-backend-wasm@4\.22\.0\n/,
  ],
  [
    ['worker', '--queue', 'redis://localhost:1'],
    /a queue needs packages that are not installed\n.*\n +hint: +npm install bullmq@\S+ ioredis@\S+\n/,
  ],
])('%j says which packages it needs, and how they are installed', (args, message) => {
  const { status, stdout, stderr } = project.assay(...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('pictures have the same bytes as here, letters included', async () => {
  const sheet = (program: string, file: string): string[] => [
    ...[program, 'data', 'list', 'synthetic', '--sheet', file],
  ];
  project.run(process.execPath, sheet('node_modules/assay/bin/assay.js', 'there.png'));
  project.run(process.execPath, sheet(join(ROOT, 'bin/assay.js'), 'here.png'));
  const [there, here] = await Promise.all(
    ['there.png', 'here.png'].map((name) => readFile(join(project.folder, name))),
  );
  expect(there.equals(here)).toBe(true);
});
