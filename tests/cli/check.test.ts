import { readFile, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Laboratory, TINY } from './laboratory';

const FIXTURES = join(__dirname, '../../fixtures');
const REPORT = join(FIXTURES, 'reported/lr-experiment.txt');

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  const log = readFileSync(join(FIXTURES, 'torch/oracle/lr0.001_seed2.log'), 'utf8');
  await writeFile(laboratory.path('good.log'), log);
  await writeFile(
    laboratory.path('bad.log'),
    log.replace(/(\(9\d\.\d)\d(%\))/, (_, a: string, b: string) => `${a}x${b}`.replace('x', '0')),
  );
});
afterAll(() => laboratory.close());

test('logs that hold: 0, with a verdict per check', async () => {
  const { exitCode, stdout } = await laboratory.run(['check', 'good.log', REPORT]);
  expect(exitCode).toBe(0);
  // Four runs, and two of them are of one setting.
  expect(stdout.match(/^pass: /gm)).toHaveLength(5);
  expect(stdout).toMatch(/^pass: 2 runs of lr 0\.\d+, together$/m);
  for (const name of ['format', 'arithmetic', 'protocol']) {
    expect(stdout.match(new RegExp(`^  ${name} +pass$`, 'gm'))).toHaveLength(4);
  }
  expect(stdout.match(/^ {2}bands +(no-reference|pass): /gm)).toHaveLength(4);
  expect(stdout).toMatch(/lr-experiment.txt, run from line 101, lr 0.001 \(from its heading\)/);
});

test('one digit of an accuracy: 1, with line and rule', async () => {
  const { exitCode, stdout } = await laboratory.run([
    'check',
    'good.log',
    'bad.log',
    '--condition',
    'lr=0.001',
  ]);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^fail: bad.log, .*lr 0.001 \(as given\)\n {2}format +pass\n {2}arithmetic +fail\n {4}line 12, accuracy: /m,
  );
});

test('every way in which trainers and terminals write such a log, in one call', async () => {
  const header = 'Using device: cpu\nLoading MNIST dataset...\n';
  // Each way another run: the same one twice would be a finding.
  const runs = ['0.0001', '0.001', '0.01'].flatMap((lr) =>
    [1, 2, 3].map((seed) => readFileSync(join(FIXTURES, `torch/oracle/lr${lr}_seed${seed}.log`), 'utf8')),
  );
  const [first, second, third, fourth, fifth, sixth, seventh, eighth, ninth] = runs;
  // Batches of 100, 1,200 images of training, 500 of test.
  const epoch = (n: number): string => {
    const lines = [0, 4, 8].map((batch) => {
      const percent = Math.round((100 * batch) / 12);
      return `Train Epoch: ${n} [${batch * 100}/1200 (${percent}%)]\tLoss: 0.70000${n}`;
    });
    return [...lines, '', 'Test set: Average loss: 0.6000, Accuracy: 400/500 (80.00%)', '', ''].join('\n');
  };
  const variants = {
    tabs: first.replace(/ +Loss/g, '\tLoss'),
    spaces: second.replace(/\tLoss/g, '   Loss'),
    crlf: third.replaceAll('\n', '\r\n'),
    bom: `\ufeff${fourth}`,
    ansi: fifth.replace(/^Train/gm, '\u001b[32mTrain').replace(/%\)$/gm, '%)\u001b[0m'),
    progress: sixth.replace(/^Train/gm, ' 45%|████▌     | 422/938 [00:10<00:12, 41.2it/s]\rTrain'),
    'public-example': seventh.replace(
      /\((\d+\.\d+)%\)$/gm,
      (_, percent: string) => `(${Math.round(Number(percent))}%)`,
    ),
    'other-sizes': epoch(1) + epoch(2) + epoch(3),
    several: header + eighth + header + ninth,
  };
  for (const [name, text] of Object.entries(variants)) {
    if (!/tabs|spaces|other|several/.test(name)) expect(runs).not.toContain(text);
    await writeFile(laboratory.path(`${name}.txt`), text);
  }
  const files = Object.keys(variants).map((name) => `${name}.txt`);
  const { exitCode, stdout } = await laboratory.run(['check', ...files, '--json']);
  const all = JSON.parse(stdout) as { path: string; checks: { name: string; verdict: string }[] }[];
  const judged = all.filter((of) => 'path' in of);
  expect(judged.map(({ path }) => path)).toEqual([...files, 'several.txt']);
  for (const { path, checks } of judged) {
    const verdicts = checks.slice(0, 3).map(({ verdict }) => verdict);
    expect({ path, verdicts }).toEqual({ path, verdicts: ['pass', 'pass', 'pass'] });
  }
  // Not all of it could be judged; of what follows from a log alone, all.
  expect(exitCode).toBe(1);
  const alone = ['--only', 'format,arithmetic,protocol'];
  expect((await laboratory.run(['check', ...files, ...alone])).exitCode).toBe(0);
});

