import { parseLooseJson } from '../../src/logs/looseJson';
import { fileOf, fixture, inFolder, MLP_TEMPLATE, places, runOf, runsOf, values } from './laboratory';

const LR = { conditions: [{ name: 'lr' }] };
const NO_STEPS = Array.from({ length: 10 }, (_, i) => i);
const ONE_TO_TEN = NO_STEPS.map((i) => i + 1);

describe('the same trainer, told by four', () => {
  const SEEDS = ['001', '007', '104'];

  test.each(SEEDS)('seed %s has the same numbers in jsonl, wandb, MLflow and TensorBoard', (seed) => {
    const jsonl = runOf(`jsonl/healthy/seed-${seed}.jsonl`, LR);
    const wandb = runOf(`wandb/healthy/seed-${seed}.jsonl`, LR);
    const tensorboard = runOf(`tensorboard/healthy/seed-${seed}`, LR);
    const mlflow = runsOf('mlflow/mlruns', LR).find(({ stated }) => stated.name === `healthy-seed-${seed}`);
    const [losses, accuracies, steps] = ['val_loss', 'val_acc', 'loss'].map((name) =>
      values(jsonl.series[name]),
    );
    expect(losses).toHaveLength(10);
    expect(steps).toHaveLength(30);
    expect(values(wandb.series['val/loss'])).toEqual(losses);
    expect(values(wandb.series['val/acc'])).toEqual(accuracies);
    expect(values(wandb.series['train/loss'])).toEqual(steps);
    expect(values(mlflow?.series.val_loss)).toEqual(losses);
    expect(values(mlflow?.series.val_acc)).toEqual(accuracies);
    expect(values(mlflow?.series.train_loss_step)).toEqual(steps);
    expect(values(tensorboard.series['Loss/val'])).toEqual(losses?.map(Math.fround));
    expect(values(tensorboard.series['Accuracy/val'])).toEqual(accuracies?.map(Math.fround));
    expect(values(tensorboard.series['Loss/train'])).toEqual(steps?.map(Math.fround));
    for (const run of [jsonl, mlflow])
      expect([run?.conditions, run?.seed]).toEqual([{ lr: 0.01 }, Number(seed)]);
    for (const run of [jsonl, wandb, mlflow, tensorboard]) expect(run?.faults).toEqual([]);
  });

  test('each tells where its numbers are in its own way', () => {
    expect(runOf('jsonl/healthy/seed-001.jsonl').series.val_loss[1]).toEqual({
      epoch: 2,
      step: 60,
      value: 0.41617995500564575,
      line: 9,
    });
    expect(places(runOf('wandb/healthy/seed-001.jsonl').series['val/loss']).slice(0, 2)).toEqual([
      [1, 30],
      [2, 60],
    ]);
    expect(runOf('tensorboard/healthy/seed-001').series['Loss/val'][9]).toEqual({
      step: 10,
      value: 0.4026365280151367,
    });
  });

  test('what comes after the last epoch is of the run', () => {
    expect(runOf('jsonl/healthy/seed-001.jsonl').series.test_acc).toEqual([{ value: 0.854, line: 42 }]);
  });
});

describe('epochs that no line tells, in any format', () => {
  const missing = (epochs: readonly number[]): string[] =>
    runOf(fileOf(['epoch,loss', ...epochs.map((epoch, i) => `${epoch},0.${i + 10}`)].join('\n'))).faults.map(
      ({ check, rule, line, message }) => `${check} ${rule} ${line}: ${message}`,
    );

  test('a gap is a fault, at the line behind it', () => {
    expect(missing([1, 2, 4, 5])).toEqual(['protocol missing 4: epoch 3 is missing']);
    expect(missing([0, 1, 2, 6])).toEqual(['protocol missing 5: epochs 3 to 5 are missing']);
    expect(missing([1, 2, 4])).toEqual(['protocol missing 4: epoch 3 is missing']);
    expect(missing([1, 10, 20, 40, 50])).toEqual(['protocol missing 5: epoch 30 is missing']);
    expect(missing([0, 10, 20, 50, 60])).toEqual(['protocol missing 5: epochs 30 to 40 are missing']);
  });

  test.each([
    [[0, 1, 2]],
    [[5, 6, 7]],
    [[1, 10, 20, 30]],
    [[0, 10, 20, 25]],
    [[1, 2, 4, 8, 16]],
    [[1, 3]],
    [[0.5, 1, 1.5, 3]],
  ])('%j has none', (epochs) => {
    expect(missing(epochs)).toEqual([]);
  });

  test('epochs out of order are one', () => {
    expect(missing([1, 3, 2, 4])).toEqual(['protocol order 4: loss of epoch 2 comes after that of epoch 3']);
  });

  test('an epoch that another metric tells is there', () => {
    const text = 'epoch,loss,val_loss\n1,0.5,\n2,0.4,0.6\n3,0.3,\n4,0.2,0.5\n5,,0.4\n6,0.1,0.3\n';
    expect(runOf(fileOf(text)).faults).toEqual([]);
  });
});

