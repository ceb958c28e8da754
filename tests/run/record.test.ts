import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { readManifest } from '../../src/judge/golden';
import { parseRunRecord, serializeRunRecord, type RunRecord } from '../../src/run/record';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { runOfRecord, runsOfEnsemble } from '../../src/run/recordedRun';
import { ensembleRunOf, parseEnsemble, serializeEnsemble } from '../../src/run/ensemble';
import type { OptimizerSpec } from '../../src/experiment/types';
import { runsIn, STUDY } from '../judge/ourStudy';
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
    const log = renderLog(finished, experiment);
    const [{ series, stated }, ...others] = runsIn(log);
    expect(others).toEqual([]);
    expect(series.loss).toHaveLength(50);
    expect(series.loss[13]).toMatchObject({ epoch: 2, step: 19200, decimals: 6 });
    expect(series.loss[13].value).toBeCloseTo(finished.losses[938 + 300], 6);
    expect(log.split('\n')[(series.loss[13].line ?? 0) - 1]).toContain('Train Epoch: 2 [19200/60000 (32%)]');
    expect(stated.final?.accuracy).toMatchObject({ value: 90.04, decimals: 2 });
    expect(series.accuracy[4].printed).toEqual({ value: 90.04, decimals: 2 });
  });

  test('of a stopped run ends with its last training line', () => {
    const log = renderLog(stopped, experiment);
    const [{ series, stated }] = runsIn(log);
    const epochsOf = (metric: string): (number | undefined)[] => series[metric].map(({ epoch }) => epoch);
    expect(epochsOf('loss')).toEqual([...Array<number>(10).fill(1), 2]);
    expect([epochsOf('test loss'), epochsOf('accuracy')]).toEqual([[1], [1]]);
    expect(stated.final).toBeUndefined();
    expect(log.trimEnd().split('\n')).toHaveLength(series.loss[10].line ?? 0);
  });

  test.each([
    ['mnist', 'MNIST'],
    ['synthetic', 'synthetic'],
    ['my-digits', 'my-digits'],
  ])('of data set %s loads the %s dataset', (name, title) => {
    const log = renderLog({ ...finished, data: { ...finished.data, name } }, experiment);
    expect(runsIn(log)[0].stated.dataName?.value).toBe(title);
  });
});

/** One record is one run, whatever way it comes in. */
describe('the run of a record', () => {
  const run = runOfRecord(finished, experiment.training);

  test('has the places of its log, and the numbers that it prints', () => {
    const [ofLog] = runsIn(renderLog(finished, experiment));
    const decimals = { loss: 6, 'test loss': 4, accuracy: 2 };
    expect(Object.keys(run.series)).toEqual(STUDY.metrics.map(({ name }) => name));
    for (const [name, places] of Object.entries(decimals)) {
      const [points, printed] = [run.series[name], ofLog.series[name]];
      expect(points.map(({ epoch, step }) => [epoch, step])).toEqual(
        printed.map(({ epoch, step }) => [epoch, step]),
      );
      for (const [i, { value }] of points.entries())
        expect(Math.abs(value - printed[i].value)).toBeLessThanOrEqual(0.5 * 10 ** -places + 1e-12);
      expect(points.map(({ count }) => count)).toEqual(printed.map(({ count }) => count));
    }
    const sizes = ({ stated }: typeof run): unknown[] => [
      stated.dataName?.value.toLowerCase(),
      ...[stated.trainCount?.value, stated.testCount?.value],
    ];
    expect(sizes(run)).toEqual(['mnist', 60000, 10000]);
    expect(sizes(run)).toEqual(sizes(ofLog));
    const { experimentSha256, dataSha256, conditionsFrom } = run.stated;
    expect([experimentSha256?.value, dataSha256?.value]).toEqual([experiment.sha256, finished.data.sha256]);
    expect([run.conditions, conditionsFrom]).toEqual([{ lr: finished.lr }, 'record']);
  });

  test('is that of its line in an ensemble', () => {
    const { name, sha256, trainCount: __, testCount: ___ } = finished.data;
    const whole = { ...finished, losses: finished.losses.with(-1, 0.5) };
    const text = serializeEnsemble({
      experiment: finished.spec,
      data: { name, sha256 },
      epochs: 5,
      runs: [ensembleRunOf(whole, experiment.training)],
    });
    const [ofLine] = runsOfEnsemble(parseEnsemble(text, 'runs.jsonl'), experiment.training);
    const { conditions, seed, series } = runOfRecord(whole, experiment.training);
    expect(ofLine).toMatchObject({ conditions, seed, source: { path: 'runs.jsonl', line: 2 } });
    expect(ofLine.series).toEqual(series);
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
