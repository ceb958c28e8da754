import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { pythonFixed } from '../../../src/base/printf';
import { runsOfText } from '../../../src/logs/pytorchExample';
import { testLine, trainLine } from '../../../src/logs/pytorchExample/print';
import {
  readLenientLog,
  type LenientRun,
  type LenientTestLine,
  type LenientTrainLine,
  type PrintedNumber,
} from '../../../src/logs/pytorchExample/read';
import type { Fault, Run } from '../../../src/run/run';
import { refusal } from '../../refusal';
import { printedLogs } from './arbitraries';
import { expandTabs } from './tabs';

/** What is printed is read, and what is read prints what was there: nothing is taken for something else. */

const FIXTURES = join(__dirname, '../../../fixtures');
const VALID = join(FIXTURES, 'logs/valid');
const INVALID = join(FIXTURES, 'logs/invalid');
const CONDITIONS = [{ name: 'lr', title: 'learning rate' }];

const read = (text: string): LenientRun[] => readLenientLog(text, 'log', CONDITIONS);
const linesOf = (runs: readonly LenientRun[]): LenientRun['lines'] => runs.flatMap(({ lines }) => lines);

/** With the decimals of the report. */
function printedAgain(line: LenientTrainLine | LenientTestLine): string {
  return line.kind === 'train'
    ? trainLine({ ...line, percent: line.percent.value, loss: line.loss.value })
    : testLine({ ...line, testLoss: line.testLoss.value, accuracy: line.accuracy.value });
}

describe('the report', () => {
  const text = readFileSync(join(FIXTURES, 'reported/lr-experiment.txt'), 'utf8');
  const lines = text.split('\n');
  const runs = read(text);

  test('has three runs, under their headings', () => {
    expect(runs.map(({ conditions, firstLine }) => [conditions, lines[firstLine - 1]])).toEqual([
      [{ lr: 0.0001 }, '## LR = 0.0001'],
      [{ lr: 0.001 }, '## LR = 0.001'],
      [{ lr: 0.01 }, '## LR = 0.01'],
    ]);
  });

  test.each(runs)('the run with $conditions prints the lines of the report, byte for byte', (run) => {
    expect(run.faults).toEqual([]);
    expect(run.lines.map(printedAgain).map(expandTabs)).toEqual(run.lines.map(({ line }) => lines[line - 1]));
    const { value, decimals, line } = run.finalAccuracy as PrintedNumber & { line: number };
    expect(lines[line - 1]).toBe(`Final Test Accuracy: ${pythonFixed(value, decimals)}%`);
  });

  test('every line that starts as one of a run is read', () => {
    const isOfRun = (line: string): boolean => /^(Train Epoch|Test set|Final Test Accuracy)/.test(line);
    const read = [...linesOf(runs), ...runs.flatMap(({ finalAccuracy }) => finalAccuracy ?? [])];
    const places = read.map(({ line }) => line).sort((a, b) => a - b);
    expect(places).toEqual(lines.flatMap((line, i) => (isOfRun(line) ? [i + 1] : [])));
  });

  test('numbers are read from the lines that they are in', () => {
    const [, { lines: own, finalAccuracy }] = runs;
    expect(own.find(({ line }) => line === 149)).toEqual({
      ...{ kind: 'train', line: 149, epoch: 3, seen: 32000, total: 60000 },
      ...{ percent: { value: 53, decimals: 0 }, loss: { value: 0.002505, decimals: 6 } },
    });
    expect(lines[148]).toContain('Train Epoch: 3 [32000/60000 (53%)]      Loss: 0.002505');
    expect(own.find(({ line }) => line === 129)).toEqual({
      ...{ kind: 'test', line: 129, testLoss: { value: 0.0472, decimals: 4 } },
      ...{ correctCount: 9841, testCount: 10000, accuracy: { value: 98.41, decimals: 2 } },
    });
    expect(lines[128]).toContain('9841/10000');
    expect(finalAccuracy?.value).toBe(99.21);
  });
});

test('a percent in the middle is rounded to even, as Python rounds it', () => {
  const line = (percent: number): string => trainLine({ epoch: 1, seen: 0, total: 8, percent, loss: 1 });
  expect(line(12.5)).toBe('Train Epoch: 1 [0/8 (12%)]\tLoss: 1.000000');
  expect(line(37.5)).toBe('Train Epoch: 1 [0/8 (38%)]\tLoss: 1.000000');
});

