import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Laboratory, TINY } from './laboratory';

/** Logs and runs of one seed, held against each other: `check --seed`, and `compare --paired`. */

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  await laboratory.run(['run', ...TINY, '--seed', '1', '--out', 'one']);
  await laboratory.run(['run', ...TINY, '--seed', '2', '--out', 'two']);
  const other = TINY.map((word) => (word === '0.01' ? '0.1' : word));
  await laboratory.run(['run', ...other, '--seed', '1', '--out', 'faster']);
});
afterAll(() => laboratory.close());

const CHECK = [
  '--study',
  'study',
  '--data',
  'tiny',
  '--condition',
  'lr=0.01',
  '--seed',
  '1',
  '--only',
  'paired',
];

const check = (log: string, ...args: string[]): ReturnType<Laboratory['run']> =>
  laboratory.run(['check', log, ...CHECK, ...args]);
const compare = (...args: string[]): ReturnType<Laboratory['run']> =>
  laboratory.run(['compare', '--study', 'study', ...args]);

describe('check --seed', () => {
  test('a log of that seed: 0', async () => {
    const { exitCode, stdout, stderr } = await check('one/train.log');
    expect(stderr).toBe('training: seed 1, lr 0.01, 1 epoch\n');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^ {2}paired +pass: our run of seed 1, lr 0\.01; the loss before any update is the same; 4 numbers after that are the same, to the last digit of the log$/m,
    );
  });

  test('with more epochs more numbers are compared', async () => {
    const { stdout, stderr } = await check('one/train.log', '--epochs', '2');
    expect(stderr).toBe('training: seed 1, lr 0.01, 2 epochs\n');
    expect(stdout).toContain('; 9 numbers after that are the same');
  });

  test('a log of another seed: 1, with its line', async () => {
    const { exitCode, stdout } = await check('two/train.log', '--json');
    expect(exitCode).toBe(1);
    const [{ checks }] = JSON.parse(stdout) as [{ checks: { name: string; findings: object[] }[] }];
    expect(checks).toMatchObject([
      { name: 'paired', verdict: 'fail', findings: [{ rule: 'start', line: expect.any(Number) as number }] },
    ]);
  });

  test('another learning rate, in a study that has measured nothing: not judged, and not green', async () => {
    const { exitCode, stdout } = await check('faster/train.log');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /paired +no-reference: .*; 0 pairs of runs of one seed by two implementations were measured at lr 0\.01, and the level 0\.95 takes 19(;.*)?; --neighbours needs no pairs$/m,
    );
  });

  test('the same beside neighbours, which need no pairs: it fails by its first number after an update', async () => {
    const { exitCode, stdout, stderr } = await check('faster/train.log', '--neighbours');
    expect(stderr).toBe('training: seed 1, lr 0.01, 1 epoch, and 18 neighbours of it\n');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /paired +fail: .* times as far from the mean of the others as is typical of our 19 runs of this seed, which differ by rounding alone \(.*\), p = 0\.050; /,
    );
    expect(stdout).toMatch(/line \d+, apart: epoch 1, .*: loss \S+, and the mean of ours is \S+: /);
  });

  test('of a log of the first steps, no more is trained', async () => {
    const log = await readFile(laboratory.path('faster', 'train.log'), 'utf8');
    await writeFile(laboratory.path('steps.log'), log.slice(0, log.indexOf('\nTest set')));
    const { exitCode, stdout, stderr } = await check('steps.log', '--neighbours');
    expect(stderr).toBe('training: seed 1, lr 0.01, 5 steps, and 18 neighbours of it\n');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/line \d+, apart: epoch 1, 16 samples seen: loss /);
  });

  test('fewer neighbours than let a run fail: 2, before anything is trained', async () => {
    const { exitCode, stderr } = await check('faster/train.log', '--neighbours', '17');
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^error: too few neighbours for a run to fail\n +expected: +at least 18, for the level 0\.95\n/,
    );
    expect(stderr).not.toContain('training');
  });

  test.each<[string, string[], RegExp]>([
    [
      '--epochs without a seed',
      ['--epochs', '2'],
      /--rng, --epochs, --neighbours and --only paired are about the run of a seed/,
    ],
    ['--only paired without a seed', ['--only', 'paired'], /about the run of a seed/],
    [
      'a seed, and no paired',
      ['--seed', '1', '--only', 'format'],
      /--seed asks for the check paired, but --only leaves it out/,
    ],
  ])('%s: 2', async (_, args, message) => {
    const { exitCode, stdout, stderr } = await laboratory.run([
      'check',
      'one/train.log',
      '--study',
      'study',
      ...args,
    ]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('without a number, each log has the seed that it says, and is trained once', async () => {
    await laboratory.writeStudy(
      'named',
      {},
      { logs: { format: 'pytorch-example', path: 'lr{lr}_seed{seed}.log' } },
    );
    const logs = await Promise.all(
      [
        ['one', 'lr0.01_seed1'],
        ['two', 'lr0.01_seed2'],
        ['faster', 'lr0.01_seed2'],
      ].map(async ([run, name]) => {
        const path = `${run}/${name}.log`;
        await writeFile(laboratory.path(path), await readFile(laboratory.path(run, 'train.log'), 'utf8'));
        return path;
      }),
    );
    const args = ['--study', 'named', '--data', 'tiny', '--only', 'paired', '--seed'];
    const { exitCode, stdout, stderr } = await laboratory.run(['check', ...logs, ...args]);
    expect(stderr).toBe('training: seed 1, lr 0.01, 1 epoch\ntraining: seed 2, lr 0.01, 1 epoch\n');
    expect(stdout.match(/paired +\w+: our run of seed \d/g)).toEqual([
      'paired      pass: our run of seed 1',
      'paired      pass: our run of seed 2',
      'paired      fail: our run of seed 2',
    ]);
    expect(exitCode).toBe(1);
    const unsaid = await laboratory.run(['check', 'one/train.log', '--condition', 'lr=0.01', ...args]);
    expect(unsaid.stdout).toMatch(/paired +no-reference: its seed is not known: give it with --seed$/m);
  });

  test('a log whose learning rate nobody says: not judged', async () => {
    const args = ['--study', 'study', '--data', 'tiny', '--seed', '1', '--only', 'paired'];
    const { exitCode, stdout } = await laboratory.run(['check', 'one/train.log', ...args]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/paired +no-reference: its learning rate is not known: give it with --condition/);
  });
});

describe('with pairs that were measured', () => {
  beforeAll(async () => {
    const { losses, epochs, spec } = await laboratory.record('one');
    // Steps of 4 images, of which every second is logged.
    const places = [
      { metric: 'loss', epoch: 1, step: 8, decimals: 6 },
      { metric: 'loss', epoch: 1, step: 16, decimals: 6 },
      { metric: 'test loss', epoch: 1, decimals: 4 },
    ];
    const numbers = [losses[2], losses[4], epochs[0].testLoss];
    const pairs = Array.from({ length: 21 }, (_, i) => ({
      ...{ of: 'two trainers', conditions: { lr: 0.01 }, seed: i + 1 },
      a: numbers.map((value, place) => value * (1 + 1e-4 * Math.sin(3 * i + place))),
      b: numbers,
    }));
    const file = { experiment: spec, data: { name: 'tiny', sha256: laboratory.dataSha256 }, places, pairs };
    await mkdir(laboratory.path('study/golden/pairs'), { recursive: true });
    await writeFile(laboratory.path('study/golden/pairs/tiny.json'), JSON.stringify(file));
  });

  test('what differs as little passes, and another learning rate does not', async () => {
    const log = await readFile(laboratory.path('one/train.log'), 'utf8');
    const near = log
      .replace(/(Loss: \d\.\d{4})\d{2}$/gm, '$199')
      .replace(/Loss: \S+/, /Loss: \S+/.exec(log)![0]);
    expect(near).not.toBe(log);
    await writeFile(laboratory.path('near.log'), near);
    const passed = await check('near.log');
    expect(passed.stdout).toMatch(
      /paired +pass: .* as far apart as is typical of 20 pairs of implementations/,
    );
    expect(passed.exitCode).toBe(0);
    const { exitCode, stdout } = await check('faster/train.log');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^ {4}line \d+, apart: epoch 1, 8 samples seen: loss \d\.\d+, and ours has \d\.\d+: .* times as far apart as is typical, /m,
    );
  });

  test('compare --paired says the same of two logs', async () => {
    const paired = ['--paired', '--condition', 'lr=0.01'];
    const passed = await compare('near.log', 'one/train.log', ...paired);
    expect(passed.stdout).toMatch(/^pass: paired \(lr 0\.01; the loss before any update is the same; /);
    expect(passed.exitCode).toBe(0);
    const { exitCode, stdout } = await compare('faster/train.log', 'one/train.log', ...paired);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^fail: paired .*\n {2}line \d+ of A, apart: epoch 1, 8 samples seen: loss \S+, and B has /,
    );
    expect(stdout).toMatch(/^ {2}if it is meant: {3}npx assay bands '<logs of 19 new runs>' --study study$/m);
    const json = await compare('faster/train.log', 'one/train.log', ...paired, '--json');
    const { tier, verdict, findings } = JSON.parse(json.stdout) as Record<string, string> & {
      findings: object[];
    };
    expect({ tier, verdict }).toEqual({ tier: 'paired', verdict: 'fail' });
    expect(findings).toHaveLength(3);
  });

  test('not without the setting, nor beside a tolerance', async () => {
    const unknown = await compare('near.log', 'one/train.log', '--paired');
    expect(unknown.stdout).toMatch(
      /^no-reference: paired \(its learning rate is not known: give it with --condition\)/,
    );
    expect(unknown.exitCode).toBe(1);
    const both = await compare('near.log', 'one/train.log', '--paired', '--loss-tolerance', '0.1');
    expect(both.exitCode).toBe(2);
  });

  test('a setting that both state is not given otherwise, and none is given without --paired', async () => {
    const other = await compare('one', 'one', '--paired', '--condition', 'lr=0.1');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toMatch(/^error: lr is stated otherwise than it is given\n +where: +A\n/);
    expect(other.stderr).toContain('lr 0.01');
    const alone = await compare('one', 'one', '--condition', 'lr=0.01');
    expect(alone.exitCode).toBe(2);
    expect(alone.stderr).toMatch(/^error: --condition is about runs of one seed/);
  });

  test('a log that ends before the other is not judged to its end, and not green', async () => {
    const log = await readFile(laboratory.path('one/train.log'), 'utf8');
    const [first] = log.split('Train Epoch: 2');
    await writeFile(laboratory.path('stopped.log'), first);
    for (const pair of [
      ['stopped.log', 'one/train.log'],
      ['one/train.log', 'stopped.log'],
    ]) {
      const { exitCode, stdout } = await compare(...pair, '--paired', '--condition', 'lr=0.01');
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(
        /^inconclusive: paired \(lr 0\.01; loss of [AB] ends at epoch 1, and the other's goes on to epoch 2; /,
      );
    }
  });
});

describe('what a difference looks like', () => {
  test('two records of ours: at one step, with the command that approves the new one', async () => {
    const record = await laboratory.record('one');
    const losses = record.losses.map((loss, step) => (step < 3 ? loss : Math.fround(1.1 * loss)));
    await writeFile(laboratory.path('changed.json'), JSON.stringify({ ...record, losses }));
    const { exitCode, stdout } = await compare('one', 'changed.json');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /^ {2}looks like: {7}a change of what is computed: they agree up to epoch 1, 8 samples seen; relative difference 9\.1e-2 at epoch 1, 12 samples seen: /m,
    );
    expect(stdout).toMatch(
      /^ {4}epoch 1, 8 samples seen: loss the same\n {4}epoch 1, 12 samples seen: loss relative difference 9\.1e-2$/m,
    );
    expect(stdout).toMatch(/^ {2}if it is meant: {3}npx assay golden record --study study --reason '…'$/m);
  });

  test('two logs of another trainer: rounding that grows, and a change', async () => {
    await mkdir(laboratory.path('own'), { recursive: true });
    const study = {
      ...{ name: 'own', title: 'Another trainer', conditions: [], golden: 'golden' },
      metrics: [{ name: 'loss', kind: 'loss', better: 'lower', per: 'step', decimals: 8 }],
      logs: { template: 'step {step} loss {loss}' },
    };
    await writeFile(laboratory.path('own/study.json'), JSON.stringify(study));
    const write = (name: string, far: (step: number) => number): Promise<void> => {
      const lines = Array.from({ length: 60 }, (_, step) => {
        const loss = 2.3 * Math.exp(-0.02 * step) * (1 + far(step));
        return `step ${step} loss ${loss.toFixed(8)}\n`;
      });
      return writeFile(laboratory.path(`${name}.txt`), lines.join(''));
    };
    await write('before', () => 0);
    await write('rounded', (step) => (step === 0 ? 0 : 1e-7 * 1.2 ** step));
    await write('changed', (step) => (step < 30 ? 0 : 0.02));
    const of = (name: string): ReturnType<Laboratory['run']> =>
      laboratory.run(['compare', 'before.txt', `${name}.txt`, '--study', 'own']);
    const rounded = await of('rounded');
    expect(rounded.exitCode).toBe(1);
    expect(rounded.stdout).toMatch(
      /looks like: {7}rounding, or a change as small: they agree but for the last digits up to step 16; relative difference 2\.2e-6 at step 17; from there it grows, to 4\.7e-3 at step 59$/m,
    );
    expect(rounded.stdout).toMatch(
      /if it is meant: {3}npx assay bands '<logs of 19 new runs>' --study own$/m,
    );
    const paired = await laboratory.run([
      'compare',
      'before.txt',
      'rounded.txt',
      '--study',
      'own',
      '--paired',
    ]);
    expect(paired.stdout).toMatch(
      /^no-reference: paired \(0 pairs of runs of one seed by two implementations were measured, and the level 0\.95 takes 19\)$/m,
    );
    const changed = await of('changed');
    expect(changed.stdout).toMatch(
      /looks like: {7}a change of what is computed: they agree up to step 29; relative difference 2\.0e-2 at step 30: rounding was not seen to go further than 5\.0e-3 in one step$/m,
    );
  });
});
