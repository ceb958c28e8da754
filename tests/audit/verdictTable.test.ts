import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunNumbers, VerdictRow, VerdictTable } from '../../src/audit/types';
import { computeRule, loadRules, ruleOf, type VerdictRule } from '../../src/audit/verdictRules';
import { judgeVerdictTable } from '../../src/audit/verdictTable';
import { GUESS, STUDY } from '../judge/ourStudy';
import { auditedRuns, readText, REPORT, RULES, TERMS } from './judgedDocument';

function tableOf(text: string, terms = TERMS): VerdictTable | undefined {
  const { document, runs } = readText(text, terms.conditions);
  return judgeVerdictTable(document.lines, auditedRuns(runs), () => undefined, terms);
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
    { conditions: { lr: 0.0001 }, reported: '', computed: '' },
    { conditions: { lr: 0.001 }, reported: '⭐?', computed: '⭐' },
    { conditions: { lr: 0.01 }, reported: '⭐?', computed: '' },
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

function run(
  lr: number | undefined,
  accuracies: readonly (number | undefined)[],
  testLoss = 0.1,
): RunNumbers {
  const told = accuracies.map((value, i) => ({ epoch: i + 1, value }));
  return {
    conditions: lr === undefined ? {} : { lr },
    series: {
      loss: told.map(({ epoch }) => ({ epoch, step: 0, value: testLoss })),
      'test loss': told.flatMap(({ epoch, value }) =>
        value === undefined ? [] : [{ epoch, value: testLoss }],
      ),
      accuracy: told.flatMap(({ epoch, value }) =>
        value === undefined ? [] : [{ epoch, value, count: { right: value * 100, of: 10_000 } }],
      ),
    },
  };
}

const ROWS = ['Speed', 'Stability', 'Final Result', 'Verdict', '⭐'] as const;
type Row = (typeof ROWS)[number];

function wordsOf(row: Row, runs: readonly RunNumbers[], terms = TERMS): (string | undefined)[] {
  const rule = ruleOf(RULES, row) as VerdictRule;
  return runs.map((run) => computeRule(rule, run, runs, terms)?.word);
}

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
  expect(
    wordsOf('Stability', [run(0.1, [30, 40], 1.9)], {
      ...TERMS,
      guess: { ...GUESS, classes: 100 },
    }),
  ).toEqual(['Stable']);
});

test('what a fall is held against is said as what it is', () => {
  const because = (accuracies: number[]): string | undefined =>
    computeRule(ruleOf(RULES, 'Stability') as VerdictRule, run(0.1, accuracies), [], TERMS)?.because;
  expect(because([97, 96.9])).toBe('falls by at most 0.10 points, never by more than two standard errors');
  expect(because([97, 95])).toBe('falls by 2.00 points in epoch 2; two standard errors are 0.55 points');
});

describe('of a study with other metrics and conditions', () => {
  const metric = { ...STUDY.metrics[1], name: 'error', kind: 'share' as const, decimals: 3 };
  const terms = { conditions: [{ name: 'batch' }], metrics: [metric] };
  const rules: VerdictRule[] = [
    {
      ...{ rule: 'fastest', row: 'Pace', metric: 'error', by: 'batch', explanation: 'first' },
      words: { first: 'quick', below: 'small', above: 'big' },
    },
    {
      ...{ rule: 'stability', row: 'Calm', metric: 'error', explanation: 'calm' },
      words: { stable: 'calm', unstable: 'wild' },
    },
    {
      ...{ rule: 'grades', row: 'Grade', metric: 'error', explanation: 'by the last' },
      ...{ grades: [{ from: 0.1, word: 'A' }], otherwise: 'B' },
    },
    {
      ...{ rule: 'recommendation', row: 'Advice', metric: 'error', by: 'batch', explanation: 'advice' },
      words: { best: 'take', improving: 'wait', less: 'shrink', otherwise: 'see' },
    },
    { rule: 'best', row: 'x', metric: 'error', explanation: 'the best' },
  ];
  const of = (batch: number, errors: readonly number[]): RunNumbers => ({
    conditions: { batch },
    series: {
      error: errors.map((value, i) => ({ epoch: i, value, count: { right: 1000 * value, of: 1000 } })),
    },
  });
  const runs = [of(16, [0.5, 0.3, 0.2]), of(32, [0.2, 0.15, 0.09]), of(64, [0.4, 0.2, 0.3])];

  test('less is better where the study says so, and its words are used', () => {
    const words = rules.map((rule) => runs.map((run) => computeRule(rule, run, runs, terms)?.word));
    expect(words).toEqual([
      ['small', 'quick', 'big'],
      ['calm', 'calm', 'wild'],
      ['B', 'A', 'B'],
      ['wait', 'take', 'shrink'],
      ['', 'x', ''],
    ]);
    expect(computeRule(rules[1], runs[2], runs, terms)?.because).toBe(
      'rises by 0.100 in epoch 2; two standard errors are 0.038',
    );
  });

  test('a share of which it is not known of how many it is shows no stability', () => {
    const [{ conditions, series }] = runs;
    const uncounted = {
      conditions,
      series: { error: series.error.map(({ epoch, value }) => ({ epoch, value })) },
    };
    expect(computeRule(rules[1], uncounted, [uncounted], terms)).toBeUndefined();
  });
});

test('without rules, no row is judged, and a mark is none', () => {
  const table = tableOf(REPORT, { ...TERMS, rules: { rules: [] } });
  expect(table?.rows.map(({ name }) => name)).toEqual(['Speed', 'Stability', 'Final Result', 'Verdict']);
  expect(table?.rows.flatMap(({ cells }) => cells.map(({ agrees }) => agrees))).toEqual(
    Array(12).fill(undefined),
  );
});

test('a header may name several conditions of each column', () => {
  const conditions = [{ name: 'lr' }, { name: 'batch' }];
  const header = 'Metric   lr=0.0001, batch=32   lr = 0.001, batch = 64   lr=0.01, batch=64';
  const text = REPORT.split('\n').map((line) => (/^Metric/.test(line) ? header : line));
  expect(tableOf(text.join('\n'), { ...TERMS, conditions })?.columns).toEqual([
    { lr: 0.0001, batch: 32 },
    { lr: 0.001, batch: 64 },
    { lr: 0.01, batch: 64 },
  ]);
});

describe('a file of rules', () => {
  let path: string;
  beforeAll(async () => {
    path = join(await mkdtemp(join(tmpdir(), 'assay-rules-')), 'rules.json');
  });
  afterAll(() => rm(dirname(path), { recursive: true }));

  const load = async (change: (text: string) => string): Promise<unknown> => {
    await writeFile(path, change(JSON.stringify(RULES)));
    return loadRules(path, STUDY);
  };

  test('is read as it is', async () => {
    expect(await load((text) => text)).toEqual(RULES);
  });

  test.each([
    ['a rule that there is not', '"fastest"', '"slowest"', 'rules[0].rule', '"slowest"'],
    [
      'a metric that the study does not have',
      '"metric":"accuracy"',
      '"metric":"recall"',
      'rules[0].metric',
      'recall',
    ],
    ['a metric that is told per step', '"metric":"accuracy"', '"metric":"loss"', 'rules[0].metric', 'loss'],
    ['a condition that the study does not have', '"by":"lr"', '"by":"batch"', 'rules[0].by', 'batch'],
  ])('with %s is refused', async (_, from, to, where, got) => {
    await expect(load((text) => text.replace(from, to))).rejects.toMatchObject({
      code: 'rules-invalid',
      facts: { where: `${path}, ${where}`, got },
    });
  });
});
