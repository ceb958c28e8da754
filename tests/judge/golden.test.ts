import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNotVacuous, howFarMoved } from '../../src/judge/golden';
import type { RunRecord } from '../../src/run/record';
import { parseExperiment } from '../../src/experiment/load';
import { sampleRecord } from '../run/sampleRecord';
import { refusal } from '../refusal';

const SPEC = join(__dirname, '../../spec/lr-experiment/experiment.json');
const sample = sampleRecord(parseExperiment(readFileSync(SPEC, 'utf8'), SPEC));
const record: RunRecord = { ...sample, losses: sample.losses.slice(0, 20) };

describe('a vacuous golden is refused', () => {
  const epoch = record.epochs[0];
  test.each<[string, Partial<RunRecord>, string]>([
    ['no losses', { losses: [] }, 'a golden without losses'],
    ['one loss', { losses: [2.5] }, 'a golden without losses'],
    ['a constant loss', { losses: record.losses.map(() => 2.5) }, 'a golden with a constant loss'],
    ['a NaN', { losses: record.losses.with(19, NaN) }, 'a golden with a loss that is not finite'],
    ['all NaN', { losses: record.losses.map(() => NaN) }, 'a golden with a loss that is not finite'],
    ['an infinity', { losses: record.losses.with(0, Infinity) }, 'a golden with a loss that is not finite'],
    [
      'a test loss of NaN',
      { epochs: [{ ...epoch, testLoss: NaN }] },
      'a golden with a loss that is not finite',
    ],
  ])('%s', (_, changes, what) => {
    const error = refusal(() => checkNotVacuous({ ...record, ...changes }, 'a'));
    expect(error?.code).toBe('golden-refused');
    expect(error?.facts.what).toBe(what);
  });

  test('another one is not', () => {
    expect(refusal(() => checkNotVacuous(record, 'a'))).toBeUndefined();
  });
});

test('how far a golden moved: the greatest relative difference, and every epoch', () => {
  const losses = record.losses.with(4, record.losses[4] * 2).with(7, record.losses[7] * 1.5);
  const epochs = record.epochs.with(2, { ...record.epochs[2], testLoss: 7, correctCount: 5 });
  const moved = howFarMoved(record, { ...record, losses, epochs });
  expect(moved.losses).toEqual({ relative: 0.5, step: 5 });
  expect(moved.results).toHaveLength(10);
  expect(moved.results.slice(4, 6)).toEqual([
    { place: 'epoch 3: test loss', old: record.epochs[2].testLoss, now: 7 },
    { place: 'epoch 3: correct count', old: record.epochs[2].correctCount, now: 5 },
  ]);
  expect(howFarMoved(record, { ...record, losses: losses.with(9, NaN) }).losses).toEqual({
    relative: Infinity,
    step: 10,
  });
});
