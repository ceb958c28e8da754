import { existsSync } from 'node:fs';
import { cp, mkdir, open, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Laboratory, TINY, outcomeOf } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

/** What must be equal in two runs of which one promises the bits of the other. */
async function bitsOf(runFolder: string): Promise<unknown> {
  const { environment: _, engine: __, ...bits } = await lab.record(runFolder);
  return bits;
}

describe('assay run', () => {
  test('prints the transcript and nothing else to stdout', async () => {
    const { exitCode, stdout, stderr } = await lab.run(['run', ...TINY, '--out', 'transcript']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: 'written to transcript\n' });
    const trainLine = /^Train Epoch: [12] \[(0|8|16)\/22 \((0|33|67)%\)\]\tLoss: \d\.\d{6}$/;
    const testLine = /^Test set: Average loss: \d\.\d{4}, Accuracy: \d+\/10 \(\d+\.\d\d%\)$/;
    const epoch = [trainLine, trainLine, trainLine, '', testLine, ''];
    const expected = [
      'Using device: cpu',
      'Loading Tiny dataset...',
      '',
      'Model architecture:',
      'TinyClassifier(',
      '  (conv): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))',
      '  (pool): MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False)',
      '  (relu): ReLU()',
      '  (dropout): Dropout(p=0.25, inplace=False)',
      '  (fc): Linear(in_features=18, out_features=3, bias=True)',
      ')',
      '',
      'Starting training...',
      ...epoch,
      ...epoch,
      'Model saved as tiny_model.pth',
      'Saved predictions visualization to predictions.png',
      'Saved training history to training_history.png',
      '',
      /^Final Test Accuracy: \d+\.\d\d%$/,
      '',
    ];
    const lines = stdout.split('\n');
    const matches = (line: string, i: number): boolean =>
      typeof expected[i] === 'string' ? line === expected[i] : expected[i]?.test(line);
    expect(lines.filter((line, i) => !matches(line, i))).toEqual([]);
    expect(lines).toHaveLength(expected.length);
    expect(await readFile(lab.path('transcript/train.log'), 'utf8')).toBe(stdout);
    expect(await readdir(lab.path('transcript'))).toEqual([
      'checkpoint.safetensors',
      'predictions.png',
      'run.json',
      'tiny_model.pth',
      'train.log',
      'training_history.png',
    ]);
  });

  test('gives the same bits on every engine and with every number of threads', async () => {
    const variants = [
      ['--threads', '1'],
      ['--threads', '2'],
      ['--threads', '3'],
      ['--engine', 'reference'],
    ];
    for (const variant of variants) {
      const { exitCode } = await lab.run(['run', ...TINY, ...variant, '--out', variant.join('')]);
      expect(exitCode).toBe(0);
    }
    const [one, ...others] = await Promise.all(variants.map((variant) => bitsOf(variant.join(''))));
    for (const other of others) expect(other).toEqual(one);
    expect((await lab.record('--threads3')).environment.threads).toBe(3);
  });

  test('has seed 1 by default, and another seed gives another run', async () => {
    for (const seed of ['1', '2']) await lab.run(['run', ...TINY, '--seed', seed, '--out', `seed${seed}`]);
    expect(await bitsOf('seed1')).toEqual(await bitsOf('--threads1'));
    expect((await lab.record('seed2')).losses).not.toEqual((await lab.record('seed1')).losses);
  });

  test('--rng draws other dropout masks for the same weights, says so in the record, and is verified and resumed with it', async () => {
    const args = ['run', ...TINY, '--rng', 'torch-mkl', '--out', 'mkl'];
    await lab.run([...args, '--until-step', '8']);
    await lab.run(['run', '--resume', 'mkl', '--data', 'tiny', '--study', 'study']);
    const [record, withoutMkl] = [await lab.record('mkl'), await lab.record('seed1')];
    expect([withoutMkl.rng, record.rng]).toEqual(['pytorch-mt19937', 'pytorch-mt19937-mkl']);
    expect(record.initialWeightsSha256).toBe(withoutMkl.initialWeightsSha256);
    expect(record.losses[0]).not.toBe(withoutMkl.losses[0]);
    const verified = await lab.run(['verify', 'mkl', '--study', 'study', '--data', 'tiny']);
    expect(verified.exitCode).toBe(0);
    const compared = await lab.run(['compare', 'seed1', 'mkl', '--study', 'study']);
    expect(compared.stdout).toContain('--rng torch-mkl');
  });

  test('writes to a folder of its own that says what it is, and never over an earlier run', async () => {
    for (const folder of ['runs/tiny-lr0.01-seed1', 'runs/tiny-lr0.01-seed1-2']) {
      expect((await lab.run(['run', ...TINY])).stderr).toBe(`written to ${folder}\n`);
    }
    const before = await lab.entries();
    const again = await lab.run(['run', ...TINY, '--out', 'runs/tiny-lr0.01-seed1']);
    expect(again).toMatchObject({ exitCode: 2, stdout: '' });
    expect(again.stderr).toContain('nothing is overwritten');
    expect(await lab.entries()).toEqual(before);
  });

  test.each([
    ['by its path', (folder: string) => folder],
    ['as seen from inside', (folder: string) => join('..', basename(folder))],
  ])('goes into an empty folder that one stands in, given %s', async (title, outOf) => {
    const folder = lab.path(`inside, ${title}`);
    await mkdir(folder);
    const here = ['--study', lab.path('study'), '--data', lab.path('tiny')];
    const args = ['run', ...here, '--lr', '0.01', '--until-step', '1', '--out', outOf(folder)];
    const { exitCode, stderr } = await lab.run(args, { cwd: folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: `written to ${outOf(folder)}\n` });
    expect(await readdir(folder)).toContain('run.json');
  });

  test('stops after --until-step, with a record', async () => {
    await lab.run(['run', ...TINY, '--until-step', '8', '--out', 'until8']);
    const record = await lab.record('until8');
    expect(record.losses).toEqual((await lab.record('--threads1')).losses.slice(0, 8));
    expect(record.epochs).toHaveLength(1);
  });
});