describe('csv', () => {
  test('Keras: epochs from 0, float32 as float64', () => {
    const { series, faults, seed } = runOf('keras/healthy/seed-001.csv', { path: 'seed-{seed}.csv' });
    expect(Object.keys(series)).toEqual(['accuracy', 'loss', 'val_accuracy', 'val_loss']);
    expect(series.val_accuracy[0]).toEqual({ epoch: 0, value: 0.7919999957084656, line: 2 });
    expect(series.val_loss.map(({ epoch }) => epoch)).toEqual(NO_STEPS);
    expect([faults, seed]).toEqual([[], 1]);
  });

  test('Lightning: sparse rows, and hparams.yaml beside them', () => {
    const run = runOf('lightning/healthy/seed-001', LR);
    expect(run).toMatchObject({ seed: 1, conditions: { lr: 0.01 }, faults: [] });
    expect(run.source.path).toBe('lightning/healthy/seed-001/metrics.csv');
    expect(places(run.series.train_loss_step).slice(0, 3)).toEqual([
      [0, 9],
      [0, 19],
      [0, 29],
    ]);
    expect(run.series.train_loss_epoch[0]).toEqual({
      epoch: 0,
      step: 29,
      value: 0.6692365407943726,
      line: 6,
    });
    expect(run.series.test_acc).toEqual([{ epoch: 10, step: 300, value: 0.843999981880188, line: 52 }]);
  });

  test.each(['windows-line-ends.csv', 'utf-8-bom.csv', 'tabs.tsv', 'semicolon-decimal-comma.csv'])(
    '%s has the same numbers',
    (name) => {
      const { series, faults } = runOf(`odd/${name}`);
      expect(series.val_loss[0]).toEqual({ epoch: 1, step: 30, value: 0.4647141695022583, line: 2 });
      expect(series.val_acc).toHaveLength(10);
      expect(faults).toEqual([]);
    },
  );

  test('NA is a number that is not there; nan is one', () => {
    const { series, faults } = runOf('odd/keras-validation-freq-2.csv');
    expect(series.val_loss.map(({ epoch }) => epoch)).toEqual([1, 3, 5, 7, 9]);
    expect(faults).toEqual([]);
    expect(values(runOf('odd/keras-nan.csv').series.loss)).toEqual(Array(10).fill(NaN));
  });

  test('a cut row, shifted rows, a table twice, epochs twice', () => {
    const faultsOf = (path: string): string[] =>
      runOf(path).faults.map(({ rule, line, message }) => `${line} ${rule}: ${message}`);
    expect(faultsOf('odd/cut-mid-line.csv')).toEqual(['7 format: 4 cells, where the first line has 5 names']);
    expect(faultsOf('odd/keras-other-columns.csv')).toHaveLength(5);
    expect(faultsOf('odd/keras-extra-header.csv')[0]).toMatch(/^12 table-again/);
    expect(faultsOf('odd/keras-resumed.csv')).toContain('8 repeated: val_loss of epoch 4 is repeated');
  });

  test('no number where numbers are', () => {
    const run = runOf(fileOf('epoch,loss,note\n1,0.5,a\n2,0.4x,b\n'));
    expect(run.faults).toEqual([
      { check: 'format', rule: 'format', line: 3, message: 'loss is not a number: 0.4x' },
    ]);
    expect(Object.keys(run.series)).toEqual(['loss']);
  });

  test('a table of many runs', () => {
    const text = 'lr,seed,epoch,loss\n0.1,1,1,0.5\n0.1,2,1,0.6\n0.1,1,2,0.4\n0.01,1,1,0.9\n';
    const runs = runsOf(fileOf(text), LR).map(({ conditions, seed, series }) => [
      conditions.lr,
      seed,
      values(series.loss),
    ]);
    expect(runs).toEqual([
      [0.1, 1, [0.5, 0.4]],
      [0.1, 2, [0.6]],
      [0.01, 1, [0.9]],
    ]);
  });

  test('names that objects have already', () => {
    const { series } = runOf(fileOf('epoch,__proto__,constructor\n1,0.5,0.6\n'));
    expect(Object.entries(series).map(([name, points]) => [name, values(points)])).toEqual([
      ['__proto__', [0.5]],
      ['constructor', [0.6]],
    ]);
  });

  test('a table without rows', () => {
    expect(() => runOf('odd/header-only.csv')).toThrow('a table without numbers');
  });
});

