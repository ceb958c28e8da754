import { survey, type Survey } from '../../src/logs/survey';
import { surveyPaths } from '../../src/logs/survey/paths';
import { fileOf, fixture, inFolder, MLP_TEMPLATE } from './laboratory';

const of = (folder: string, fits = /seed/): Survey => survey(inFolder(folder, fits).map(fixture));
const shortly = ({ metrics }: Survey): string[] =>
  metrics.map(({ name, kind, better, per }) => `${name}: ${kind}, ${better}, per ${per}`);

const SHARES = (loss: string, accuracy: string): string[] => [
  `${loss}: loss, lower, per epoch`,
  `${accuracy}: share, higher, per epoch`,
];

describe('what is found in logs of each kind', () => {
  test('own lines: the template, too', () => {
    const found = of('mlp/healthy');
    expect(found.logs).toEqual({ template: MLP_TEMPLATE });
    expect(found.formats).toEqual(['template']);
    expect(found.constants).toEqual({ lr: 0.01, batch: 50 });
    expect(found.conditions).toEqual([]);
    expect(found.seeds.slice(0, 3)).toEqual([1, 2, 3]);
    expect(shortly(found)).toEqual([
      'train_loss: loss, lower, per epoch',
      'val_loss: loss, lower, per epoch',
      'val_acc: percent, higher, per epoch',
    ]);
    expect(found.metrics[2].decimals).toBe(1);
  });

  test('Keras: the seed is in the path alone', () => {
    const found = of('keras/healthy');
    expect([found.formats, found.logs]).toEqual([['csv'], { path: 'seed-{seed}.csv' }]);
    expect(found.seeds).toEqual([
      ...Array.from({ length: 20 }, (_, i) => i + 1),
      ...Array.from({ length: 10 }, (_, i) => i + 101),
    ]);
    expect(shortly(found)).toEqual([
      ...SHARES('loss', 'accuracy').reverse(),
      ...SHARES('val_loss', 'val_accuracy').reverse(),
    ]);
  });

  test("Keras' console", () => {
    expect(shortly(of('keras/console', /verbose-2/))).toContain('val_loss: loss, lower, per epoch');
  });

  test('Lightning', () => {
    const found = of('lightning/healthy');
    expect([found.logs, found.constants]).toEqual([{}, { lr: 0.01 }]);
    expect(shortly(found)).toContain('train_loss_step: loss, lower, per step');
    expect(shortly(found)).toEqual(expect.arrayContaining(SHARES('val_loss', 'val_acc')));
  });

  test('Hugging Face', () => {
    const found = of('huggingface/healthy');
    expect(found.logs).toEqual({ path: 'seed-{seed}/trainer_state.json' });
    expect(shortly(found)).toEqual(
      expect.arrayContaining(['loss: loss, lower, per step', ...SHARES('eval_loss', 'eval_accuracy')]),
    );
    expect(found.leftOut.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['eval_runtime', 'learning_rate', 'grad_norm']),
    );
    expect(of('huggingface/console', /file/).formats).toEqual(['huggingface']);
  });

  test('TensorBoard', () => {
    expect(shortly(of('tensorboard/healthy'))).toContain('Accuracy/val: share, higher, per step');
    expect(shortly(of('tensorboard/keras'))).toContain('validation/epoch_loss: loss, lower, per epoch');
    expect(of('tensorboard/lightning').seeds).toEqual([1, 2]);
  });

  test('W&B and JSON lines', () => {
    expect(of('wandb/healthy').logs).toEqual({ path: 'seed-{seed}.jsonl' });
    expect(shortly(of('wandb/healthy'))).toEqual([
      'train/loss: loss, lower, per step',
      ...SHARES('val/loss', 'val/acc'),
    ]);
    expect(of('jsonl/healthy').constants).toMatchObject({ lr: 0.01, batch_size: 50 });
  });

  test('MLflow: a folder of many runs; what they differ by is a condition', () => {
    const found = survey([fixture('mlflow/mlruns')]);
    expect(found.conditions).toEqual([
      { name: 'kind', values: expect.arrayContaining(['healthy', 'lr-low']) as string[] },
    ]);
    expect(found.runs).toHaveLength(38);
  });
});

test('conditions in paths and in headers; a series that some runs lack', () => {
  const log = (path: string, more = ''): ReturnType<typeof fileOf> =>
    fileOf(`epoch,loss${more && ',val_loss'}\n1,0.5${more}\n2,0.4${more}\n`, path);
  const found = survey([
    log('a/lr0.1/seed-1.csv'),
    log('a/lr0.1/seed-2.csv', ',1'),
    log('a/lr0.01/seed-1.csv'),
    log('a/lr0.01/seed-2.csv'),
  ]);
  expect(found.logs).toEqual({ path: 'lr{lr}/seed-{seed}.csv' });
  expect(found.conditions).toEqual([{ name: 'lr' }]);
  expect(found.runs.map(({ conditions, seed }) => [conditions.lr, seed])).toEqual([
    [0.1, 1],
    [0.1, 2],
    [0.01, 1],
    [0.01, 2],
  ]);
  expect(found.leftOut).toEqual([{ name: 'val_loss', why: '1 of 4 runs have it' }]);
  const told = survey(
    [1, 2, 3, 4].map((seed) =>
      fileOf(`# seed ${seed} lr 0.${seed % 2}1\nepoch 1 loss 0.5\nepoch 2 loss 0.4\n`),
    ),
  );
  expect(told.conditions).toEqual([{ name: 'lr' }]);
  expect(told.seeds).toEqual([1, 2, 3, 4]);
});

test.each([
  [['x/seed-1.csv', 'x/seed-2.csv'], 'seed-{seed}.csv'],
  [['run1/version_3/metrics.csv', 'run2/version_3/metrics.csv'], 'run{seed}/version_3/metrics.csv'],
  [['a/1.log', 'a/2.log'], '{seed}.log'],
  [['a/b.log', 'a/c.log'], undefined],
  [['a/b.log'], undefined],
])('paths %j', (paths, pattern) => {
  expect(surveyPaths(paths)?.pattern).toBe(pattern);
});

test('no logs, and logs that say nothing', () => {
  expect(() => survey([])).toThrow('no logs');
  expect(() => survey([fileOf('hello\n')])).toThrow('not a log of a training run');
});