describe('a run that is stopped', () => {
  const LONG = [...TINY, '--epochs', '100000'];

  /** Starts a run that would take minutes, and does something to it when its first epochs are done. */
  async function stopped(
    out: string,
    stop: (child: ReturnType<Laboratory['start']>) => void,
    options: readonly string[] = [],
  ): Promise<{ exitCode: number | null; stderr: string }> {
    const child = lab.start(['run', ...LONG, ...options, '--out', out]);
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (chunk.includes('Test set')) stop(child);
    });
    return outcomeOf(child);
  }

  /** The epoch in which the run was stopped, or after which. */
  function epochOfStop(stderr: string): number {
    return Math.ceil(Number(/^stopped after step (\d+)\n/m.exec(stderr)?.[1]) / 6);
  }

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s leaves a checkpoint and says how to continue', async (signal, expected) => {
    const { exitCode, stderr } = await stopped(signal, (child) => child.kill(signal));
    expect(exitCode).toBe(expected);
    expect(stderr).toMatch(
      new RegExp(
        `^stopped after step \\d+\\n` +
          `  saved:       (epochs? .*|step \\d of 6 of epoch \\d+), in ${signal}/checkpoint.safetensors\\n` +
          `  to continue: npx assay run --resume ${signal} --study study --data tiny\\n$`,
      ),
    );
    expect(await readdir(lab.path(signal))).toEqual(['checkpoint.safetensors', 'train.log']);
  });

  test('by a reader that goes away does the same', async () => {
    const { exitCode, stderr } = await stopped('SIGPIPE', (child) => child.stdout?.destroy());
    expect(exitCode).toBe(141);
    expect(stderr).toContain('to continue: npx assay run --resume SIGPIPE');
    expect(await readdir(lab.path('SIGPIPE'))).toEqual(['checkpoint.safetensors', 'train.log']);
  });

  (existsSync('/dev/full') ? test : test.skip)('by a full disk under stdout does so too', async () => {
    const full = await open('/dev/full', 'w');
    const { exitCode, stderr } = await lab.run(['run', ...LONG, '--out', 'full'], { stdout: full.fd });
    await full.close();
    expect(exitCode).toBe(2);
    expect(stderr).toContain('to continue: npx assay run --resume full');
    expect(stderr).toMatch(/where: +standard output\n +got: +no space left on the disk/);
    expect(await readdir(lab.path('full'))).toEqual(['checkpoint.safetensors', 'train.log']);
  });

  test('continues to the bits and the transcript of a run that was never stopped', async () => {
    const { stderr } = await stopped('resumed', (child) => child.kill('SIGINT'));
    const command = /to continue: npx assay (.*)/.exec(stderr)?.[1].split(' ') as string[];
    const saved = epochOfStop(stderr);
    const epochs = ['--epochs', String(saved + 2)];
    const resumed = await lab.run([...command, ...epochs]);
    const whole = await lab.run(['run', ...TINY, ...epochs, '--out', 'whole']);
    expect(resumed).toEqual({ exitCode: 0, stdout: whole.stdout, stderr: 'written to resumed\n' });
    expect(await bitsOf('resumed')).toEqual(await bitsOf('whole'));
    for (const file of ['tiny_model.pth', 'train.log']) {
      expect(await readFile(lab.path('resumed', file))).toEqual(await readFile(lab.path('whole', file)));
    }
  });

  test.each([
    ['--engine', 'tfjs'],
    ['--engine', 'reference', '--threads', '7', '--until-step', '500000'],
  ])('continues with what is not saved: %s %s', async (...options) => {
    const out = `with-${options[1]}`;
    const { stderr } = await stopped(out, (child) => child.kill('SIGINT'), options);
    const command = /to continue: npx assay (.*)/.exec(stderr)?.[1].split(' ') as string[];
    expect(command).toEqual(['run', '--resume', out, ...TINY.slice(0, 4), ...options]);
    const saved = epochOfStop(stderr);
    const shorter = ['--until-step', String(6 * saved + 2)];
    expect(await lab.run([...command, ...shorter])).toMatchObject({ exitCode: 0 });
    await lab.run(['run', ...LONG, ...options, ...shorter, '--out', `${out}-whole`]);
    expect(await bitsOf(out)).toEqual(await bitsOf(`${out}-whole`));
    expect((await lab.record(out)).engine).toBe(options[1]);
  });

  test('has as many epochs as it was started with', async () => {
    const epochs = ['--epochs', '3'];
    await lab.run(['run', ...TINY, ...epochs, '--until-step', '8', '--out', 'third']);
    const { exitCode } = await lab.run(['run', '--resume', 'third', '--study', 'study', '--data', 'tiny']);
    await lab.run(['run', ...TINY, ...epochs, '--out', 'three']);
    expect(exitCode).toBe(0);
    expect(await bitsOf('third')).toEqual(await bitsOf('three'));
  });

  test('does not continue as another run', async () => {
    await stopped('other', (child) => child.kill('SIGINT'));
    await lab.writeStudy('otherStudy', { name: 'other' });
    const { exitCode, stderr } = await lab.run([
      'run',
      '--resume',
      'other',
      '--study',
      'otherStudy',
      '--data',
      'tiny',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('the run to resume has another experiment');
    expect(await readdir(lab.path('other'))).toEqual(['checkpoint.safetensors', 'train.log']);
  });
});