const runsIn = (folder: string, file: string): Run[] =>
  runsOfText(readFileSync(join(folder, file), 'utf8'), file, { conditions: CONDITIONS });

describe('valid logs', () => {
  const names = readdirSync(VALID);

  test.each(names)('%s is one run without a fault', (file) => {
    expect(runsIn(VALID, file).map(({ faults }) => faults)).toEqual([[]]);
  });

  test.each(names.filter((file) => !file.startsWith('small-')))('%s prints back', (file) => {
    const text = readFileSync(join(VALID, file), 'utf8');
    const lines = text.split('\n').filter((line) => /^(Train Epoch|Test set)/.test(line));
    expect(linesOf(read(text)).map(printedAgain).map(expandTabs)).toEqual(lines.map(expandTabs));
  });

  /** The numbers of a run, without where and how they are printed. */
  const numbersIn = (file: string): Record<string, number[]> => {
    const [{ series, stated }] = runsIn(VALID, file);
    const { loss, 'test loss': test, accuracy } = series;
    const values = (points: typeof loss): number[] => points.map(({ value }) => value);
    return {
      loss: values(loss),
      test: values(test),
      accuracy: values(accuracy),
      of: [stated.testCount?.value ?? 0],
    };
  };

  /** What other trainers and terminals print otherwise; one loss is another number. */
  const others: Record<string, number> = {
    'small-negative-nan.log': NaN,
    'small-loss-that-no-double-prints-as.log': Number('12345678901234567890.123456'),
  };
  test.each(names.filter((file) => file.startsWith('small')))('%s has the numbers of small.log', (file) => {
    const small = numbersIn('small.log');
    const [, second = NaN] = small.loss;
    expect(numbersIn(file)).toEqual({ ...small, loss: [small.loss[0], others[file] ?? second] });
  });

  test('tabs and the spaces they expand to are one', () => {
    const [tabs, spaces] = ['tabs', 'spaces'].map((what) =>
      read(readFileSync(join(VALID, `reported-with-${what}.log`), 'utf8')),
    );
    expect(tabs).toEqual(spaces);
  });

  test('a diverged run has its nan and inf', () => {
    const [{ series }] = runsIn(VALID, 'diverged.log');
    const [first, second] = series.loss;
    expect([first.value, second.value]).toEqual([Infinity, NaN]);
  });
});

/** What is wrong in each file of fixtures/logs/invalid, in its first finding: the rule, its line, and the message. */
const FAULTS: Record<string, Pick<Fault, 'rule' | 'line' | 'message'>[]> = {
  'arithmetic.accuracy.log': [{ rule: 'accuracy', line: 13, message: '97/100 is 97.00 %, not 98.00 %' }],
  'format.accuracy-without-count.log': [
    { rule: 'format', line: 13, message: 'column 43: expected a whole number, got "(97.00%)"' },
    { rule: 'test', line: 11, message: 'no test after epoch 1' },
  ],
  'format.cut-within-a-line.log': [
    { rule: 'format', line: 11, message: 'column 23: expected " (", got the end of the line' },
    { rule: 'test', line: 10, message: 'no test after epoch 1' },
  ],
  'format.epoch-not-a-number.log': [
    {
      ...{ rule: 'format', line: 10 },
      message: 'column 14: expected a whole number, got "one [0/200 (0%)]\\tLoss: 0.693147"',
    },
    { rule: 'logged-batches', line: 11, message: 'the line of 0 samples seen is missing before 100' },
  ],
  'format.epoch-with-leading-zero.log': [
    {
      ...{ rule: 'format', line: 10 },
      message: 'column 14: expected a whole number, got "01 [0/200 (0%)]\\tLoss: 0.693147"',
    },
    { rule: 'logged-batches', line: 11, message: 'the line of 0 samples seen is missing before 100' },
  ],
  'format.loss-in-scientific-notation.log': [
    { rule: 'format', line: 11, message: 'column 41: expected the end of the line, got "e-01"' },
  ],
  'format.no-tab.log': [
    { rule: 'format', line: 11, message: 'column 31: expected a blank, got "Loss: 0.312500"' },
  ],
  'format.words-after-the-loss.log': [
    { rule: 'format', line: 11, message: 'column 46: expected the end of the line, got " ok"' },
  ],
  'protocol.no-test-line.log': [{ rule: 'test', line: 11, message: 'no test after epoch 1' }],
  'protocol.stopped-within-an-epoch.log': [
    { rule: 'logged-batches', line: 33, message: 'the line of 32000 samples seen is missing before 60000' },
    { rule: 'test', line: 33, message: 'no test after epoch 2' },
  ],
};

