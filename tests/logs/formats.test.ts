import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../../src/base/errors';
import { FORMATS, formatOf, ofStudy } from '../../src/logs';
import { openSource } from '../../src/logs/source';
import type { Metric } from '../../src/study/types';
import { fileOf, fixture, inFolder, MLP_TEMPLATE, runOf } from './laboratory';

const settings = { conditions: [] };

describe('each fixture is known as what it is', () => {
  const families: [format: string, paths: string[]][] = [
    [
      'csv',
      [
        ...inFolder('keras/healthy', /csv$/),
        ...inFolder('keras/keras-2', /csv$/),
        ...inFolder('odd', /[ct]sv$/),
      ],
    ],
    ['csv', [...inFolder('lightning/healthy', /seed/), 'odd/lightning-nan', 'odd/lightning-resumed']],
    ['keras', [...inFolder('keras/console', /txt$/), ...inFolder('keras/keras-2', /txt$/)]],
    ['lightning', inFolder('lightning/console', /txt$/)],
    ['trainer-state', [...inFolder('huggingface/healthy', /seed/), ...inFolder('odd', /^hf/)]],
    [
      'huggingface',
      [...inFolder('huggingface/console', /txt$/), ...inFolder('huggingface/version-4', /txt$/)],
    ],
    ['jsonl', [...inFolder('jsonl/healthy', /jsonl$/), ...inFolder('jsonl/fairseq-like', /log$/)]],
    ['jsonl', inFolder('odd', /^(?!wandb).*jsonl$/)],
    [
      'wandb',
      [...inFolder('wandb/healthy', /jsonl$/), ...inFolder('wandb/pandas', /csv$/), 'odd/wandb-nan.jsonl'],
    ],
    ['wandb', ['wandb/imitated/chart-export.csv']],
    ['tensorboard', [...inFolder('tensorboard/healthy', /seed/), ...inFolder('tensorboard/keras', /./)]],
    [
      'tensorboard',
      ['new-style', 'tensorboardx', 'lightning', 'hparams', 'add-scalars'].map(
        (of) => `tensorboard/${of}/seed-001`,
      ),
    ],
    ['tensorboard', inFolder('odd', /^tb/)],
    ['mlflow', ['mlflow/mlruns', 'odd/mlflow-odd']],
  ];
  const EMPTY = /\/(keras-)?empty\.csv$/;

  test.each(families)('%s', (format, paths) => {
    for (const path of paths.filter((path) => !EMPTY.test(path))) {
      expect([path, formatOf(fixture(path), settings).name]).toEqual([path, format]);
    }
  });

  test('own lines are of the template, where there is one', () => {
    for (const path of inFolder('mlp/healthy', /log$/)) {
      expect(formatOf(fixture(path), { ...settings, template: MLP_TEMPLATE }).name).toBe('template');
      expect(() => formatOf(fixture(path), settings)).toThrow(AssayError);
    }
  });
});

describe('a file that none reads', () => {
  const message = (text: string): string => {
    try {
      formatOf(fileOf(text), settings);
    } catch (error) {
      return (error as AssayError).message;
    }
    throw new Error('it was read');
  };

  test('is told what was looked for', () => {
    for (const { name } of FORMATS) expect(message('nothing\n')).toContain(name);
    expect(message('')).toContain('got:      an empty file');
  });

  test.each([
    ['mlp/healthy/seed-001.log', MLP_TEMPLATE],
    [
      'odd/logging-module.log',
      'Epoch {epoch}/{_} step={step} loss={loss} val_loss={val_loss} val_acc={val_acc:percent}',
    ],
    ['odd/epochs-from-0.log', '[{epoch}/{_}] loss={loss}, val_loss={val_loss}, acc={acc}'],
  ])('%s is shown the template of its lines, which reads it', (path, template) => {
    const text = Buffer.from(fixture(path).files[0].bytes).toString();
    expect(message(text)).toContain(JSON.stringify(template));
    expect(Object.keys(runOf(path, { template }).series).length).toBeGreaterThan(2);
  });
});

describe('what a study judges', () => {
  const metric: Metric = {
    name: 'validation',
    from: 'val_loss',
    kind: 'loss',
    better: 'lower',
    per: 'epoch',
    decimals: 4,
  };
  const step: Metric = { ...metric, name: 'train_loss_step', from: 'train_loss_step', per: 'step' };

  test('what is told per epoch is of its epoch, whatever the step; by the name that the study has', () => {
    const run = ofStudy(runOf('lightning/healthy/seed-001'), { metrics: [metric, step] });
    expect(Object.keys(run.series)).toEqual(['validation', 'train_loss_step']);
    expect(run.series.validation[0]).toEqual({ epoch: 0, value: 0.45845329761505127, line: 5 });
    expect(run.series.train_loss_step[0]).toEqual({ epoch: 0, step: 9, value: 0.77288818359375, line: 2 });
  });

  test('two steps of an epoch are two numbers of it', () => {
    const run = ofStudy(runOf(fileOf('epoch,step,val_loss\n1,10,0.5\n1,20,0.4\n')), { metrics: [metric] });
    expect(run.faults).toEqual([
      { check: 'protocol', rule: 'repeated', line: 3, message: 'val_loss of epoch 1 is repeated' },
    ]);
  });
});

test('of a folder only that is opened which formats read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'logs-'));
  try {
    await cp(join(__dirname, '../../fixtures/logs/lightning/healthy/seed-001'), folder, { recursive: true });
    await writeFile(join(folder, 'model.ckpt'), 'weights');
    const { files, isFolder } = await openSource(folder);
    expect(files.map(({ name }) => name)).toEqual(['hparams.yaml', 'metrics.csv']);
    expect(isFolder).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('an unknown format is told the known ones', () => {
  expect(() => formatOf(fileOf('epoch,loss\n'), { ...settings, format: 'cvs' })).toThrow(
    /logs\.format[^]*csv[^]*cvs/,
  );
});
