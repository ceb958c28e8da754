import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { readManifest } from '../../src/judge/golden';
import { parseRun } from '../../src/logs/pytorchExample/parse';
import { parseRunRecord, serializeRunRecord, type RunRecord } from '../../src/run/record';
import { renderLog } from '../../src/logs/pytorchExample/render';
import type { OptimizerSpec } from '../../src/experiment/types';
import { refusal } from '../refusal';
import { digitClassifier } from '../spec/experiments';
import { sampleRecord } from './sampleRecord';

const { experiment } = digitClassifier;
const finished = sampleRecord(experiment);

/** Stopped in the second epoch. */
const stopped: RunRecord = {
  ...finished,
  plan: { epochs: 5, untilStep: 1000 },
  losses: finished.losses.slice(0, 1000),
  epochs: finished.epochs.slice(0, 1),
};

/** Stopped before anything was evaluated. */
const { logitsSha256: _, ...withoutLogits } = finished;
const barelyStarted: RunRecord = {
  ...withoutLogits,
  plan: { epochs: 5, untilStep: 20 },
  losses: finished.losses.slice(0, 20),
  epochs: [],
};

/** Not from the weights that its seed draws. */
const continued: RunRecord = { ...finished, init: { name: 'model.pth', sha256: 'e'.repeat(64) } };

const RECORDS = { finished, stopped, 'barely started': barelyStarted, continued };

describe.each(Object.entries(RECORDS))('the record of a run that is %s', (_, record) => {
  test('survives its JSON', () => {
    expect(parseRunRecord(serializeRunRecord(record), 'run.json')).toEqual(record);
  });

  test('has one text, in whatever order its keys were set', () => {
    expect(serializeRunRecord(reversed(record) as RunRecord)).toBe(serializeRunRecord(record));
  });
});

property.prop([fc.array(fc.float(), { minLength: 1, maxLength: 50 }), fc.double()], {
  examples: [[[-0, 0, NaN, Infinity, -Infinity], -0]],
})('every loss survives, bit for bit: NaN, infinities and −0 too', (losses, testLoss) => {
  const epochs = [{ ...finished.epochs[0], testLoss }];
  const record = { ...stopped, losses, epochs };
  const read = parseRunRecord(serializeRunRecord(record), 'run.json');
  expect(read.losses.every((loss, step) => Object.is(loss, losses[step]))).toBe(true);
  expect(Object.is(read.epochs[0].testLoss, testLoss)).toBe(true);
});

const unit = fc.double({ min: 0, max: 0.999, noNaN: true });
const positive = fc.double({ min: 0, max: 10, noNaN: true });
/** One arbitrary for each: a type that is added lacks one, and does not compile. */
const OPTIMIZERS: { [T in OptimizerSpec['type']]: fc.Arbitrary<Extract<OptimizerSpec, { type: T }>> } = {
  Adam: fc.record({ type: fc.constant('Adam'), betas: fc.tuple(unit, unit), eps: positive }),
  SGD: fc.record({ type: fc.constant('SGD'), momentum: positive }),
  RMSprop: fc.record({ type: fc.constant('RMSprop'), alpha: unit, eps: positive }),
};

property.prop([fc.oneof(...Object.values(OPTIMIZERS))])(
  'a record of any optimizer survives, and has one text',
  (optimizer) => {
    const record = { ...barelyStarted, optimizer };
    const text = serializeRunRecord(record);
    expect(parseRunRecord(text, 'run.json')).toEqual(record);
    expect(serializeRunRecord(reversed(record) as RunRecord)).toBe(text);
  },
);

test('the approved runs are written as they are', async () => {
  const folder = join(__dirname, '../../golden');
  for (const { name } of (await readManifest(folder)).goldens) {
    const text = readFileSync(join(folder, 'runs', name, 'run.json'), 'utf8');
    expect(serializeRunRecord(parseRunRecord(text, name))).toBe(text);
  }
});

