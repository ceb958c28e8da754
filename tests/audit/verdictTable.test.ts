import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDocument } from '../../src/audit/document';
import type { RunView, VerdictRow, VerdictTable } from '../../src/audit/types';
import { verdictRule, type RuleRow } from '../../src/audit/verdictRules';
import { judgeVerdictTable } from '../../src/audit/verdictTable';
import { auditedRun } from '../../src/audit/views';
import type { Chance } from '../../src/judge/collapse';
import { checkLog } from '../../src/judge/check';
import { digitClassifier } from '../spec/experiments';

const CHANCE = { classes: 10, testCount: 10_000 };

const REPORT = readFileSync(join(__dirname, '../../fixtures/reported/lr-experiment.txt'), 'utf8');

function tableOf(text: string): VerdictTable | undefined {
  const { document, runs } = readDocument(Buffer.from(text), 'report');
  const audited = runs.map((run) => auditedRun(run, checkLog(run, digitClassifier.experiment)));
  return judgeVerdictTable(document.lines, audited, () => undefined, CHANCE)?.table;
}

/** The report with another header, and perhaps with emoji that stand in their own columns. */
function starRow(header: string, isStraight = true): VerdictRow | undefined {
  const lines = REPORT.split('\n').map((line) => (/^Metric/.test(line) ? header : line));
  const straight = lines.filter((line) => !isStraight || !/^(Speed|Final Result)/.test(line));
  return tableOf(straight.join('\n'))?.rows.find(({ name }) => name === '⭐');
}

test('the report: each word is what its rule gives, and whose the star is cannot be told', () => {
  const rows = tableOf(REPORT)?.rows ?? [];
  const [star, ...words] = rows;
  expect(words.flatMap(({ cells }) => cells.map(({ agrees }) => agrees))).toEqual(Array(12).fill(true));
  expect(star.unclear).toMatch(
    /^it stands between lr 0\.001 and lr 0\.01, in a table whose columns have slid/,
  );
  expect(star.cells).toMatchObject([
    { lr: 0.0001, reported: '', computed: '' },
    { lr: 0.001, reported: '⭐?', computed: '⭐' },
    { lr: 0.01, reported: '⭐?', computed: '' },
  ]);
  for (const cell of star.cells) {
    expect(cell).not.toHaveProperty('agrees');
    expect(cell).not.toHaveProperty('seeds');
  }
});

describe('a star in the header', () => {
  test.each([
    ['at a name', 'Metric   lr=0.0001   lr=0.001⭐   lr=0.01', 1],
    ['before a name that it touches', 'Metric   lr=0.0001   lr=0.001   ⭐lr=0.01', 2],
    ['behind a stroke', 'Metric | lr=0.0001 | lr=0.001 | ⭐ lr=0.01', 2],
    ['behind the last name', 'Metric   lr=0.0001   lr=0.001   lr=0.01   ⭐', 2],
    ['before the first name', 'Metric ⭐ lr=0.0001   lr=0.001   lr=0.01', 0],
  ])('%s is at that column', (_, header, column) => {
    const row = starRow(header);
    expect(row).not.toHaveProperty('unclear');
    expect(row?.cells.map(({ reported }) => reported !== '')).toEqual([0, 1, 2].map((i) => i === column));
    expect(row?.cells.map(({ agrees }) => agrees)).toEqual(
      [0, 1, 2].map((i) => (i === column) === (i === 1)),
    );
  });

  test.each([
    ['apart from both names', 'Metric   lr=0.0001   lr=0.001   ⭐   lr=0.01', true],
    ['at both names', 'Metric   lr=0.0001   lr=0.001⭐lr=0.01', true],
    ['at a name of a table whose columns have slid', 'Metric   lr=0.0001   lr=0.001⭐   lr=0.01', false],
  ])('%s is ambiguous', (_, header, isStraight) => {
    expect(starRow(header, isStraight)?.cells.map(({ agrees }) => agrees)).toEqual(Array(3).fill(undefined));
  });
});

// ---------------------------------------------------------------- rules, on runs made for them

function run(lr: number | undefined, accuracies: readonly (number | undefined)[], testLoss = 0.1): RunView {
  return {
    ...(lr !== undefined && { lr }),
    epochs: accuracies.map((accuracy, i) => ({
      epoch: i + 1,
      ...(accuracy !== undefined && { testLoss, accuracy, correctCount: accuracy * 100, testCount: 10_000 }),
      losses: [],
    })),
  };
}

function wordsOf(row: RuleRow, runs: readonly RunView[], chance: Chance = CHANCE): (string | undefined)[] {
  return runs.map((run) => verdictRule(row).compute(run, runs, chance)?.word);
}

const ROWS: readonly RuleRow[] = ['Speed', 'Stability', 'Final Result', 'Verdict', '⭐'];

test.each(ROWS)('%s: nothing is made of a run of which a test is missing', (row) => {
  const [known, unknown] = [run(0.1, [90, 95]), run(0.2, [99, undefined, 99])];
  expect(wordsOf(row, [known, unknown])[1]).toBeUndefined();
});

test.each(['Speed', 'Verdict', '⭐'] as const)(
  '%s: nothing is made of a run beside one that is not known',
  (row) => {
    expect(wordsOf(row, [run(0.1, [90, 95]), run(0.2, [90, undefined])])[0]).toBeUndefined();
  },
);

test('of two runs that are the best alike, none has the star, or is the one to keep', () => {
  const runs = [run(0.1, [90, 95]), run(0.2, [94, 95]), run(0.3, [90, 91])];
  expect(wordsOf('⭐', runs)).toEqual([undefined, undefined, '']);
  expect(wordsOf('Verdict', runs).slice(0, 2)).toEqual([undefined, undefined]);
});

test('one epoch shows no stability', () => {
  expect(wordsOf('Stability', [run(0.1, [90])])).toEqual([undefined]);
});

test('a run that collapsed is not stable; one of a harder task that learned is', () => {
  expect(wordsOf('Stability', [run(0.1, [10, 10], 2.3)])).toEqual(['Unstable']);
  expect(wordsOf('Stability', [run(0.1, [30, 40], 1.9)], { ...CHANCE, classes: 100 })).toEqual(['Stable']);
});

test('what a fall is held against is said as what it is', () => {
  const because = (accuracies: number[]): string | undefined =>
    verdictRule('Stability').compute(run(0.1, accuracies), [], CHANCE)?.because;
  expect(because([97, 96.9])).toBe('falls by at most 0.10 points, never by more than two standard errors');
  expect(because([97, 95])).toBe('falls by 2.00 points in epoch 2; two standard errors are 0.55 points');
});