test('what was not judged is not green, but where this is allowed by name', async () => {
  const run = (...args: string[]): ReturnType<typeof laboratory.run> =>
    laboratory.run(['check', 'good.log', '--data', 'synthetic-2', ...args]);
  const { exitCode, stdout } = await run('--junit', 'unjudged.xml');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^no-reference; not judged: bands: good.log/);
  expect(await readFile(laboratory.path('unjudged.xml'), 'utf8')).toMatch(/failures="1" skipped="0"/);
  const allowed = await run('--allow-unjudged', '--junit', 'allowed.xml');
  expect(allowed).toMatchObject({ exitCode: 0, stdout });
  expect(await readFile(laboratory.path('allowed.xml'), 'utf8')).toMatch(/failures="0" skipped="1"/);
  expect((await run('--only', 'format,bands')).exitCode).toBe(1);
  expect((await run('--only', 'format,protocol')).exitCode).toBe(0);
  expect(await run('--only', 'colours')).toMatchObject({ exitCode: 2 });
  const failing = await laboratory.run(['check', 'bad.log', '--allow-unjudged']);
  expect(failing.exitCode).toBe(1);
});

test('--junit and --markdown', async () => {
  const args = ['check', 'good.log', 'bad.log', '--markdown', '--junit', 'assay.xml'];
  const { exitCode, stdout } = await laboratory.run(args);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^## good.log, run from line 1.*: pass\n\n\| check \| verdict \|/);
  expect(stdout).toMatch(/^## bad.log, .*: fail$[^]*^\| arithmetic \| fail \|[^]*^- line 12, accuracy: /m);
  const xml = await readFile(laboratory.path('assay.xml'), 'utf8');
  expect(xml).toMatch(/<testsuites name="assay check" tests="10" failures="2" skipped="\d">/);
  // It is a copy of the good one with another accuracy beside its count.
  expect(xml).toMatch(/name="protocol" file="bad.log"[^]*repeated-run/);
  expect(xml).toMatch(/name="arithmetic" file="bad.log" line="12">\n +<failure message="line 12, accuracy: /);
  const unwritable = await laboratory.run(['check', 'good.log', '--junit', 'none/assay.xml']);
  expect(unwritable).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/cannot be written/) as string,
  });
  expect((await laboratory.run(['check', 'good.log', '--json', '--markdown'])).exitCode).toBe(2);
});

test('as JSON', async () => {
  const { exitCode, stdout } = await laboratory.run(['check', 'bad.log', '--json']);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    {
      path: 'bad.log',
      verdict: 'fail',
      checks: [
        { name: 'format', verdict: 'pass', findings: [] },
        { name: 'arithmetic', verdict: 'fail', findings: [{ rule: 'accuracy', line: 12 }] },
        { name: 'protocol', verdict: 'pass' },
        { name: 'experiment', findings: [] },
        { name: 'bands', findings: [] },
      ],
    },
  ]);
});

test('a run of ours, its folder, its record and its log', async () => {
  await laboratory.run(['run', ...TINY, '--out', 'one']);
  const { stdout } = await laboratory.run([
    'check',
    'one',
    'one/run.json',
    'one/train.log',
    '--study',
    'study',
  ]);
  expect(stdout.match(/^ {2}arithmetic +pass$/gm)).toHaveLength(3);
  expect(stdout.match(/, lr 0.01 \(as recorded\)/g)).toHaveLength(2);
});

