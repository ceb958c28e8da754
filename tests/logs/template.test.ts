import { fileOf, inFolder, MLP_TEMPLATE, places, runOf, runsOf, values } from './laboratory';

const LR = { conditions: [{ name: 'lr', title: 'learning rate' }] };
const template = MLP_TEMPLATE;

test('the lines of an own trainer, its settings above them', () => {
  const { series, conditions, seed, source, faults, stated } = runOf('mlp/healthy/seed-001.log', {
    ...LR,
    template,
  });
  expect(series.val_acc[0]).toEqual({ epoch: 1, value: 80.6, decimals: 1, line: 3 });
  expect(series.train_loss[9].epoch).toBe(10);
  expect(Object.keys(series)).toEqual(['train_loss', 'val_loss', 'val_acc']);
  expect([conditions, seed, source.line, faults]).toEqual([{ lr: 0.01 }, 1, 1, []]);
  expect(stated.settings).toEqual({ lr: 0.01, batch: 50 });
});

test('all of the fixtures have ten epochs and nothing wrong', () => {
  for (const path of [...inFolder('mlp/healthy', /log$/), ...inFolder('mlp/faults/labels', /log$/)]) {
    const { series, faults, seed } = runOf(path, { ...LR, template });
    expect([faults, series.val_acc.length]).toEqual([[], 10]);
    expect(path).toContain(`seed-${String(seed).padStart(3, '0')}`);
  }
});

test('several templates: a line without an epoch is of the one named last', () => {
  const text = 'Epoch 1 step 30\n  train: loss 0.5\n  valid: loss 0.6\nEpoch 2 step 60\n  valid: loss 0.4\n';
  const run = runOf(fileOf(text), {
    template: ['Epoch {epoch} step {step}', 'train: loss {train_loss}', 'valid: loss {val_loss}'],
  });
  expect(run.series.val_loss).toEqual([
    { epoch: 1, step: 30, value: 0.6, decimals: 1, line: 3 },
    { epoch: 2, step: 60, value: 0.4, decimals: 1, line: 5 },
  ]);
});

test('a template stands anywhere in a line, and in no longer word or number', () => {
  const text = '12:00:01 INFO val_loss 0.5 loss 0.25 s\nloss 1.5.2\nloss 0.5x\n';
  expect(values(runOf(fileOf(text), { template: 'loss {loss}' }).series.loss)).toEqual([0.25]);
});

test.each([
  ['e {epoch}  l {l}', 'e 1 \t l\t0.5', 0.5],
  ['e {epoch} l={l}s', 'e 1 l=  0.5s', 0.5],
  ['[{epoch}/{_}] l {l:percent}', '[1/10] l 50.5 %', 50.5],
  ['e {epoch} l {l}', 'e 1 l -1e-05', -1e-5],
  ['e {epoch} l {l}', 'e 1 l nan', NaN],
  ['e {epoch} l {l}', 'e 1 l -inf', -Infinity],
  ['{epoch}, {l}', '1, 0.5', 0.5],
])('%s reads %s', (template, line, value) => {
  expect(runOf(fileOf(`${line}\n`), { template }).series.l[0]).toMatchObject({ epoch: 1, value });
});

test('an exponent moves the decimals', () => {
  const { series } = runOf('odd/logging-module.log', {
    ...LR,
    template: 'Epoch {epoch}/{_} step={step} loss={loss}',
  });
  expect(series.loss[0]).toEqual({ epoch: 1, step: 30, value: 0.696, decimals: 4, line: 2 });
  expect(series.loss).toHaveLength(10);
});

test('conditions and the seed in the template itself', () => {
  const settings = {
    conditions: [{ name: 'opt', values: ['adam', 'sgd'] }],
    template: 'run {opt} {seed}: {epoch} {loss}',
  };
  const runs = runsOf(fileOf('run sgd 3: 1 0.5\nrun adam 3: 1 0.6\n'), settings);
  expect(runs.map(({ conditions, seed, series }) => [conditions, seed, values(series.loss)])).toEqual([
    [{ opt: 'sgd' }, 3, [0.5]],
    [{ opt: 'adam' }, 3, [0.6]],
  ]);
});

test('another header is another run; the same one goes on', () => {
  const text = '# seed 1\nepoch 1 loss 0.5\n# seed 2\nepoch 1 loss 0.6\n# seed 1\nepoch 2 loss 0.4\n';
  const runs = runsOf(fileOf(text), { template: 'epoch {epoch} loss {loss}' });
  expect(runs.map(({ seed, series }) => [seed, places(series.loss)])).toEqual([
    [
      1,
      [
        [1, undefined],
        [2, undefined],
      ],
    ],
    [2, [[1, undefined]]],
  ]);
});

describe('what is wrong', () => {
  const faultsOf = (path: string): string[] =>
    runOf(path, { ...LR, template }).faults.map(({ rule, line, message }) => `${line} ${rule}: ${message}`);

  test('a cut line, a resumed run, two processes', () => {
    expect(faultsOf('odd/cut-mid-line.log')).toEqual([
      '8 format: it starts as the template does, and goes on otherwise',
    ]);
    expect(faultsOf('odd/resumed.log')).toContain('10 repeated: val_loss of epoch 5 is there again');
    expect(faultsOf('odd/ddp.log')).toHaveLength(30);
    expect(faultsOf('odd/ddp-prefix.log')).toHaveLength(30);
  });

  test('a line that is about something else is none', () => {
    const text = 'epoch 1 loss 0.5\nepoch 1 took 3 s\nno loss since epoch 1\n';
    expect(runOf(fileOf(text), { template: 'epoch {epoch} loss {loss}' }).faults).toEqual([]);
  });

  test('no line fits: the most frequent one is shown', () => {
    const settings = { format: 'template', template: 'Epoch {epoch}: {loss}' };
    expect(() => runOf('mlp/healthy/seed-001.log', settings)).toThrow(
      /most often, lines such as epoch \{epoch\} \| train_loss/,
    );
  });

  test.each([
    ['epoch {epoch', 'a name in braces, such as {loss}'],
    ['epoch {}', '{}'],
    ['loss {loss:share}', '{loss:share}'],
    ['{epoch}{loss}', 'something between {epoch} and what follows it'],
  ])('%s is no template', (template, message) => {
    expect(() => runOf(fileOf('epoch 1\n'), { template })).toThrow(message);
  });
});
