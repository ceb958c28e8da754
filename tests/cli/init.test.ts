import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Laboratory } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
  await mkdir(lab.path('logs'));
});
afterAll(() => lab.close());

/** A log of own lines. */
async function log(name: string, epochs: number, line: (epoch: number) => string): Promise<string> {
  const lines = Array.from({ length: epochs }, (_, i) => `${line(i + 1)}\n`);
  await writeFile(lab.path('logs', name), lines.join(''));
  return `logs/${name}`;
}

interface Study {
  readonly logs: object;
  readonly metrics: readonly { readonly name: string }[];
}
const studyIn = async (folder: string): Promise<Study> =>
  JSON.parse(await readFile(lab.path(folder, 'study.json'), 'utf8')) as Study;

test('both losses of a line are metrics: a val loss of 99 is out of its band', async () => {
  const line =
    (seed: number, val = 0) =>
    (n: number): string =>
      `step ${n}50: train loss ${(1 + seed / 100 - n / 10).toFixed(4)}, val loss ${(val || 1.1 + seed / 100 - n / 10).toFixed(4)}`;
  const paths = [];
  for (let seed = 1; seed <= 20; seed++) paths.push(await log(`seed-${seed}.log`, 3, line(seed)));
  expect(await lab.run(['init', ...paths, '--out', 'two'])).toMatchObject({ exitCode: 0 });
  const { logs, metrics } = await studyIn('two');
  expect(logs).toMatchObject({ template: 'step {step}: train loss {train_loss}, val loss {val_loss}' });
  expect(metrics.map(({ name }) => name)).toEqual(['train_loss', 'val_loss']);
  expect(await lab.run(['bands', '--study', 'two', ...paths])).toMatchObject({ exitCode: 0 });
  const bad = await log('bad.log', 3, line(10, 99));
  const checked = await lab.run(['check', '--study', 'two', bad]);
  expect(checked.exitCode).toBe(1);
  expect(checked.stdout).toContain('val_loss');
});

test('a template that is given wins', async () => {
  const path = await log('given.log', 3, (n) => `it ${n} loss 0.${n} other 5`);
  const template = 'it {epoch} loss {loss}';
  await lab.run(['init', path, '--template', template, '--out', 'given']);
  expect(await studyIn('given')).toMatchObject({ logs: { template }, metrics: [{ name: 'loss' }] });
});

test('a template that finds no number of a name, in a log of another format, is no bug', async () => {
  const path = await log('tests.log', 3, () => 'Test set: Average loss: 0.1, Accuracy: 9/10 (90.00%)');
  const args = ['--template', 'epoch={epoch},loss={loss}', '--out', 'unused'];
  const { exitCode, stderr } = await lab.run(['init', path, ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.not.stringContaining('bug') as string });
});

test('lines of steps and of evaluations in one log: both are read, and what is not is said', async () => {
  const lines = (n: number): string =>
    `train: step ${n}00 loss=${(2 - n / 10).toFixed(4)} lr=${n}e-4\neval: epoch ${n} val_loss=0.${n} top1=6${n}.7%\nclock: ${n}.5 used`;
  const paths = [await log('e1.log', 3, lines), await log('e2.log', 3, lines)];
  const { stdout } = await lab.run(['init', ...paths, '--out', 'both']);
  const { logs, metrics } = await studyIn('both');
  const template = [
    'train: step {step} loss={loss} lr={lr}',
    'eval: epoch {epoch} val_loss={val_loss} top1={top1:percent}',
  ];
  expect(logs).toMatchObject({ template });
  expect(metrics.map(({ name }) => name)).toEqual(['loss', 'val_loss', 'top1']);
  expect(stdout).not.toContain('the same in all');
  const given = template.toReversed().flatMap((line) => ['--template', line]);
  await lab.run(['init', ...paths, ...given, '--out', 'given-both']);
  expect((await studyIn('given-both')).logs).toMatchObject({ template: template.toReversed() });
  const one = await lab.run([
    'init',
    ...paths.slice(1),
    await log('e3.log', 3, (n) => lines(n).split('\n')[0]),
    '--out',
    'one',
  ]);
  expect((await studyIn('one')).logs).toMatchObject({ template: template[0] });
  expect(one.stdout).toContain('not read:   lines such as "eval: epoch 1 val_loss=0.1 top1=61.7%"\n');
});

test('few runs, and runs of several lengths, are told', async () => {
  const line = (n: number): string => `epoch ${n} loss 0.${n}`;
  const paths = [await log('a1.log', 3, line), await log('a2.log', 3, line), await log('a3.log', 2, line)];
  const { stderr } = await lab.run(['init', ...paths, '--out', 'few']);
  expect(stderr).toContain('warning: 3 runs: bands of the level 0.95 take 19 of each setting');
  expect(stderr).toMatch(/warning: not all runs are of one length: loss has 3 .*; logs\/a3\.log has 2\n/);
});

test('a study that is there is not touched, and it is said what to do', async () => {
  await mkdir(lab.path('there'));
  await writeFile(lab.path('there/study.json'), '{}');
  const path = await log('b.log', 2, (n) => `epoch ${n} loss 0.${n}`);
  const { exitCode, stderr } = await lab.run(['init', path, '--out', 'there']);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/there is a study already\n[^]*hint: +edit it, or write another one with --out\n/);
  expect(stderr).not.toContain('--resume');
  expect(await readFile(lab.path('there/study.json'), 'utf8')).toBe('{}');
});

test('a log that no format reads: what it looks like, and the option', async () => {
  await writeFile(lab.path('words.log'), 'training went well\n');
  const { stderr } = await lab.run(['init', 'words.log', '--out', 'none']);
  expect(stderr).toMatch(/got: +a text without numbers\n[^]*assay init --template/);
  expect(stderr.length).toBeLessThan(600);
});

test('a folder of several logs', async () => {
  const hint = 'hint:     name the logs themselves: logs/*.log\n';
  const checked = await lab.run(['check', '--study', 'study', 'logs/']);
  expect(checked.exitCode).toBe(2);
  expect(checked.stderr).toContain(hint);
  const { stderr } = await lab.run(['init', 'logs/', '--out', 'folder']);
  expect(stderr).toContain(`got:      a folder of files that may each be a log\n  ${hint}`);
});

test.each([
  [['init'], 'there is nothing to make a study of', 'neither'],
  [['init', 'some.log', '--modules', 'model.json'], 'a study is made of logs or of modules', 'both'],
])('%j is answered with what is expected, what came, and a hint', async (args, what, got) => {
  const { exitCode, stderr } = await lab.run(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${what}\n  where:    assay init\n`);
  expect(stderr).toMatch(new RegExp(`expected: .*\\n {2}got: +${got}\\n {2}hint: +assay init runs/`));
});