test('an epoch of a number that no training has is a fault of the protocol, whatever its size', async () => {
  const test = 'Test set: Average loss: 0.1, Accuracy: 9900/10000 (99.00%)';
  await writeFile(
    laboratory.path('far.log'),
    `Train Epoch: 999999999999999 [0/60000 (0%)]\tLoss: 2.3\n${test}\n`,
  );
  const { exitCode, stdout } = await laboratory.run(['check', 'far.log']);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('line 1, epoch-order: epoch 999999999999999 where epoch 1 is due');
  expect(stdout).toMatch(/^ {2}bands +inconclusive: none of its numbers has a place in the band/m);
});

test('tests after the last epoch of the band are not judged, and this is said', async () => {
  const log = join(__dirname, '../../fixtures/torch/seeds/lr0.001_seed101.log');
  const text = await readFile(log, 'utf8');
  const last = text.slice(text.indexOf('Train Epoch: 5'), text.indexOf('Final'));
  const sixth = last.replaceAll('Epoch: 5', 'Epoch: 6');
  await writeFile(laboratory.path('six.log'), text.replace(last, `${last}${sixth}`));
  const { stdout } = await laboratory.run(['check', 'six.log', '--condition', 'lr=0.001']);
  expect(stdout).toMatch(
    /^ {2}bands +inconclusive: .*; the log has 1 epoch more than the runs of the band, which have 5; 10 of 60 numbers of loss have no place in the band, and are not judged; 1 of 6 numbers of test loss has no place/m,
  );
});

test('--junit never names the record of a folder that is judged', async () => {
  const { exitCode, stderr } = await laboratory.run(['check', 'one', '--junit', 'one/run.json']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('--junit names a file that is read');
});

test.each<[string, string[], RegExp]>([
  ['no file', ['check', 'none.log'], /none.log/],
  ['JSON that is no record', ['check', 'study/experiment.json'], /not a log of a training run/],
  [
    'a folder of no run',
    ['check', 'tiny'],
    /not that of a finished run\n +where: +tiny\n +expected: run\.json/,
  ],
  [
    'a condition that has no value',
    ['check', 'good.log', '--condition', 'lr=abc'],
    /--condition has no valid value/,
  ],
])('%s: 2', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await laboratory.run(args);
  expect(exitCode).toBe(2);
  expect(stdout).not.toMatch(/pass/);
  expect(stderr).toMatch(message);
});

describe('a folder without a study', () => {
  const log = ['loss 0.14 | val acc 96.4%', 'loss 0.09 | val acc 96.4%']
    .map((text, i) => `epoch ${i + 1} | ${text}\n`)
    .join('');
  beforeAll(() => writeFile(laboratory.path('own.log'), log));

  test.each([
    [['check', 'own.log']],
    [['check', 'own.log', 'own.log']],
    [['compare', 'own.log', 'own.log']],
    [['audit', 'own.log']],
  ])('%j: a log of another trainer is answered with assay init', async (args) => {
    const { exitCode, stderr } = await laboratory.run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^ {2}hint: +there is no study for it here: make one with assay init LOGS…/m);
  });

  test('what is no log, or a study that was named, gets no such hint', async () => {
    await writeFile(laboratory.path('binary.log'), Buffer.from(`${log}\0${log}`));
    await writeFile(laboratory.path('hello.txt'), 'hello\n');
    const asked = [
      ['check', 'binary.log'],
      ['check', 'hello.txt'],
      ['check', 'own.log', '--study', 'study'],
    ];
    for (const args of asked) {
      const { exitCode, stderr } = await laboratory.run(args);
      expect(exitCode).toBe(2);
      expect(stderr).not.toContain('assay init');
    }
  });
});

test('what cannot be read is said beside what the others come to, each with its reason; the only log once', async () => {
  await writeFile(laboratory.path('hello.txt'), 'hello\n');
  const { exitCode, stdout, stderr } = await laboratory.run(['check', 'good.log', 'hello.txt', 'none.log']);
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^pass: good\.log/);
  expect(stdout).toMatch(/^fail: hello\.txt\n {2}read +fail\n {4}log-syntax: not a log of a training run/m);
  expect(stdout).toMatch(/^fail: none\.log\n {2}read +fail\n {4}file-not-found: /m);
  expect(stderr).toMatch(/where: +hello\.txt\n[^]*hint: +1 more could not be read: none\.log/);
  const alone = await laboratory.run(['check', 'hello.txt']);
  expect([alone.exitCode, alone.stdout]).toEqual([2, '']);
  expect(alone.stderr.match(/not a log of a training run/g)).toHaveLength(1);
});
