import { cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { loadExperiment } from '../../src/experiment/load';
import { Laboratory } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

describe('assay data list', () => {
  test('names the places that are looked at, also when they are empty', async () => {
    const { exitCode, stdout } = await lab.run(['data', 'list']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^mnist: not in \S+cache\/mnist; .*\nsynthetic: not in \S+cache\/synthetic; .*\n$/,
    );
  });

  test('tells what cannot be used, and why', async () => {
    await cp(lab.path('tiny'), lab.path('own/mnist'), { recursive: true });
    const environment = { ASSAY_DATA: lab.path('own') };
    const { stdout } = await lab.run(['data', 'list', '--json'], { environment });
    expect(JSON.parse(stdout)).toMatchObject([
      { name: 'mnist', folder: lab.path('own/mnist'), problem: { code: 'data-checksum-mismatch' } },
      { name: 'mnist', folder: lab.path('cache/mnist') },
      { name: 'synthetic', folder: lab.path('cache/synthetic') },
    ]);
  });

  test('of one data set, or of a folder', async () => {
    expect((await lab.run(['data', 'list', 'mnist'])).stdout).toMatch(
      /^mnist: not in \S+cache\/mnist; .*\n$/,
    );
    expect((await lab.run(['data', 'list', 'synthetic'])).stdout).toMatch(/^synthetic: .*\n$/);
    expect((await lab.run(['data', 'list', 'tiny'])).stdout).toMatch(/^tiny: 22 training and 10 test images/);
    expect((await lab.run(['data', 'list', 'nowhere'])).exitCode).toBe(2);
  });

  test('writes a contact sheet', async () => {
    expect(await lab.run(['data', 'list', 'tiny', '--sheet', 'tiny.png'])).toMatchObject({
      exitCode: 0,
      stderr: 'written to tiny.png\n',
    });
    const png = await readFile(lab.path('tiny.png'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
  });

  test.each([[['--sheet', 'tiny.png']]])('a sheet needs a data set and a file: %s', async (args) => {
    expect(await lab.run(['data', 'list', ...args])).toMatchObject({ exitCode: 2, stdout: '' });
  });

  test('a sheet that cannot be written ends with 2', async () => {
    const { exitCode, stderr } = await lab.run([
      'data',
      'list',
      'tiny',
      '--sheet',
      'study/study.json/sheet.png',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('not a folder');
  });
});

describe('assay data verify', () => {
  test('accepts a folder whose files are whole', async () => {
    const { exitCode, stdout } = await lab.run(['data', 'verify', 'tiny']);
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      `tiny: 22 training and 10 test images of 6 × 6, in tiny\n  SHA-256 ${lab.dataSha256}\n`,
    );
  });

  test('prints JSON', async () => {
    const { stdout } = await lab.run(['data', 'verify', 'tiny', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      name: 'tiny',
      sha256: lab.dataSha256,
      trainCount: 22,
      testCount: 10,
    });
  });

  test('refuses what calls itself MNIST and is not', async () => {
    await cp(lab.path('tiny'), lab.path('false/mnist'), { recursive: true });
    const environment = { ASSAY_DATA: lab.path('false') };
    const { exitCode, stderr } = await lab.run(['data', 'verify'], { environment });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(join(lab.path('false/mnist'), 'train-images-idx3-ubyte'));
  });
});

test('assay data fetch draws the synthetic digits, which an experiment pins', async () => {
  const { exitCode, stdout } = await lab.run(['data', 'fetch', 'synthetic']);
  expect(exitCode).toBe(0);
  const { data } = await loadExperiment(resolve(__dirname, '../../spec/lr-experiment/experiment.json'));
  expect(stdout).toContain(`SHA-256 ${data.synthetic.sha256}`);

  const { exitCode: refused, stderr } = await lab.run([
    'run',
    '--lr',
    '1',
    '--study',
    'study',
    '--data',
    'synthetic',
  ]);
  expect(refused).toBe(2);
  expect(stderr).toContain('the experiment was made for other synthetic digits');
});

test('assay data fetch knows two data sets', async () => {
  const { exitCode, stderr } = await lab.run(['data', 'fetch', 'cifar']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('expected: mnist, synthetic');
});