describe('jsonl', () => {
  test('other lines stand between, one is cut', () => {
    const run = runOf('odd/mixed.jsonl', LR);
    expect(run.conditions).toEqual({ lr: 1e-5 });
    expect(run.series.val_loss).toHaveLength(10);
    expect(run.faults).toEqual([
      { check: 'format', rule: 'format', line: 14, message: 'it starts like a JSON object, but is not one' },
    ]);
  });

  test.each(['nan-token', 'nan-string'])('%s: NaN, which is no JSON', (name) => {
    expect(values(runOf(`odd/${name}.jsonl`).series.val_loss)?.slice(1, 4)).toEqual([
      2.355860306233996e34,
      NaN,
      NaN,
    ]);
  });

  test('a text is left as it is', () => {
    const text = '{"a": "-Infinity \\" NaN", "b": NaN, "c": [-Infinity, 1]}';
    expect(parseLooseJson(text, 'line')).toEqual({ a: '-Infinity " NaN', b: 'NaN', c: ['-Infinity', 1] });
    expect(() => parseLooseJson('{"a": NaN', 'line')).toThrow('not JSON');
  });

  test('null is a number that is not there', () => {
    expect(runOf('odd/nan-null.jsonl').series.val_loss).toHaveLength(2);
    expect(runOf('odd/nan-null.jsonl').series.val_acc).toHaveLength(10);
  });

  test('fairseq: a prefix, numbers as texts with their decimals, num_updates as steps', () => {
    const { series, faults } = runOf('jsonl/fairseq-like/seed-001.log');
    expect(series.loss[0]).toEqual({ epoch: 1, step: 20, value: 0.5433, decimals: 4, line: 1 });
    expect(series.valid_loss[1]).toMatchObject({ epoch: 2, value: 0.4162, decimals: 4 });
    expect(faults).toEqual([]);
  });

  test('objects within objects', () => {
    expect(values(runOf(fileOf('{"epoch": 1, "val": {"loss": 0.5}}\n')).series['val.loss'])).toEqual([0.5]);
  });
});

