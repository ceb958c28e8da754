import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Laboratory } from '../cli/laboratory';
import { InstalledPackage } from './installed';

const LOGS = resolve(__dirname, '../../fixtures/logs/keras');

/** A whole work, from an empty folder, with nothing of this checkout but the packed package. */
let project: InstalledPackage;
let before: string;
beforeAll(async () => {
  project = await InstalledPackage.open();
  before = await project.digest();
});
afterAll(async () => {
  expect(await project.digest()).toBe(before); // nothing was written into the package
  await project.close();
});

const done = (...args: readonly string[]): string => {
  const { status, stdout, stderr } = project.assay(...args);
  expect({ args, status, stderr: status === 0 ? '' : stderr }).toEqual({ args, status: 0, stderr: '' });
  return stdout;
};

test('the logs of another trainer: init, bands, check', async () => {
  await cp(LOGS, join(project.folder, 'keras'), { recursive: true });
  const seeds = (first: number, last: number): string[] =>
    Array.from(
      { length: last - first + 1 },
      (_, i) => `keras/healthy/seed-${String(first + i).padStart(3, '0')}.csv`,
    );
  expect(done('init', ...seeds(1, 20), '--out', 'assay')).toContain('20 runs in the format csv');
  expect(done('bands', ...seeds(1, 20), '--study', 'assay')).toContain('20 runs; coverage 0.9524');
  expect(done('check', ...seeds(101, 110), '--study', 'assay')).toContain('pass: keras/healthy/seed-101.csv');
  for (const fault of ['lr-low', 'lr-high', 'labels', 'linear'])
    expect(project.assay('check', `keras/faults/${fault}/seed-201.csv`, '--study', 'assay').status).toBe(1);
});

test('an experiment of ours: init, run, sweep, bands, check, golden record and verify, audit', async () => {
  const lab = await Laboratory.open();
  await cp(lab.path('tiny'), join(project.folder, 'tiny'), { recursive: true });
  await lab.close();
  const modules = [
    { name: 'conv', type: 'Conv2d', inChannels: 1, outChannels: 2, kernelSize: [3, 3], padding: [1, 1] },
    { name: 'relu', type: 'ReLU' },
    { name: 'fc', type: 'Linear', inFeatures: 72, outFeatures: 3 },
  ];
  const training = { batchSize: 4, epochs: 2, logInterval: 2, lrs: [0.01, 0.1] };
  await writeFile(join(project.folder, 'net.json'), JSON.stringify({ modules, training }));
  const of = ['--study', 'small', '--data', 'tiny'];
  expect(
    done('init', '--modules', 'net.json', '--data', 'tiny', '--name', 'small', '--out', 'small'),
  ).toContain('the model: 239 parameters');
  done('run', ...of, '--lr', '0.01', '--seed', '99', '--out', 'mine');
  done('sweep', ...of, '--seeds', '1..20', '--workers', '1');
  expect(done('bands', ...of)).toMatch(/^lr 0\.01: 20 runs, .*\nlr 0\.1: 20 runs/);
  expect(project.assay('check', 'mine', ...of).stdout).toMatch(
    /bands +(pass|fail): lr 0\.01: band of 20 runs/,
  );
  const reason = 'the first ones';
  done('golden', 'record', ...of, '--reason', reason);
  expect(done('golden', 'verify', ...of)).toContain('pass');
  const log = await readFile(join(project.folder, 'mine/train.log'), 'utf8');
  await mkdir(join(project.folder, 'doc'), { recursive: true });
  await writeFile(join(project.folder, 'doc/report.txt'), `# A report\n\n## LR = 0.01\n\n${log}`);
  expect(project.assay('audit', 'doc/report.txt', ...of).stdout).toContain(
    "The 13 numbers in the report's logs agree",
  );
});
