import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { parseRun } from '../../../src/logs/pytorchExample/parse';
import { printRun, trainLine } from '../../../src/logs/pytorchExample/print';
import { parseReport } from '../../../src/logs/pytorchExample/report';
import type { ReportedRun } from '../../../src/logs/pytorchExample/reportedRun';
import { refusal } from '../../refusal';
import { expandTabs, reportedRuns } from './arbitraries';

const FIXTURES = join(__dirname, '../../../fixtures');
const VALID = join(FIXTURES, 'logs/valid');
const INVALID = join(FIXTURES, 'logs/invalid');

describe('the report', () => {
  const text = readFileSync(join(FIXTURES, 'reported/lr-experiment.txt'), 'utf8');
  const lines = text.split('\n');
  const sections = parseReport(text, 'lr-experiment.txt');

  test('has three runs', () => {
    expect(sections.map(({ lr, line }) => [lr, lines[line - 1]])).toEqual([
      [0.0001, '## LR = 0.0001'],
      [0.001, '## LR = 0.001'],
      [0.01, '## LR = 0.01'],
    ]);
  });

  test.each(sections)('the run with lr $lr prints the lines of the report, byte for byte', ({ run }) => {
    const first = (run.header?.line ?? 0) - 1;
    const printed = printRun(run).trimEnd().split('\n').map(expandTabs);
    expect(printed).toEqual(lines.slice(first, first + printed.length));
    expect(printed[0]).toBe('Using device: cpu');
    expect(printed.at(-1)).toMatch(/^Final Test Accuracy: /);
  });

  test.each(sections)('the run with lr $lr has 5 epochs of 10 training lines and a test line', ({ run }) => {
    expect(run.epochs.map(({ train, test }) => [train.length, test?.testCount])).toEqual(
      Array.from({ length: 5 }, () => [10, 10000]),
    );
  });

  test('numbers are read from the lines that they are in', () => {
    const { run } = sections[1];
    expect(run.epochs[2].train[5]).toEqual({
      line: 149,
      epoch: 3,
      seen: 32000,
      total: 60000,
      percent: 53,
      loss: 0.002505,
    });
    expect(lines[148]).toContain('Train Epoch: 3 [32000/60000 (53%)]      Loss: 0.002505');
    expect(run.epochs[0].test).toEqual({
      line: 129,
      testLoss: 0.0472,
      correctCount: 9841,
      testCount: 10000,
      accuracy: 98.41,
    });
    expect(lines[128]).toContain('9841/10000');
    expect(run.footer?.finalAccuracy).toBe(99.21);
  });

  test('a section whose log is cut short names the line in the report', () => {
    const cut = text.replace('\n\n### Conclusion\n', '\nBye\n\n### Conclusion\n');
    expect(() => parseReport(cut, 'r.txt')).toThrow(
      /r\.txt, line 88, column 1\n *expected: the end of the log\n *got: *"Bye"/,
    );
  });

  test.each([
    ['no section', 'Hello\n', 'r.txt'],
    ['no learning rate', '## LR = fast\n\nUsing device: cpu\n', 'r.txt, line 1'],
    ['no log', '## LR = 0.1\n', 'r.txt, line 1'],
  ])('%s is a syntax error', (_, broken, where) => {
    const error = refusal(() => parseReport(broken, 'r.txt'));
    expect(error?.code).toBe('log-syntax');
    expect(error?.facts.where).toBe(where);
  });
});

test('a percent in the middle is rounded to even, as Python rounds it', () => {
  const line = (percent: number): string => trainLine({ epoch: 1, seen: 0, total: 8, percent, loss: 1 });
  expect(line(12.5)).toBe('Train Epoch: 1 [0/8 (12%)]\tLoss: 1.000000');
  expect(line(37.5)).toBe('Train Epoch: 1 [0/8 (38%)]\tLoss: 1.000000');
});

describe('valid logs', () => {
  test.each(readdirSync(VALID))('%s parses, and prints back', (file) => {
    const text = readFileSync(join(VALID, file), 'utf8');
    expect(expandTabs(printRun(parseRun(text, file)))).toBe(expandTabs(text));
  });

  test('tabs and the spaces they expand to are one', () => {
    const read = (file: string): ReportedRun => parseRun(readFileSync(join(VALID, file), 'utf8'), file);
    expect(read('reported-with-tabs.log')).toEqual(read('reported-with-spaces.log'));
  });

  test('a diverged run has its nan and inf', () => {
    const { epochs } = parseRun(readFileSync(join(VALID, 'diverged.log'), 'utf8'), 'diverged.log');
    expect(epochs[0].train.map(({ loss }) => loss)).toEqual([Infinity, NaN]);
  });
});