test('what the schema does not know is not lost', () => {
  const text = serializeRunRecord({ ...finished, unknown: 1 } as RunRecord);
  expect(refusal(() => parseRunRecord(text, 'it'))?.facts.what).toBe("unknown key 'unknown'");
});

describe('a record that contradicts itself is refused', () => {
  const [first, ...others] = finished.epochs;
  test.each<[string, string, Partial<RunRecord>]>([
    ['losses[1]', 'a rounded loss', { losses: finished.losses.with(1, 0.876382) }],
    ['epochs[0].epoch', 'epochs that do not start at 1', { epochs: others }],
    ['epochs[1].epoch', 'an epoch twice', { epochs: [first, first, ...others.slice(1)] }],
    [
      'epochs[0].testCount',
      'another number of test images',
      { epochs: [{ ...first, testCount: 9999 }, ...others] },
    ],
    [
      'epochs[0].correctCount',
      'more right than there are',
      { epochs: [{ ...first, correctCount: 10001 }, ...others] },
    ],
    ['epochs', 'an epoch too few', { epochs: finished.epochs.slice(0, 4) }],
    ['epochs', 'an epoch too many', { plan: { epochs: 4 } }],
    ['epochs', 'an epoch more than planned, of a stopped run', { plan: { epochs: 4, untilStep: 9999 } }],
    ['finalWeightsSha256', 'final weights of another epoch', { finalWeightsSha256: first.weightsSha256 }],
    ['losses', 'more steps than planned', { plan: { epochs: 5, untilStep: 4000 } }],
    ['logitsSha256', 'no logits of an evaluated run', { logitsSha256: undefined }],
  ])('%s: %s', (path, _, change) => {
    const error = refusal(() => parseRunRecord(serializeRunRecord({ ...finished, ...change }), 'run.json'));
    expect([error?.code, error?.facts.where]).toEqual(['record-invalid', `run.json, ${path}`]);
  });

  test('logitsSha256: logits of a run without evaluation', () => {
    const error = refusal(() =>
      parseRunRecord(serializeRunRecord({ ...barelyStarted, logitsSha256: first.weightsSha256 }), 'it'),
    );
    expect(error?.facts.where).toBe('it, logitsSha256');
  });
});

describe('the log of a record', () => {
  test('is refused with another experiment', () => {
    const error = refusal(() => renderLog(finished, { ...experiment, sha256: '0'.repeat(64) }));
    expect([error?.code, error?.facts.where]).toEqual(['record-invalid', 'spec.sha256']);
  });

  test('has every hundredth loss, and the last epoch’s accuracy twice', () => {
    const { epochs, footer } = parseRun(renderLog(finished, experiment), 'train.log');
    expect(epochs.map(({ train }) => train.length)).toEqual([10, 10, 10, 10, 10]);
    expect(epochs[1].train[3]).toMatchObject({ epoch: 2, seen: 19200, total: 60000, percent: 32 });
    expect(epochs[1].train[3].loss).toBeCloseTo(finished.losses[938 + 300], 6);
    expect(footer?.finalAccuracy).toBe(90.04);
    expect(epochs[4].test?.accuracy).toBe(90.04);
  });

  test('of a stopped run ends with its last training line', () => {
    const { epochs, footer } = parseRun(renderLog(stopped, experiment), 'train.log');
    expect(epochs.map(({ train, test }) => [train.length, test !== undefined])).toEqual([
      [10, true],
      [1, false],
    ]);
    expect(footer).toBeUndefined();
  });

  test.each([
    ['mnist', 'MNIST'],
    ['synthetic', 'synthetic'],
    ['my-digits', 'my-digits'],
  ])('of data set %s loads the %s dataset', (name, title) => {
    const log = renderLog({ ...finished, data: { ...finished.data, name } }, experiment);
    expect(parseRun(log, 'train.log').header?.dataSet).toBe(title);
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
