import { suggestionFor } from '../../src/logs/template/suggest';
import { patternOf } from '../../src/logs/template/pattern';
import { fc, test as property } from '@fast-check/jest';
import { refusal } from '../refusal';
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

test('steps that come before any epoch is named are of no epoch', () => {
  const line = (n: number): string => `step ${n} loss 0.${n}\n`;
  const settings = { template: ['step {step} loss {loss}', 'epoch {epoch} val {val}'] };
  const { series } = runOf(fileOf(`${line(1)}epoch 1 val 0.5\n${line(2)}epoch 2 val 0.4\n`), settings);
  expect(series.loss.map(({ epoch, step }) => [epoch, step])).toEqual([
    [undefined, 1],
    [undefined, 2],
  ]);
  expect(series.val.map(({ epoch }) => epoch)).toEqual([1, 2]);
  const within = runOf(fileOf(`epoch 0 val 1\n${line(1)}`), settings);
  expect(within.series.loss).toMatchObject([{ epoch: 0, step: 1 }]);
});

test('what lines above the numbers say with several values is no setting', () => {
  const text = 'lr 0.1 width 8\nwarm-up: step 1 lr 0.01\nwarm-up: step 2 lr 0.02\nepoch 1 loss 0.5\n';
  expect(runOf(fileOf(text), { template: 'epoch {epoch} loss {loss}' }).stated.settings).toEqual({
    width: 8,
  });
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
  test.each([
    ['epoch 2 | loss oops | val acc 90.1%'],
    ['epoch 2 | loss - | val acc 90.1%'],
    ['epoch 2 | loss n/a | val acc 90.1%'],
    ['epoch 2 | loss -- | val acc 90.1%'],
    ['epoch 2 | loss | val acc 90.1%'],
    ['epoch 2 | loss 0.4 | val acc n/a'],
    ['epoch 2 | loss'],
    ['epoch 2 | loss 0.4x | val acc 90.1%'],
    ['epoch two | loss 0.4 | val acc 90.1%'],
  ])('no number where one is due: %s', (line) => {
    const text = `epoch 1 | loss 0.5 | val acc 80.0%\n${line}\nepoch 3 | loss 0.3 | val acc 91.0%\n`;
    const { faults } = runOf(fileOf(text), {
      template: 'epoch {epoch} | loss {loss} | val acc {val_acc:percent}',
    });
    expect(faults.filter(({ check }) => check === 'format')).toMatchObject([{ rule: 'format', line: 2 }]);
  });

  test.each(['epoch 2 took 3 s', 'epoch two', 'epoch 2', 'best epoch 2 | val acc 90.1%'])(
    'another line is no fault: %s',
    (line) => {
      const text = `epoch 1 | loss 0.5 | val acc 80.0%\n${line}\n`;
      const { faults } = runOf(fileOf(text), {
        template: 'epoch {epoch} | loss {loss} | val acc {val_acc:percent}',
      });
      expect(faults).toEqual([]);
    },
  );

  const faultsOf = (path: string): string[] =>
    runOf(path, { ...LR, template }).faults.map(({ rule, line, message }) => `${line} ${rule}: ${message}`);

  test('where no word stands before a number, another line is no fault', () => {
    expect(runOf(fileOf('1 0.5\n2 files\n3 0.3\n'), { template: '{epoch} {loss}' }).faults).toEqual([]);
  });

  test('a cut line, a resumed run, two processes', () => {
    expect(faultsOf('odd/cut-mid-line.log')).toEqual([
      '8 format: it starts like the template, but continues differently',
    ]);
    expect(faultsOf('odd/resumed.log')).toContain('10 repeated: val_loss of epoch 5 is repeated');
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

describe('the template that is suggested', () => {
  const of = (line: (n: number) => string): string | undefined =>
    suggestionFor(`${line(1)}\n${line(2)}\n${line(3)}\n`)?.template;

  test.each<[(n: number) => string, string | undefined]>([
    [
      (n) => `step ${n}50: train loss 1.${n}, val loss 2.${n}`,
      'step {step}: train loss {train_loss}, val loss {val_loss}',
    ],
    [
      (n) => `iter ${n}: loss 0.${n}, time 12.${n}3ms, mfu 3.${n}%`,
      'iter {step}: loss {loss}, time {time}ms, mfu {mfu:percent}',
    ],
    [
      (n) => `epoch ${n} loss 0.${n} took 1.${n}s mem 3.2GB`,
      'epoch {epoch} loss {loss} took {took}s mem {mem}GB',
    ],
    [(n) => `ep ${n} loss 0.${n}`, 'ep {epoch} loss {loss}'],
    [(n) => `ep ${n}/8 loss 0.${n}`, 'ep {epoch}/{_} loss {loss}'],
    [(n) => `[ep ${n}/8] loss=0.4${n} acc=91.${n}`, '[ep {epoch}/{_}] loss={loss} acc={acc}'],
    [(n) => `E00${n} loss 0.${n}`, 'E{epoch} loss {loss}'],
    [(n) => `round ${n} | loss 0.${n}`, 'round {epoch} | loss {loss}'],
    [
      (n) => `[${n}/9] train: loss 0.${n} acc 0.${n} | val: loss 0.${n} acc 0.${n}`,
      '[{epoch}/{_}] train: loss {train_loss} acc {acc} | val: loss {val_loss} acc {acc_2}',
    ],
    [
      (n) => `Epoch: [${n}][ 10/100] Loss 0.${n} (0.${n}5) Acc@1 5.${n}`,
      'Epoch: [{epoch}][ {step}/{_}] Loss {Loss} ({Loss_2}) Acc@1 {Acc@1}',
    ],
    [(n) => `2024-01-0${n} 12:00:01,${n} INFO Epoch ${n}: loss 0.${n}`, 'Epoch {epoch}: loss {loss}'],
    [(n) => `round ${n * n} | loss 0.${n}`, undefined],
    [() => 'hello 1', undefined],
    [
      (n) => `epoch ${n} encoder loss 0.${n} decoder loss 0.${n}`,
      'epoch {epoch} encoder loss {encoder_loss} decoder loss {decoder_loss}',
    ],
    // What the clock and the machine say is not called by the metric before it.
    ...['12.1s', '(12.1s)', '(2.2 min)', '[2.1it/s]', '(7250 img/s)', '; 12.1', '| 3.2 GB'].map(
      (aside): [(n: number) => string, string] => [
        (n) => `epoch ${n} | F1: 0.${n} | ${aside} | norm 1.${n}`,
        `epoch {epoch} | F1: {F1} | ${aside.replace(/[\d.]+/, '{_}')} | norm {norm}`,
      ],
    ),
    [(n) => `epoch ${n} F1 0.${n} ${n}.5s norm 1.${n}`, 'epoch {epoch} F1 {F1} {_}s norm {norm}'],
    [(n) => `epoch ${n} F1 0.${n} (${n}.5s) norm 1.${n}`, 'epoch {epoch} F1 {F1} ({_}s) norm {norm}'],
    [(n) => `epoch ${n} lr=2.7e-04 (725${n} img/s)`, 'epoch {epoch} lr={lr}'],
    [(n) => `epoch ${n} F1 0.${n} [2.1it/s]`, 'epoch {epoch} F1 {F1}'],
    // What is in braces would be a place.
    [(n) => `epoch ${n} {x} loss 0.${n}`, undefined],
  ])('%# is made of words and numbers', (line, template) => expect(of(line)).toBe(template));

  test('what it leaves out is told', () => {
    const text = [1, 2].map((n) => `12:00:0${n} epoch ${n} loss 0.${n} 1.5s\n`).join('');
    expect(suggestionFor(text)).toMatchObject({
      template: 'epoch {epoch} loss {loss}',
      skipped: ['12:00:01', '1.5'],
      further: [],
      otherLines: [],
    });
    const lines = [1, 2].map((n) => `epoch ${n} loss 0.${n} acc 0.${n}\n  valid: loss 9.${n}\n`).join('');
    expect(suggestionFor(lines)?.otherLines).toEqual(['valid: loss 9.1']);
  });

  test('lines that name results of their own, and say where they are, have a template of their own', () => {
    const train = (n: number): string => `train: step ${n}00 loss=0.${n} lr=1e-${n}\n`;
    const ofEval = (n: number): string => `eval: epoch ${n} val_loss=0.${n} top1=6${n}.7%\n`;
    const text = [1, 2].map((n) => `${train(2 * n)}${train(2 * n + 1)}${ofEval(n)}`).join('');
    expect(suggestionFor(text)).toMatchObject({
      template: 'train: step {step} loss={loss} lr={lr}',
      further: [{ template: 'eval: epoch {epoch} val_loss={val_loss} top1={top1:percent}' }],
      otherLines: [],
    });
    // By the same names, two kinds of lines would be one series.
    expect(suggestionFor(text.replaceAll(/val_loss|top1/g, 'loss'))?.further).toEqual([]);
  });

  test('none for a binary file, however regular its bytes are', () => {
    const line = 'epoch 1 loss 0.5';
    expect(suggestionFor(`${line}\n${line}\n`)).toBeDefined();
    expect(suggestionFor(`\0\n${line}\n${line}\n`)).toBeUndefined();
  });

  const word = fc.constantFrom(
    'epoch',
    'ep',
    'E',
    'loss',
    'val',
    'acc',
    'step',
    '|',
    ',',
    '[',
    ']',
    '(',
    ')',
  );
  const glue = fc.constantFrom('', ' ', '  ', '=', ': ', '/', '-', '{', '}', '%', 'ms', 's', '.');
  const number = fc.constantFrom(
    '1',
    '007',
    '0.5',
    '1.',
    '-2e-3',
    'nan',
    '12:30',
    '2024-01-02',
    '3/8',
    '1.2.3',
  );
  property.prop([fc.array(fc.tuple(word, glue, number, glue), { minLength: 1, maxLength: 6 })])(
    'can be read, and reads the lines that it is made from',
    (parts) => {
      const line = parts.flat().join('');
      const template = suggestionFor(`${line}\n${line}\n`)?.template;
      if (template === undefined) return;
      const names = patternOf(template, new Set()).parts.flatMap((part) =>
        part.kind === 'place' && part.name !== '_' ? [part.name] : [],
      );
      expect(new Set(names).size).toBe(names.length);
      expect(() => runOf(fileOf(`${line}\n`), { template })).not.toThrow();
    },
  );
});

describe('a file that no format reads: what it looks like', () => {
  test.each<[string | Buffer, string]>([
    ['', 'an empty file'],
    [' \n', 'a file of blanks'],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13]), 'a binary file'],
    ['all went well\n', 'a text without numbers'],
    ['loss,acc\n0.5,0.6\n', 'a table without a column epoch or step: loss, acc'],
    ['1\t2.07\t64.3\n2\t1.00\t64.9\n', 'columns without a line of names above them'],
    ['done in 3 s\n', 'none of them'],
  ])('%#', (content, got) => {
    const error = refusal(() => runOf(fileOf(content)));
    expect(error?.facts.got).toContain(got);
    expect(error?.facts.expected).toMatch(/^one of the formats template, /);
  });
});
