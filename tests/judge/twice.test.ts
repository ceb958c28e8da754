import { checkNoneTwice } from '../../src/judge/twice';
import type { Run } from '../../src/run/run';
import { refusal } from '../refusal';
import { someLosses } from './losses';
import { runOf } from './ourStudy';

const run = (path: string, seed: number, changes: Partial<Run> = {}): Run => ({
  ...runOf({
    lr: 0.001,
    seed,
    epochs: [{ testLoss: 0.05 + seed / 1e3, accuracy: 98 }],
    loggedLosses: someLosses(1, seed),
  }),
  source: { path, line: 1 },
  ...changes,
});

test('runs of their own, of as many settings, are no harm', () => {
  const other = { ...run('c', 3), conditions: { lr: 0.01 } };
  expect(refusal(() => checkNoneTwice([run('a', 1), run('b', 2), other]))).toBeUndefined();
  // Of runs that do not say their seed, the numbers tell.
  const [a, b] = [run('a', 1, { seed: undefined }), run('b', 2, { seed: undefined })];
  expect(refusal(() => checkNoneTwice([a, b]))).toBeUndefined();
});

test('the numbers of another run are found, whatever seed is said beside them', () => {
  for (const seed of [2, undefined]) {
    const copy = { ...run('copy', 1), seed };
    const error = refusal(() => checkNoneTwice([run('a', 1), run('b', 3), copy]));
    expect(error?.code).toBe('usage');
    expect(error?.facts).toMatchObject({
      what: 'the same run twice',
      where: 'copy',
      got: 'the numbers of a',
    });
  }
});

test('two runs of one seed and setting are none of their own; of two settings they are', () => {
  const again = { ...run('again', 7), seed: 1 };
  const error = refusal(() => checkNoneTwice([run('a', 1), run('b', 2), again]));
  expect(error?.facts).toMatchObject({ what: 'two runs of seed 1', where: 'again', got: 'the seed of a' });
  const elsewhere = { ...again, conditions: { lr: 0.01 } };
  expect(refusal(() => checkNoneTwice([run('a', 1), elsewhere]))).toBeUndefined();
});

test('one number that differs, if only in NaN, makes another run', () => {
  const changed = (value: number): Run => {
    const { series, ...rest } = run('b', 1);
    return {
      ...rest,
      seed: 2,
      series: { ...series, loss: series.loss.with(3, { ...series.loss[3], value }) },
    };
  };
  expect(refusal(() => checkNoneTwice([run('a', 1), changed(NaN)]))).toBeUndefined();
  expect(refusal(() => checkNoneTwice([changed(NaN), { ...changed(NaN), seed: 3 }]))?.code).toBe('usage');
  // JSON has null for both of these.
  expect(refusal(() => checkNoneTwice([changed(NaN), { ...changed(Infinity), seed: 3 }]))).toBeUndefined();
});

test('few digits of two runs may agree by chance: where their seeds are known, they are two', () => {
  const printed = (path: string, seed?: number): Run => ({
    ...run(path, 1),
    seed,
    series: { accuracy: [97.1, 98.2].map((value, i) => ({ epoch: i + 1, value, decimals: 1 })) },
  });
  expect(refusal(() => checkNoneTwice([printed('a', 1), printed('b', 2)]))).toBeUndefined();
  expect(refusal(() => checkNoneTwice([printed('a', 1), printed('b')]))?.code).toBe('usage');
});
