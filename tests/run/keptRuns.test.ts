import { parseRuns, serializeRuns } from '../../src/run/keptRuns';
import { runOf } from '../judge/ourStudy';
import { refusal } from '../refusal';
import type { Run } from '../../src/run/run';

const own = runOf({
  ...{ lr: 0.01, seed: 3, loggedLosses: [2.3, NaN, Infinity, -0] },
  epochs: [{ testLoss: 0.5, accuracy: 90 }],
});
const { accuracy } = own.series;
/** As a log has it: printed, counted, with lines. */
const read: Run = {
  ...own,
  series: {
    ...own.series,
    accuracy: accuracy.map((point) => ({
      ...{ ...point, decimals: 2, line: 7, count: { right: 90, of: 100 } },
      printed: { value: 90, decimals: 2 },
    })),
  },
  source: { path: 'logs/seed-3.csv', line: 4 },
  faults: [{ check: 'format', rule: 'format', line: 5, message: 'a line' }],
  stated: { dataName: { value: 'digits', line: 1 } },
};

test('what is kept of a run: its conditions, its seed, its file, and its numbers, each as it was read', () => {
  const [kept, ...others] = parseRuns(serializeRuns([read]), 'runs.jsonl');
  expect(others).toEqual([]);
  expect(kept).toMatchObject({ conditions: { lr: 0.01 }, seed: 3, source: { path: 'logs/seed-3.csv' } });
  expect(kept.series.loss).toEqual(own.series.loss);
  expect(Object.is(kept.series.loss[3].value, -0)).toBe(true);
  expect(kept.series.accuracy).toEqual([{ epoch: 1, value: 90, decimals: 2, count: { right: 90, of: 100 } }]);
  expect(serializeRuns([kept])).toBe(serializeRuns([read]));
});

test('runs without a seed, and of texts, in their order', () => {
  const { seed: _, ...unknown } = read;
  const runs = [{ ...unknown, conditions: { optimizer: 'SGD' } }, read];
  const kept = parseRuns(serializeRuns(runs), 'runs.jsonl');
  expect(kept.map(({ conditions, seed }) => [conditions, seed])).toEqual([
    [{ optimizer: 'SGD' }, undefined],
    [{ lr: 0.01 }, 3],
  ]);
  expect(kept[0]).not.toHaveProperty('seed');
});

test('a line that is none is refused, with its place', () => {
  const text = serializeRuns([read, read]);
  for (const [broken, code] of [
    [text.replace(/\n$/, '').replace(/"seed":3(?![^]*"seed":3)/, '"seed":"3"'), 'ensemble-invalid'],
    [`${text}{`, 'json-syntax'],
  ]) {
    const error = refusal(() => parseRuns(broken, 'runs.jsonl'));
    expect(error?.code).toBe(code);
    expect(error?.facts.where).toMatch(/^runs\.jsonl, line [23]/);
  }
});
