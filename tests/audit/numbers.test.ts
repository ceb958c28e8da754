import { numbersOf } from '../../src/audit/numbers';
import type { JudgedNumber } from '../../src/audit/types';
import { pytorchExample } from '../../src/logs/pytorchExample';
import { STUDY } from '../judge/ourStudy';
import { auditedRuns, readText, REPORT } from './judgedDocument';

/** The numbers of the first run of a report, whose findings are those of reading it. */
function numbers(text: string): JudgedNumber[] {
  const [run] = readText(text).runs;
  const [audited] = auditedRuns([run]);
  return numbersOf(audited, STUDY.metrics, run.faults, pytorchExample.numbersOfRule, () => ({
    verdict: 'no-reference',
  }));
}

const inLine = (wanted: number, text = REPORT): unknown[] =>
  numbers(text)
    .filter(({ line }) => line === wanted)
    .map(({ metric, what, printed, arithmetic }) => [metric, what, printed, arithmetic]);

test('each number that is printed is one, in the order of the report', () => {
  const all = numbers(REPORT);
  expect(all).toHaveLength(66);
  expect(all.map(({ line }) => line)).toEqual([...all.map(({ line }) => line)].sort((a, b) => a - b));
  expect(inLine(18)).toEqual([['loss', 'value', '2.306080', 'pass']]);
  expect(inLine(29)).toEqual([
    ['test loss', 'value', '0.1386', 'pass'],
    ['accuracy', 'count', '9586', 'pass'],
    ['accuracy', 'value', '95.86', 'pass'],
  ]);
  expect(inLine(87)).toEqual([['accuracy', 'final', '98.57', 'pass']]);
});

test('a share is shown as it is printed, right or not, and stands for what is rounded to it', () => {
  const text = REPORT.replace('9586/10000 (95.86%)', '9586/10000 (95.9%)').replace('(97.39%)', '(97.93%)');
  expect(inLine(29, text).at(-1)).toEqual(['accuracy', 'value', '95.9', 'pass']);
  expect(
    numbers(text).find(({ line, what, metric }) => line === 29 && what === 'value' && metric === 'accuracy'),
  ).toMatchObject({
    rounding: { lower: expect.closeTo(95.85, 9) as number, upper: expect.closeTo(95.95, 9) as number },
  });
  expect(inLine(42, text)).toEqual([
    ['test loss', 'value', '0.0848', 'pass'],
    ['accuracy', 'count', '9739', 'fail'],
    ['accuracy', 'value', '97.93', 'fail'],
  ]);
});

test('a count stands for itself', () => {
  expect(numbers(REPORT).find(({ what }) => what === 'count')?.rounding).toEqual({
    lower: 9586,
    upper: 9586,
  });
});