const REFUSED = ['log-syntax.empty.log', 'log-syntax.no-training.log'];

describe('invalid logs', () => {
  test('each fixture is here', () => {
    expect(readdirSync(INVALID).sort()).toEqual([...Object.keys(FAULTS), ...REFUSED].sort());
  });

  test.each(Object.entries(FAULTS))('%s', (file, expected) => {
    const [{ faults }, ...others] = runsIn(INVALID, file);
    expect(others).toEqual([]);
    expect(faults.map(({ check: _, ...fault }) => fault)).toEqual(expected);
    expect(faults[0].check).toBe(file.slice(0, file.indexOf('.')));
  });

  test.each(REFUSED)('%s is no log', (file) => {
    const error = refusal(() => runsIn(INVALID, file));
    expect(error?.code).toBe('log-syntax');
    expect(error?.facts).toMatchObject({ where: file, what: 'not a log of a training run' });
  });
});

describe('any log', () => {
  property.prop([printedLogs])(
    'printed and read has its numbers, each in its line',
    ({ text, lines, ...rest }) => {
      const runs = read(text);
      expect(runs.flatMap(({ faults }) => faults)).toEqual([]);
      expect(linesOf(runs)).toEqual(lines);
      expect(runs.at(-1)?.finalAccuracy).toEqual(rest.finalAccuracy);
    },
  );

  property.prop([printedLogs])('reads the same with its tabs expanded', ({ text }) => {
    expect(read(expandTabs(text))).toEqual(read(text));
  });

  /** As it stands there: with the decimals that were read, blanks and zeros in front of numbers aside. */
  const asRead = (line: LenientTrainLine | LenientTestLine): string => {
    const number = ({ value, decimals }: PrintedNumber): string => pythonFixed(value, decimals);
    return line.kind === 'train'
      ? `Train Epoch: ${line.epoch} [${line.seen}/${line.total} (${number(line.percent)}%)] Loss: ${number(line.loss)}`
      : `Test set: Average loss: ${number(line.testLoss)}, ` +
          `Accuracy: ${line.correctCount}/${line.testCount} (${number(line.accuracy)}%)`;
  };
  const plain = (text: string): string =>
    text
      .slice(text.search(/Train Epoch: |Test set: /))
      .replace(/\][ \t]+/, '] ')
      .replace(/(?<![\d.])0+(?=\d)/g, '')
      .trimEnd();

  property.prop([
    printedLogs,
    fc.nat(),
    fc.nat(),
    fc.constantFrom('delete', 'replace', 'double'),
    fc.constantFrom(...'0159 .%/[x\u0000\n'),
  ])(
    'with one character of a line edited: a fault in that line, or none of the run’s, or what it says now',
    ({ text, lines }, which, at, edit, character) => {
      const { line } = lines[which % lines.length];
      const all = text.split('\n');
      const before = all[line - 1];
      const position = at % before.length;
      const middle = { delete: '', replace: character, double: before[position] + before[position] }[edit];
      all[line - 1] = before.slice(0, position) + middle + before.slice(position + 1);
      const edited = all.join('\n').split('\n')[line - 1];
      const others = (of: LenientRun['lines']): LenientRun['lines'] =>
        of.filter((other) => other.line < line);
      let runs: LenientRun[];
      try {
        runs = read(all.join('\n'));
      } catch (error) {
        expect(error).toMatchObject({ code: 'log-syntax' });
        expect(lines).toHaveLength(1); // and it is none any more
        return;
      }
      expect(others(linesOf(runs))).toEqual(others(lines));
      const now = linesOf(runs).find((other) => other.line === line);
      const isFault = runs.some(({ faults }) => faults.some((fault) => fault.line === line));
      if (now !== undefined) {
        expect(isFault).toBe(false);
        expect(asRead(now)).toBe(plain(edited));
      } else if (!isFault) expect(edited).not.toMatch(/Train Epoch: |Test set: /);
    },
  );
});