describe('wandb', () => {
  test("pandas' index has no name; the clock is no metric", () => {
    for (const name of ['seed-001.csv', 'seed-001-no-index.csv']) {
      const { series } = runOf(`wandb/pandas/${name}`);
      expect(Object.keys(series)).toEqual(['train/loss', 'val/acc', 'val/loss']);
      expect(values(series['val/loss'])).toEqual(
        values(runOf('wandb/healthy/seed-001.jsonl').series['val/loss']),
      );
    }
  });

  test("a chart's table has several runs, by name", () => {
    const runs = runsOf('wandb/imitated/chart-export.csv', { path: 'healthy-seed-{seed}' });
    expect(runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(runs[1].series['val/loss'][0]).toEqual({ step: 30, value: 0.505373477935791, line: 2 });
  });
});

describe('keras, the console', () => {
  const table = runOf('keras/healthy/seed-001.csv').series;

  test.each(inFolder('keras/console', /seed-001/))('%s has the numbers of CSVLogger, rounded', (path) => {
    const { series, faults } = runOf(path);
    expect(faults).toEqual([]);
    expect(series.val_loss.map(({ epoch }) => epoch)).toEqual(
      ONE_TO_TEN.slice(0, path.includes('paused') ? 3 : 10),
    );
    for (const name of ['accuracy', 'loss', 'val_accuracy', 'val_loss']) {
      for (const [i, { value, decimals }] of series[name].entries()) {
        expect(decimals).toBe(4);
        expect(Math.abs(value - table[name][i].value)).toBeLessThan(0.5001e-4);
      }
    }
  });

  test('Keras 2: other bars, other order, times last', () => {
    const exact = values(runOf('keras/keras-2/seed-001.csv').series.val_loss) ?? [];
    for (const path of inFolder('keras/keras-2', /seed-001\.txt$/)) {
      const got = values(runOf(path).series.val_loss) ?? [];
      expect(got).toEqual(exact.slice(0, got.length).map((value) => Number(value.toFixed(4))));
      expect(Object.keys(runOf(path).series)).toEqual(['loss', 'accuracy', 'val_loss', 'val_accuracy']);
    }
  });

  test('an epoch that was cut has no numbers', () => {
    const text =
      'Epoch 1/2\n3/3 - 0s - loss: 0.5 - val_loss: 0.6\nEpoch 2/2\n1/3 - 0s - loss: 0.4\r2/3 - 0s - loss: 0.3';
    expect(values(runOf(fileOf(text)).series.loss)).toEqual([0.5]);
    expect(runOf(fileOf(text)).faults[0].message).toBe('epoch 2 has no end: its bar stands at 2 of 3');
  });
});

describe('lightning, the console', () => {
  const table = runOf('lightning/healthy/seed-001').series;

  test.each(inFolder('lightning/console', /(file|wide-terminal|rich-terminal)-seed/))(
    '%s has the numbers of its epoch',
    (path) => {
      const { series, faults, seed } = runOf(path);
      expect([faults, seed]).toEqual([[], 1]);
      expect(series.val_loss.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
      for (const name of ['val_loss', 'val_acc', 'train_loss_epoch']) {
        for (const [i, { value, decimals }] of series[name].entries()) {
          expect(decimals).toBe(3);
          expect(Math.abs(value - table[name][i].value)).toBeLessThan(0.5001e-3);
        }
      }
      expect(values(series.test_acc)).toEqual([0.8399999737739563]);
    },
  );

  test("a bar that the terminal's width cuts is not read", () => {
    const { series, faults } = runOf('lightning/console/tqdm-terminal-seed-001.txt');
    expect(Object.keys(series)).toEqual(['test_acc', 'test_loss']);
    expect(faults[0].message).toBe("the bar is cut at the terminal's width: its numbers are left out");
  });

  test('without a bar there is the test alone', () => {
    expect(values(runOf('lightning/console/no-bar-seed-002.txt').series.test_loss)).toEqual([
      0.40215855836868286,
    ]);
  });

  test('a run that was ended has no numbers of its last epoch', () => {
    const whole = Buffer.from(fixture('lightning/console/tqdm-file-seed-001.txt').files[0].bytes).toString();
    const run = runOf(fileOf(whole.slice(0, whole.indexOf('Epoch 2:  50%'))));
    expect(run.series.val_loss.map(({ epoch }) => epoch)).toEqual([0, 1]);
    expect(run.faults[0].message).toMatch(/^epoch 2 has no end: its bar stands at \d+ of 30$/);
  });
});

describe('huggingface', () => {
  test('trainer_state.json: entries of several kinds, epochs as fractions', () => {
    const { series, faults } = runOf('huggingface/healthy/seed-001');
    expect(series.loss[0]).toEqual({ epoch: 0.5, step: 15, value: 0.8386520385742188, line: 12 });
    expect(series.eval_accuracy.map(({ epoch }) => epoch)).toEqual(ONE_TO_TEN);
    expect(values(series.test_loss)).toEqual([0.3731621205806732]);
    expect(faults).toEqual([]);
    expect(values(runOf('odd/hf-nan').series.eval_loss)?.at(-1)).toBeNaN();
  });

  const exact = runOf('huggingface/healthy/seed-001').series;

  test.each([
    ...inFolder('huggingface/console', /seed-001/),
    ...inFolder('huggingface/version-4', /seed-001\.txt/),
  ])('%s has the numbers of the state, rounded', (path) => {
    const { series, faults } = runOf(path);
    expect(faults).toEqual([]);
    for (const name of ['loss', 'eval_loss', 'eval_accuracy']) {
      expect(series[name].map(({ epoch }) => epoch)).toEqual(exact[name].map(({ epoch }) => epoch));
      for (const [i, { value, decimals = 0 }] of series[name].entries()) {
        expect(Math.abs(value - exact[name][i].value)).toBeLessThan(0.5001 / Number(`1e${decimals}`));
      }
    }
  });

  test('version 5 prints four digits, of which it does not show zeros at the end', () => {
    const { eval_accuracy: accuracy } = runOf('huggingface/console/no-bar-seed-001.txt').series;
    expect(accuracy[0]).toEqual({ epoch: 1, value: 0.81, decimals: 4, line: 3 });
  });

  test('how the learning rate goes is no condition', () => {
    const conditions = [{ name: 'learning_rate' }];
    for (const path of ['huggingface/healthy/seed-001', 'huggingface/console/no-bar-seed-001.txt']) {
      const runs = runsOf(path, { conditions });
      expect(runs).toHaveLength(1);
      expect(runs[0].series.learning_rate).toHaveLength(20);
    }
    const table = fileOf('epoch,learning_rate,loss\n1,0.1,0.5\n2,0.01,0.4\n');
    expect(runsOf(table, { conditions: [{ name: 'lr', title: 'learning rate' }] })).toHaveLength(1);
  });

  test('a dict that is cut', () => {
    const run = runOf(fileOf("{'loss': 0.5, 'epoch': 1.0}\n{'loss': 0.4, 'epo"));
    expect(values(run.series.loss)).toEqual([0.5]);
    expect(run.faults.map(({ line }) => line)).toEqual([2]);
  });
});

describe('tensorboard', () => {
  test.each(['tensorboardx', 'new-style'])('%s says what add_scalar says', (folder) => {
    expect(runOf(`tensorboard/${folder}/seed-001`).series).toEqual(
      runOf('tensorboard/healthy/seed-001').series,
    );
  });

  test('Keras: two folders of one run, epochs from 0', () => {
    const { series } = runOf('tensorboard/keras/seed-001');
    const table = runOf('keras/healthy/seed-001.csv').series;
    expect(values(series['validation/epoch_loss'])).toEqual(values(table.val_loss));
    expect(values(series['train/epoch_accuracy'])).toEqual(values(table.accuracy));
    expect(series['validation/epoch_loss'].map(({ epoch }) => epoch)).toEqual(NO_STEPS);
    expect(series['validation/evaluation_loss_vs_iterations'][0]).toEqual({
      step: 30,
      value: 0.49042409658432007,
    });
    expect(Object.keys(runOf('tensorboard/keras/with-graph').series)).toContain('train/epoch_loss');
  });

  test('Lightning: the epoch of a step is told as a metric; what its CSV says is the same', () => {
    const { series, seed, conditions } = runOf('tensorboard/lightning/seed-001', LR);
    const table = runOf('lightning/healthy/seed-001').series;
    for (const name of Object.keys(table)) {
      expect(series[name]).toEqual(table[name].map(({ epoch, step, value }) => ({ epoch, step, value })));
    }
    expect(Object.keys(series)).not.toContain('hp_metric');
    expect([seed, conditions]).toEqual([1, { lr: 0.01 }]);
  });

  test('hparams; folders of curves', () => {
    expect(runOf('tensorboard/hparams/seed-002', LR)).toMatchObject({ seed: 2, conditions: { lr: 0.01 } });
    expect(Object.keys(runOf('tensorboard/add-scalars/seed-001').series)).toEqual([
      'Loss_train/Loss',
      'Loss_val/Loss',
    ]);
  });

  test('a folder of runs', () => {
    expect(
      runsOf('tensorboard/healthy', { path: 'seed-{seed}' })
        .map(({ seed }) => seed)
        .slice(0, 3),
    ).toEqual([1, 2, 3]);
  });

  test('damage', () => {
    const messages = (path: string): string[] => runOf(path).faults.map(({ message }) => message);
    expect(messages('odd/tb-crc')).toEqual(['CRC mismatch in the record at byte 1241']);
    expect(messages('odd/tb-cut')).toEqual(['the file ends within a record, at byte 1241']);
    expect(messages('odd/tb-resumed')).toContain('val_loss of step 5 is repeated');
    expect(() => runOf('odd/tb-empty')).toThrow('event files without numbers');
  });

  test('a writer that starts again says from where', () => {
    const { series, faults } = runOf('odd/tb-resumed-purge-step');
    expect(series.val_loss.map(({ step }) => step)).toEqual(ONE_TO_TEN);
    expect(values(series.val_loss)?.[4]).toBe(0.31678372621536255);
    expect(faults).toEqual([]);
  });
});

describe('mlflow', () => {
  test('an experiment has many runs, each with its params', () => {
    const runs = runsOf('mlflow/mlruns', { conditions: [{ name: 'kind', values: ['healthy', 'lr-low'] }] });
    expect(runs).toHaveLength(38);
    expect(runs.filter(({ conditions }) => conditions.kind === 'healthy')).toHaveLength(30);
  });

  test('odd ones', () => {
    const runs = new Map(runsOf('odd/mlflow-odd').map((run) => [run.stated.name, run]));
    expect(values(runs.get('diverged')?.series.val_loss)?.[2]).toBeNaN();
    expect(runs.get('without-steps')?.series['val/loss'].map(({ step }) => step)).toEqual(ONE_TO_TEN);
    expect(runs.get('resumed')?.faults.map(({ rule }) => rule)).toContain('repeated');
    expect(runs.get('failed')?.faults).toContainEqual({
      check: 'protocol',
      rule: 'unfinished',
      message: 'MLflow says that the run failed',
    });
  });
});

test('a byte order mark says UTF-16', () => {
  const run = runOf('odd/utf-16.log', { ...LR, template: MLP_TEMPLATE });
  expect(run).toMatchObject({ seed: 2, conditions: { lr: 0.01 }, faults: [] });
  expect(run.series.val_acc[9]).toEqual({ epoch: 10, value: 86.8, decimals: 1, line: 11 });
});