/** Where and why each file of fixtures/logs/invalid is refused: place, expected, got. */
const REFUSALS: Record<string, [string, string, string]> = {
  'accuracy-without-count': ['line 13, column 43', 'a whole number', '"(97.00%)"'],
  'accuracy-without-decimals': ['line 13, column 51', "a number as Python's :.2f prints it", '"97%)"'],
  'architecture-not-closed': ['line 7, column 1', '")"', 'the end of the line'],
  'blank-line-after-test-missing': ['line 14, column 1', 'an empty line', '"Model saved as mnist_model.pth"'],
  'carriage-returns': ['line 1, column 15', 'a device', '"cpu\\r"'],
  'cut-within-a-line': ['line 11, column 23', '" ("', 'the end of the line'],
  'data-set-line': ['line 2, column 9', 'a data set, then " dataset..."', '"synthetic dataset"'],
  empty: ['line 1', '"Using device: " or "Train Epoch: "', 'the end of the log'],
  'epoch-not-a-number': ['line 10, column 14', 'a whole number', '"one [0/200 (0%)]\\tLoss: 0.693147"'],
  'epoch-with-leading-zero': ['line 10, column 14', 'a whole number', '"01 [0/200 (0%)]\\tLoss: 0.693147"'],
  'footer-line-missing': [
    'line 16, column 1',
    '"Saved predictions visualization to "',
    '"Saved training history to training_histo…"',
  ],
  'footer-without-accuracy': ['line 18', 'an empty line', 'the end of the log'],
  'loss-in-scientific-notation': ['line 11, column 38', "a number as Python's :.6f prints it", '"3.1e-01"'],
  'loss-that-no-double-prints-as': [
    'line 11, column 38',
    "a number as Python's :.6f prints it",
    '"12345678901234567890.123456"',
  ],
  'loss-with-five-decimals': ['line 11, column 38', "a number as Python's :.6f prints it", '"0.31250"'],
  'missing-blank-line': ['line 3, column 1', 'an empty line', '"Model architecture:"'],
  'negative-nan': ['line 11, column 38', "a number as Python's :.6f prints it", '"-nan"'],
  'no-device': ['line 1, column 1', '"Using device: " or "Train Epoch: "', '"Loading synthetic dataset..."'],
  'no-tab': ['line 11, column 31', 'a TAB, or 2 spaces in its place', '"Loss: 0.312500"'],
  'no-test-line': ['line 13, column 1', '"Test set: Average loss: "', 'the end of the line'],
  'no-training': ['line 10', '"Train Epoch: "', 'the end of the log'],
  'noise-between-epochs': ['line 15, column 1', '"Train Epoch: " or "Model saved as "', '"Checkpoint saved"'],
  'percent-with-decimals': ['line 11, column 28', '"%)]"', '".0%)]\\tLoss: 0.312500"'],
  'test-loss-with-six-decimals': [
    'line 13, column 25',
    "a number as Python's :.4f prints it",
    '"0.125000, Accuracy: 97/100 (97.00%)"',
  ],
  'text-after-the-end': ['line 20, column 1', 'the end of the log', '"Bye"'],
  'three-spaces-for-a-tab-of-two': ['line 11, column 33', '"Loss: "', '" Loss: 0.312500"'],
  'unknown-first-line': ['line 1, column 1', '"Using device: " or "Train Epoch: "', '"Device: cpu"'],
  'words-after-the-loss': ['line 11, column 46', 'the end of the line', '" ok"'],
};

describe('invalid logs are refused', () => {
  test('each fixture has its refusal', () => {
    const names = readdirSync(INVALID).flatMap((file) => /^log-syntax\.(.*)\.log$/.exec(file)?.[1] ?? []);
    expect(names.sort()).toEqual(Object.keys(REFUSALS).sort());
  });

  test.each(Object.entries(REFUSALS))('%s', (name, [place, expected, got]) => {
    const file = `log-syntax.${name}.log`;
    const error = refusal(() => parseRun(readFileSync(join(INVALID, file), 'utf8'), file));
    expect(error?.code).toBe('log-syntax');
    expect(error?.facts).toMatchObject({ where: `${file}, ${place}`, expected, got });
  });
});

describe('any run', () => {
  property.prop([reportedRuns])('printed and parsed is itself, line numbers included', (run) => {
    expect(parseRun(printRun(run), 'log')).toEqual(run);
  });

  property.prop([reportedRuns])('parses the same with its tabs expanded', (run) => {
    expect(parseRun(expandTabs(printRun(run)), 'log')).toEqual(run);
  });

  /** Characters that no line of the grammar holds: an edit that inserts one is always a fault, where free text does not admit it. */
  property.prop([reportedRuns, fc.nat(), fc.constantFrom('\r', '\u0000', '\u007f')])(
    'is refused with a control character anywhere, and the line is named',
    (run, at, character) => {
      const text = printRun(run);
      const position = at % text.length;
      const error = refusal(() =>
        parseRun(text.slice(0, position) + character + text.slice(position), 'log'),
      );
      expect(error?.code).toBe('log-syntax');
      expect(error?.facts.where).toMatch(
        new RegExp(`^log, line ${text.slice(0, position).split('\n').length}, column \\d+$`),
      );
    },
  );

  property.prop([
    reportedRuns,
    fc.nat(),
    fc.constantFrom('delete', 'replace', 'double'),
    fc.constantFrom(...'0159 .%/[x\n'),
  ])(
    'with one character edited is refused, or is another log, which prints back',
    (run, at, edit, character) => {
      const text = printRun(run);
      const position = at % text.length;
      const middle = { delete: '', replace: character, double: text[position] + text[position] }[edit];
      const edited = text.slice(0, position) + middle + text.slice(position + 1);
      fc.pre(expandTabs(edited).trimEnd() !== expandTabs(text).trimEnd());
      let parsed: ReportedRun;
      try {
        parsed = parseRun(edited, 'log');
      } catch (error) {
        expect(error).toMatchObject({ code: 'log-syntax' });
        return;
      }
      expect(parsed).not.toEqual(run);
      expect(expandTabs(printRun(parsed)).trimEnd()).toBe(expandTabs(edited).trimEnd());
    },
  );
});
