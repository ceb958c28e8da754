import { join } from 'node:path';
import { loadExperiment } from '../../src/experiment/load';
import { compareWithTrace } from '../../src/judge/compare/trace';
import type { RunRecord } from '../../src/run/record';
import { isTrace, parseTrace, type Trace } from '../../src/run/trace';
import { refusal } from '../refusal';
import { sampleRecord } from '../run/sampleRecord';

let record: RunRecord;
/** Of the record. */
let trace: Trace;
const OTHER = 'f'.repeat(64);

beforeAll(async () => {
  const experiment = await loadExperiment(join(__dirname, '../../spec/repdl-lenet/experiment.json'));
  const sample = sampleRecord(experiment);
  record = { ...sample, losses: sample.losses.map((loss) => (Number.isNaN(loss) ? 0.5 : loss)) };
  const steps = record.losses.map((loss, index) => ({
    loss,
    weightsSha256:
      index === 599 ? record.epochs[0].weightsSha256 : index === 1199 ? record.finalWeightsSha256 : OTHER,
  }));
  const { initialWeightsSha256, logitsSha256 } = record;
  trace = { of: 'a program', environment: {}, initialWeightsSha256, steps, tensors: {}, logitsSha256 };
});

test('a record of the same training is equal at each place: weights, losses, epochs, logits', () => {
  expect(compareWithTrace(record, trace)).toEqual({ equal: 1 + 1200 + 2 + 1 });
});

test.each<[string, (record: RunRecord) => Partial<RunRecord>, number]>([
  ['initial weights', () => ({ initialWeightsSha256: OTHER }), 0],
  ['step 7: loss', ({ losses }) => ({ losses: losses.map((loss, i) => (i === 6 ? loss / 2 : loss)) }), 7],
  [
    'epoch 1: weights',
    ({ epochs: [first, last] }) => ({ epochs: [{ ...first, weightsSha256: OTHER }, last] }),
    601,
  ],
  ['logits of the test set', () => ({ logitsSha256: OTHER }), 1203],
])('%s: the first place that differs', (place, change, equal) => {
  const comparison = compareWithTrace({ ...record, ...change(record) }, trace);
  expect(comparison).toMatchObject({ equal, first: { place } });
});

test('a run of some steps is held against as many', () => {
  const losses = record.losses.slice(0, 5);
  const stopped = { ...record, losses, epochs: [], finalWeightsSha256: OTHER, logitsSha256: undefined };
  expect(compareWithTrace(stopped, trace)).toEqual({ equal: 1 + 5 + 1 });
  expect(compareWithTrace({ ...stopped, finalWeightsSha256: 'e'.repeat(64) }, trace).first?.place).toBe(
    'final weights',
  );
});

test('a trace is told from a record, and checked', () => {
  const text = JSON.stringify(trace);
  expect(isTrace(text)).toBe(true);
  expect(isTrace(JSON.stringify(record))).toBe(false);
  expect(parseTrace(text, 'trace.json')).toEqual(trace);
  const broken = text.replace(OTHER, 'short');
  expect(refusal(() => parseTrace(broken, 'trace.json'))).toMatchObject({ code: 'record-invalid' });
});