describe('bad input ends with 2 before anything is trained, and leaves nothing behind', () => {
  beforeAll(async () => {
    for (const copy of ['truncated', 'cache/mnist'])
      await cp(lab.path('tiny'), lab.path(copy), { recursive: true });
    await truncate(lab.path('truncated/train-images-idx3-ubyte'), 500);
    for (const folder of ['own', 'empty']) await mkdir(lab.path(folder));
    await writeFile(lab.path('own/full'), '');
    await lab.writeStudy('misspelt', { trainning: {} });
    const { data } = JSON.parse(await readFile(lab.path('study/experiment.json'), 'utf8')) as {
      data: object;
    };
    await lab.writeStudy('otherData', { data: { ...data, sha256: 'f'.repeat(64) } });
    await lab.writeStudy('large', {
      training: { batchSize: 2 ** 31 - 1, epochs: 1, logInterval: 1, lrs: [0.01] },
    });
    await lab.writeStudy('broken');
    await writeFile(lab.path('broken/experiment.json'), '{ "name": ');
    await writeFile(lab.path('file'), '');
  });

  test.each<[title: string, args: string[], ...words: string[]]>([
    [
      'a learning rate that is no number',
      [...TINY, '--lr', 'abc'],
      "'abc'",
      '--lr',
      'a number greater than 0',
    ],
    ['a learning rate of 0', [...TINY, '--lr', '0'], "'0'", '--lr'],
    ['no learning rate', TINY.slice(0, 4), '--lr', '0.01, 0.1'],
    ['a negative seed', [...TINY, '--seed', '-1'], "'-1'", '--seed', 'a whole number from 0'],
    ['a seed that is not exact', [...TINY, '--seed', '9007199254740993'], '--seed'],
    ['no epochs', [...TINY, '--epochs', '0'], '--epochs', 'from 1'],
    ['threads in hexadecimal', [...TINY, '--threads', '0x2'], '--threads'],
    [
      'an engine that there is not',
      [...TINY, '--engine', 'gpu'],
      '--engine has no valid value\n',
      'expected: native, wasm, reference, tfjs\n',
      "got:      'gpu'\n",
    ],
    [
      'more threads than the engine has',
      [...TINY, '--threads', '65', '--data', 'none'],
      '--threads has no valid value',
      'from 1 to 64',
      "'65'",
    ],
    ['a misspelt option', [...TINY, '--sed', '1'], "'--sed'", 'did you mean --seed?'],
    ['an argument too many', [...TINY, 'now'], 'too many arguments'],
    ['an option without its value', ['--study', 'study', '--lr'], '--lr', 'argument missing'],
    ['two options that exclude each other', [...TINY, '--resume', 'x'], '--resume', '--lr'],
    ['a study that there is not', [...TINY, '--study', 'no'], 'not a study', 'no', 'study.json'],
    [
      'an experiment with a misspelt key',
      [...TINY, '--study', 'misspelt'],
      'misspelt/experiment.json',
      'trainning',
      'training',
    ],
    ['an experiment that is not JSON', [...TINY, '--study', 'broken'], 'broken/experiment.json', 'not JSON'],
    [
      'data that are not the experiment’s',
      [...TINY, '--study', 'otherData'],
      'data.sha256\n  expected: ffff',
      ', of tiny\n  hint:     give the data set',
    ],
    ['a folder without data', [...TINY, '--data', 'own'], 'own', 'train-images-idx3-ubyte'],
    [
      'a truncated IDX file',
      [...TINY, '--data', 'truncated'],
      'truncated/train-images-idx3-ubyte',
      '808',
      '500',
    ],
    [
      'no data, with a new output folder in a new folder',
      [...TINY, '--data', 'own', '--out', 'new/deep'],
      'train-images',
    ],
    ['no data, with an empty output folder', [...TINY, '--data', 'own', '--out', 'empty'], 'train-images'],
    [
      'a model that fits into no memory',
      [...TINY, '--study', 'large'],
      'do not fit into the memory of the engine',
      'expected: at most ',
      'for batches of 2147483647\n',
      'a batchSize of ',
    ],
    ['an output folder below a file', [...TINY, '--out', 'file/out'], 'file/out', 'not a folder'],
    ['an output folder that is a file', [...TINY, '--out', 'file'], 'file', 'in the way'],
    ['an output folder in use', [...TINY, '--out', 'own'], 'own', 'nothing is overwritten'],
    [
      'a run to resume that there is not',
      ['--study', 'study', '--resume', 'no'],
      'no/checkpoint.safetensors',
    ],
  ])('%s', async (_, args, ...words) => {
    const before = await lab.entries();
    const { exitCode, stdout, stderr } = await lab.run(['run', ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).not.toMatch(/^ +at /m); // a stack is for our bugs
    for (const word of words) expect(stderr).toContain(word);
    expect(await lab.entries()).toEqual(before);
  });

  test('MNIST with another checksum', async () => {
    const before = await lab.entries();
    const { exitCode, stderr } = await lab.run(['run', '--data', 'mnist', '--lr', '0.1'], {
      environment: { ASSAY_DATA: lab.path('cache') },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/where: +\S+cache\/mnist\/train-images-idx3-ubyte\n +expected: SHA-256 ba891046/);
    expect(await lab.entries()).toEqual(before);
  });

  test('an unknown command', async () => {
    expect(await lab.run(['runn'])).toMatchObject({
      exitCode: 2,
      stderr: "error: unknown command 'runn'\n  where:    assay\n  hint:     did you mean run?\n",
    });
  });
});
