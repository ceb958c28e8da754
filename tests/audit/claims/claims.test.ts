import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClaimVerdict, RunNumbers } from '../../../src/audit/types';
import { judgeClaims, type ClaimReferences } from '../../../src/audit/claims';
import { parseClaims, type Predicate } from '../../../src/audit/claims/claim';
import { loadClaims } from '../../../src/audit/claims/load';
import { together } from '../../../src/audit/claims/outcome';
import { seedShare } from '../../../src/audit/seeds';
import type { JudgedClaim } from '../../../src/audit';
import { STUDY } from '../../judge/ourStudy';
import { refusal } from '../../refusal';
import { auditedRuns, readText, REPORT, ROOT, RULES, TERMS } from '../judgedDocument';

const CLAIMS = join(ROOT, 'spec/lr-experiment/claims.json');
const NONE = { terms: TERMS, askSeeds: () => undefined, longerRuns: [] };

async function judged(
  text = REPORT,
  references: Omit<ClaimReferences, 'file'> = NONE,
  isDefault = true,
): Promise<ReturnType<typeof judgeClaims>> {
  const file = { ...(await loadClaims(CLAIMS, STUDY, RULES)), path: CLAIMS, isDefault };
  const { document, runs } = readText(text);
  return judgeClaims(document.lines, auditedRuns(runs), { ...references, file });
}

async function claim(id: string, text?: string): Promise<JudgedClaim | undefined> {
  return (await judged(text)).claims.judged.find((claim) => claim.id === id);
}

test('each sentence of the report has its claim, in its line', async () => {
  const { claims, findings } = await judged();
  expect(claims.unclaimed).toEqual([]);
  expect(claims.judged.map(({ line }) => line)).toEqual([
    ...Array.from({ length: 9 }, (_, i) => 90 + i),
    ...Array.from({ length: 8 }, (_, i) => 190 + i),
    ...Array.from({ length: 8 }, (_, i) => 289 + i),
  ]);
  expect(claims.counts).toEqual({
    ...{ holds: 8, partly: 6, contradicted: 1, inconclusive: 0, 'cannot be judged': 10 },
  });
  expect(findings).toEqual([]);
});

test('a steady improvement rises in each epoch; one that does not is told by its epoch', async () => {
  expect(await claim('0.0001-steady-improvement')).toMatchObject({ verdict: 'holds', line: 95, against: [] });
  expect(await claim('0.001-steady-improvement')).toMatchObject({
    verdict: 'partly',
    line: 196,
    against: [
      { epoch: 3, line: 155, conditions: { lr: 0.001 }, text: 'accuracy 98.97 % after 98.98 %' },
      { epoch: 3, line: 155, conditions: { lr: 0.001 }, text: 'test loss 0.0306 after 0.0299' },
    ],
  });
});

test('a test loss that goes up in the last epoch alone does so in part', async () => {
  const up = await claim('0.01-loss-goes-up');
  expect(up).toMatchObject({ verdict: 'partly', supporting: [{ epoch: 5, line: 280 }, { line: 280 }] });
  expect(up?.against.map(({ epoch }) => epoch)).toEqual([2, 3, 4]);
});

test('what bears on a sentence is cited, whichever way it speaks', async () => {
  const up = await claim('0.01-loss-goes-up');
  expect(up?.because).toContain('the test loss goes from 0.1108 to 0.1206');
  const steady = await claim('0.001-steady-improvement');
  expect(steady?.because).toContain('the test loss falls in epochs 2, 4 and 5, and not in epoch 3');
  const variance = await claim('0.01-high-variance');
  expect(variance?.because).toContain(
    'its standard deviation of losses of epoch 5 is not the greatest of the runs (0.094 at lr 0.0001, 0.045 at lr 0.001, 0.078 at lr 0.01)',
  );
});

test('what is said of one run is held against the others', async () => {
  const variance = await claim('0.01-high-variance');
  expect(variance?.verdict).toBe('partly');
  expect(variance?.because).toContain('not the greatest of the runs (0.313 at lr 0.0001');
  expect((await claim('0.0001-small-improvement'))?.against).toEqual([
    { line: 81, conditions: { lr: 0.0001 }, text: 'gain in accuracy 2.71 points' },
    { line: 181, conditions: { lr: 0.001 }, text: 'gain in accuracy 0.80 points' },
    { line: 280, conditions: { lr: 0.01 }, text: 'gain in accuracy 0.15 points' },
  ]);
});

test.each([
  ['95.86% ‚Üí', '95.68% ‚Üí', 96, 'the accuracy of epoch 1 is 95.86 %, and not 95.68'],
  ['98.41% after just', '98.42% after just', 195, 'the accuracy of epoch 1 is 98.41 %, and not 98.42'],
  ['(0.0239) =', '(0.0293) =', 197, 'the test loss of epoch 5 is 0.0239, and not 0.0293'],
  ['(0.064 to 0.326', '(0.064 to 0.362', 294, 'in no epoch do the logged losses go from 0.064 to 0.362'],
])('a wrong number in a sentence is found in its line: %s → %s', async (from, to, line, message) => {
  expect(REPORT.split(from)).toHaveLength(2);
  const { claims, findings } = await judged(REPORT.replace(from, to));
  expect(findings).toEqual([{ group: 'claims', rule: 'number', line, message }]);
  const [unrepaired] = to.split(' ‚Üí');
  const { quote } = claims.judged.find((claim) => claim.line === line) ?? {};
  expect(quote).toContain(unrepaired);
  expect(quote).toMatch(/^\w/);
});

test.each([
  ['other words', 'Steady, stable improvement', 'Steady, stable decline'],
  ['a number that no predicate judges', '(10-20)', '(10-30)'],
])('a sentence with %s is not the one that the claim is about', async (_, from, to) => {
  const { claims } = await judged(REPORT.replace(from, to));
  expect(claims.unclaimed.map(({ text }) => text)).toEqual([expect.stringContaining(to)]);
});

describe('claims whose sentences the document does not have', () => {
  const without = REPORT.replace('- Just needs more time!\n', '').replace(
    'CHANGE EVERYTHING AGAIN',
    'KEEP ALL',
  );

  test('are refused where the file was given for the document', async () => {
    expect((await judged(REPORT, NONE, false)).claims.notFound).toEqual([]);
    await expect(judged(without, NONE, false)).rejects.toMatchObject({
      code: 'claims-not-found',
      facts: {
        where: `${CLAIMS}, claims 0.0001-more-time and 0.01-day-2`,
        expected: 'the sentence “Just needs more time!” in the section of lr 0.0001',
      },
    });
  });

  test('are named where it is the one that comes with this package, and fits otherwise', async () => {
    const { claims } = await judged(without);
    expect(claims.path).toBe(CLAIMS);
    expect(claims.notFound).toEqual([
      { id: '0.0001-more-time', conditions: { lr: 0.0001 }, quote: 'Just needs more time!' },
      { id: '0.01-day-2', conditions: { lr: 0.01 }, quote: expect.stringMatching(/^Day 2/) as string },
    ]);
  });

  test('are those of another document where none of its sentences is there', async () => {
    const lines = REPORT.split('\n').map((line) => (line.startsWith('- ') ? '- It went well.' : line));
    const { claims } = await judged(lines.join('\n'));
    expect(claims).not.toHaveProperty('path');
    expect(claims.notFound).toEqual([]);
    expect(claims.unclaimed).toHaveLength(25);
  });
});

test('a sentence in the section of another learning rate is another sentence', async () => {
  const text = REPORT.replace('- Just needs more time!', '').replace(
    '- Steady, stable improvement',
    '- Just needs more time!',
  );
  expect(await claim('0.0001-more-time', text)).toBeUndefined();
});

test('a run that is missing leaves its sentences unjudged', async () => {
  const lines = REPORT.split('\n').filter(
    (line, i) => !(i > 100 && i < 188 && /Epoch|Test set|Final/.test(line)),
  );
  const steady = await claim('0.001-steady-improvement', lines.join('\n'));
  expect(steady?.verdict).toBe('cannot be judged');
  expect(steady?.because).toContain('there is no run at lr 0.001');
});

test('where a test is missing, what is said of all epochs cannot be judged', async () => {
  const up = await claim('0.01-loss-goes-up', REPORT.replace('Test set: Average loss: 0.0953', ''));
  expect(up?.verdict).toBe('cannot be judged');
});

// ---------------------------------------------------------------- predicates, on runs made for them

function run(
  lr: number,
  accuracies: readonly number[],
  losses: readonly (readonly number[])[] = [],
): RunNumbers {
  return {
    conditions: { lr },
    series: {
      loss: losses.flatMap((ofEpoch, i) =>
        ofEpoch.map((value, j) => ({ epoch: i + 1, step: 6400 * j, value })),
      ),
      'test loss': accuracies.map((accuracy, i) => ({ epoch: i + 1, value: (100 - accuracy) / 20 })),
      accuracy: accuracies.map((value, i) => ({
        epoch: i + 1,
        value,
        count: { right: value * 100, of: 10_000 },
      })),
    },
  };
}

function verdictOf(
  predicate: Predicate,
  runs: readonly RunNumbers[],
  longerRuns: readonly RunNumbers[] = [],
): string {
  const lines = [
    { line: 1, kind: 'claim' as const, text: '- So it is (90.10, 0.1 and 0.9)', conditions: { lr: 0.1 } },
  ];
  const claim = {
    ...{ id: 'it', conditions: { lr: 0.1 }, quote: 'So it is (90.10, 0.1 and 0.9)', reading: 'it is so' },
    predicates: [predicate],
  };
  const file = { path: 'claims.json', document: 'it', claims: [claim] };
  const { claims } = judgeClaims(lines, runs, {
    file,
    terms: TERMS,
    askSeeds: () => undefined,
    longerRuns,
  });
  return claims.judged[0].verdict;
}

const ACCURACY = { metric: 'accuracy' } as const;

test.each<[Predicate, number[], string]>([
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises' }, [90, 91, 92], 'holds'],
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises' }, [90, 91, 91], 'partly'],
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises' }, [92, 91, 91], 'contradicted'],
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises' }, [92], 'cannot be judged'],
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises', withinSamples: 1 }, [90, 91, 90.99], 'holds'],
  [{ predicate: 'each-epoch', ...ACCURACY, direction: 'rises', withinSamples: 1 }, [90, 91, 90.98], 'partly'],
  [{ predicate: 'each-epoch', metric: 'test loss', direction: 'falls' }, [90, 91, 92], 'holds'],
  [{ predicate: 'overall', ...ACCURACY, direction: 'rises' }, [90, 80, 91], 'holds'],
  [{ predicate: 'overall', ...ACCURACY, direction: 'rises' }, [90, 95, 90], 'contradicted'],
  [{ predicate: 'in-epoch', ...ACCURACY, epoch: 2, direction: 'falls' }, [90, 89, 95], 'holds'],
  [{ predicate: 'in-epoch', ...ACCURACY, epoch: 2, direction: 'falls' }, [90, 90, 80], 'contradicted'],
  [{ predicate: 'in-epoch', ...ACCURACY, epoch: 4, direction: 'falls' }, [90, 90, 80], 'cannot be judged'],
  [{ predicate: 'repeatedly', ...ACCURACY, direction: 'falls', times: 2 }, [90, 89, 91, 90], 'holds'],
  [{ predicate: 'repeatedly', ...ACCURACY, direction: 'falls', times: 2 }, [90, 89, 91, 92], 'contradicted'],
  [{ predicate: 'best-last', ...ACCURACY }, [90, 89, 91], 'holds'],
  [{ predicate: 'best-last', ...ACCURACY }, [90, 92, 91], 'contradicted'],
  [{ predicate: 'best-last', ...ACCURACY }, [90, 91, 91], 'holds'],
  [{ predicate: 'value', ...ACCURACY, epoch: 2, number: '90.10' }, [90, 90.1, 91], 'holds'],
  [{ predicate: 'value', ...ACCURACY, epoch: 2, number: '90.10' }, [90, 90.11, 91], 'contradicted'],
  [{ predicate: 'rule', row: 'Stability', word: 'Stable' }, [90, 91, 92], 'holds'],
  [{ predicate: 'rule', row: 'Stability', word: 'Stable' }, [90, 80, 92], 'contradicted'],
  [{ predicate: 'figurative', because: 'it is a figure' }, [90], 'cannot be judged'],
])('%j of %j: %s', (predicate, accuracies, verdict) => {
  expect(verdictOf(predicate, [run(0.1, accuracies)])).toBe(verdict);
});

const BOUNDED = { ...ACCURACY, bound: 90.5 };

test.each<[Predicate, number[], string]>([
  [{ predicate: 'at-least', ...BOUNDED }, [80, 90.5], 'holds'],
  [{ predicate: 'at-least', ...BOUNDED }, [95, 90.4], 'contradicted'],
  [{ predicate: 'at-least', ...BOUNDED, epoch: 1 }, [95, 90.4], 'holds'],
  [{ predicate: 'at-least', ...BOUNDED, epoch: 3 }, [95, 90.4], 'cannot be judged'],
  [{ predicate: 'at-least', ...ACCURACY, bound: '90.10' }, [80, 90.1], 'holds'],
  [{ predicate: 'at-least', ...ACCURACY, bound: '90.10' }, [80, 90.09], 'contradicted'],
  [{ predicate: 'at-most', ...BOUNDED }, [95, 90.5], 'holds'],
  [{ predicate: 'at-most', ...BOUNDED }, [80, 90.6], 'contradicted'],
  [{ predicate: 'between', ...ACCURACY, lower: '90.10', upper: 91 }, [80, 90.1], 'holds'],
  [{ predicate: 'between', ...ACCURACY, lower: '90.10', upper: 91 }, [80, 91], 'holds'],
  [{ predicate: 'between', ...ACCURACY, lower: '90.10', upper: 91 }, [80, 91.1], 'contradicted'],
  [{ predicate: 'between', ...ACCURACY, lower: '90.10', upper: 91 }, [80, 90], 'contradicted'],
  [{ predicate: 'at-least', ...BOUNDED }, [80, NaN], 'cannot be judged'],
])('a bound: %j of %j: %s', (predicate, accuracies, verdict) => {
  expect(verdictOf(predicate, [run(0.1, accuracies)])).toBe(verdict);
});

test('of a bound in the quote, that of the document counts, and is what is asked of the seeds', async () => {
  const { document, runs } = readText(REPORT.replace('- Just needs more time!', '- It ends above 98.6%'));
  const asked: RunNumbers[][] = [];
  const predicates: Predicate[] = [
    { predicate: 'at-least', ...ACCURACY, bound: '98.5' },
    { predicate: 'between', ...ACCURACY, epoch: 1, lower: 90, upper: '98.5' },
  ];
  const claims = [
    { id: 'it', conditions: { lr: 0.0001 }, quote: 'It ends above 98.5%', reading: 'so', predicates },
  ];
  const judgement = judgeClaims(document.lines, auditedRuns(runs), {
    ...NONE,
    file: { path: 'claims.json', document: 'it', claims },
    askSeeds: (holds) => {
      asked.push([run(0.0001, [90, 98.55])]);
      return seedShare([{ holds: holds(asked[0]), collapsed: false }]);
    },
  });
  const [judged] = judgement.claims.judged;
  expect(judged).toMatchObject({
    verdict: 'partly',
    quote: 'It ends above 98.6%',
    because:
      'the accuracy of epoch 5 is 98.57 %, which is less than 98.6; the accuracy of epoch 1 is 95.86 %',
  });
  expect(judged.parts.map(({ proposition, seeds }) => [proposition, seeds?.holds])).toEqual([
    ['the final accuracy is 98.6 at least', 0],
    ['the accuracy of epoch 1 is from 90 to 98.6', 1],
  ]);
  expect(judgement.findings).toEqual([]);
});

describe('of a metric that is better the lower it is', () => {
  test('the best, and what a longer run comes to, are low', () => {
    const LOSS = { metric: 'test loss' } as const;
    expect(verdictOf({ predicate: 'best-last', ...LOSS }, [run(0.1, [90, 89, 95])])).toBe('holds');
    expect(verdictOf({ predicate: 'best-last', ...LOSS }, [run(0.1, [90, 95, 94])])).toBe('contradicted');
    const longer: Predicate = { predicate: 'longer', ...LOSS, value: 0.2, epochs: { from: 2, to: 3 } };
    const times = (accuracies: number[]): RunNumbers[] => Array<RunNumbers>(6).fill(run(0.1, accuracies));
    expect(verdictOf(longer, [run(0.1, [90])], times([90, 90, 97]))).toBe('holds');
    expect(verdictOf(longer, [run(0.1, [90])], times([90, 90, 95]))).toBe('contradicted');
  });
});

test('of how many samples a share is, slack is asked; where that is not known, nothing is judged', () => {
  const { conditions, series } = run(0.1, [90, 91, 90.99]);
  const accuracy = series.accuracy.map(({ epoch, value }) => ({ epoch, value }));
  const slack: Predicate = { predicate: 'each-epoch', ...ACCURACY, direction: 'rises', withinSamples: 1 };
  expect(verdictOf(slack, [{ conditions, series: { ...series, accuracy } }])).toBe('cannot be judged');
});

test('a range of losses is that of one epoch', () => {
  const range: Predicate = { predicate: 'range', metric: 'loss', lower: '0.1', upper: '0.9' };
  expect(verdictOf(range, [run(0.1, [90, 91], [[0.5], [0.12, 0.5, 0.94]])])).toBe('holds');
  expect(verdictOf(range, [run(0.1, [90, 91], [[0.12], [0.94]])])).toBe('contradicted');
  expect(verdictOf(range, [run(0.1, [90, 91])])).toBe('cannot be judged');
});

test('the greatest and the smallest are those of all runs', () => {
  const greatest: Predicate = { predicate: 'extreme', metric: 'accuracy', extreme: 'greatest' };
  expect(verdictOf(greatest, [run(0.1, [90, 95]), run(0.2, [99, 94])])).toBe('holds');
  expect(verdictOf({ ...greatest, epoch: 1 }, [run(0.1, [90, 95]), run(0.2, [99, 94])])).toBe('contradicted');
  expect(verdictOf(greatest, [run(0.1, [90, 95])])).toBe('cannot be judged');
  const range: Predicate = { predicate: 'extreme', metric: 'loss', of: 'range', extreme: 'greatest' };
  const wideFirst = run(
    0.2,
    [90, 95],
    [
      [0, 2.3],
      [0.1, 0.2],
    ],
  );
  expect(verdictOf(range, [run(0.1, [90, 95], [[1], [0.1, 0.4]]), wideFirst])).toBe('holds');
});

test('a standard deviation of losses is that of a sample, and of more than one', () => {
  const spread: Predicate = {
    predicate: 'extreme',
    metric: 'loss',
    of: 'standard deviation',
    extreme: 'greatest',
  };
  // Of 0.1, 0.2, 0.3: 0.1; of 0.1 and 0.23: 0.0919. The range of the latter is the greater one of a third.
  const [even, pair] = [
    [0.1, 0.2, 0.3],
    [0.1, 0.23],
  ];
  expect(verdictOf(spread, [run(0.1, [90, 91], [[5, 9], even]), run(0.2, [90, 91], [[1], pair])])).toBe(
    'holds',
  );
  expect(verdictOf(spread, [run(0.1, [90, 91], [[5, 9], pair]), run(0.2, [90, 91], [[1], even])])).toBe(
    'contradicted',
  );
  expect(verdictOf(spread, [run(0.1, [90, 91], [[1], [0.1]]), run(0.2, [90, 91], [[1], even])])).toBe(
    'cannot be judged',
  );
});

describe('a claim about more epochs', () => {
  const longer: Predicate = {
    predicate: 'longer',
    metric: 'accuracy',
    value: 99,
    epochs: { from: 2, to: 3 },
  };
  const report = [run(0.1, [90])];
  const [good, late, bad] = [run(0.1, [90, 99, 98]), run(0.1, [90, 98, 98, 99]), run(0.1, [90, 91, 92])];
  const times = (count: number, of: RunNumbers): RunNumbers[] => Array<RunNumbers>(count).fill(of);

  // 3 of 3 leave 29 to 100 % open, 6 of 6 leave 54 to 100 %; 2.5 % is 1 / 40.
  test.each([
    ['all of few', times(3, good), 'inconclusive'],
    ['none of few', times(5, late), 'inconclusive'],
    ['most', [...times(5, good), bad], 'inconclusive'],
    ['all of enough', times(6, good), 'holds'],
    ['none of enough', [...times(5, late), bad], 'contradicted'],
    [
      'no run of so many epochs',
      [run(0.1, [99, 99]), { ...good, conditions: { lr: 0.2 } }],
      'cannot be judged',
    ],
  ])('is decided by the interval of the share of runs of so many: %s', (_, runs, verdict) => {
    expect(verdictOf(longer, report, runs)).toBe(verdict);
  });
});

describe('a number that is none', () => {
  const withNaN = (values: readonly number[]): RunNumbers => {
    const { conditions, series } = run(0.1, [90, 91, 92], [[1], [0.2, 0.8], [0.1, NaN, 0.9]]);
    const testLoss = values.map((value, i) => ({ epoch: i + 1, value }));
    return { conditions, series: { ...series, 'test loss': testLoss } };
  };
  const LOSS = { metric: 'test loss' } as const;

  test.each<[Predicate, number[], string]>([
    [{ predicate: 'best-last', ...LOSS }, [NaN, NaN, NaN], 'cannot be judged'],
    [{ predicate: 'best-last', ...LOSS }, [0.3, 0.2, NaN], 'cannot be judged'],
    [{ predicate: 'in-epoch', ...LOSS, epoch: 2, direction: 'falls' }, [0.3, NaN, 0.2], 'cannot be judged'],
    [{ predicate: 'overall', ...LOSS, direction: 'rises' }, [0.3, 0.2, NaN], 'cannot be judged'],
    [{ predicate: 'each-epoch', ...LOSS, direction: 'falls' }, [0.3, 0.2, NaN], 'cannot be judged'],
    [{ predicate: 'repeatedly', ...LOSS, direction: 'falls', times: 1 }, [0.3, 0.2, NaN], 'cannot be judged'],
  ])('decides no claim: %j of %j', (predicate, losses, verdict) => {
    expect(verdictOf(predicate, [withNaN(losses)])).toBe(verdict);
  });

  test('is printed by a diverged run, whose report is judged as far as it goes', async () => {
    const { claims } = await judged(REPORT.replace(/Average loss: [\d.]+/g, 'Average loss: nan'));
    const verdicts = new Map(claims.judged.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts.get('0.0001-more-time')).toBe('inconclusive');
    expect(verdicts.get('0.01-loss-goes-up')).toBe('cannot be judged');
    expect(verdicts.get('0.01-day-2')).toBe('contradicted');
  });

  test('is neither the smallest nor the greatest of the runs, and no end of a range', () => {
    const others = [withNaN([0.3, 0.2, NaN]), run(0.2, [90, 91, 92], [[1], [0.1, 0.2], [0.1, 0.2]])];
    const smallest: Predicate = { predicate: 'extreme', metric: 'test loss', extreme: 'smallest' };
    expect(verdictOf(smallest, others)).toBe('cannot be judged');
    const widest: Predicate = { predicate: 'extreme', metric: 'loss', of: 'range', extreme: 'greatest' };
    expect(verdictOf(widest, others)).toBe('cannot be judged');
    const varied: Predicate = { ...widest, of: 'standard deviation' };
    expect(verdictOf(varied, others)).toBe('cannot be judged');
    expect(verdictOf({ predicate: 'range', metric: 'loss', lower: '0.1', upper: '0.9' }, others)).toBe(
      'contradicted',
    );
  });
});

test.each<[string, ClaimVerdict[], ClaimVerdict]>([
  ['one that cannot be judged leaves open what holds', ['holds', 'cannot be judged'], 'inconclusive'],
  ['one that is not decided leaves open what holds', ['holds', 'inconclusive'], 'inconclusive'],
  ['what does not hold may do so in part', ['contradicted', 'inconclusive'], 'inconclusive'],
  ['what holds in part does so whatever the others are', ['partly', 'cannot be judged'], 'partly'],
  ['what holds beside what does not', ['holds', 'contradicted', 'inconclusive'], 'partly'],
  ['nothing that can be judged', ['cannot be judged', 'cannot be judged'], 'cannot be judged'],
])('several predicates: %s', (_, verdicts, verdict) => {
  const outcomes = verdicts.map((verdict) => ({ verdict, because: '', supporting: [], against: [] }));
  expect(together(outcomes).verdict).toBe(verdict);
});

test('how often a claim holds is asked of the seeds, without its numbers', async () => {
  const asked: boolean[] = [];
  const rising = [0.0001, 0.001, 0.01].map((lr) => run(lr, [90, 91, 92]));
  const share = { holds: 1, of: 1, level: 0.95, lower: 0.025, upper: 1, collapsed: { holds: 0, of: 0 } };
  const { claims } = await judged(REPORT, {
    ...NONE,
    askSeeds: (holds) => {
      asked.push(holds(rising));
      return share;
    },
  });
  expect(claims.judged.find(({ id }) => id === '0.001-steady-improvement')?.seeds).toEqual(share);
  expect(claims.judged.find(({ id }) => id === '0.0001-baby-steps')?.noSeeds).toMatch(/nothing/);
  expect(asked).toContain(true);
  expect(asked).toContain(false);
});

// ---------------------------------------------------------------- files

test('a file of claims is held against its schema, and its numbers against its quotes', async () => {
  const text = readFileSync(CLAIMS, 'utf8');
  const misspelt = refusal(() => parseClaims(text.replace('"each-epoch"', '"every-epoch"'), 'claims.json'));
  expect(misspelt).toMatchObject({ code: 'claims-invalid', facts: { got: '"every-epoch"' } });
  const path = join(await mkdtemp(join(tmpdir(), 'assay-claims-')), 'claims.json');
  await writeFile(path, text.replace('"number": "98.41"', '"number": "98.14"'));
  await expect(loadClaims(path, STUDY, RULES)).rejects.toMatchObject({
    code: 'claims-invalid',
    facts: { where: `${path}, claim 0.001-fast-start`, expected: '98.41, 1', got: '98.14' },
  });
  await rm(dirname(path), { recursive: true });
  await expect(loadClaims(join(ROOT, 'spec/claims/none.json'), STUDY)).rejects.toMatchObject({
    code: 'file-not-found',
  });
});

test.each([
  ['a metric that the study does not have', '"metric": "test loss"', '"metric": "val loss"', 'val loss'],
  ['a metric that is told per step', '"metric": "test loss"', '"metric": "loss"', 'loss'],
  ['a spread of what is told per epoch', '"metric": "loss", "of"', '"metric": "accuracy", "of"', 'accuracy'],
  ['other conditions', '{ "lr": 0.01 }', '{ "batch": 64 }', 'batch'],
  ['no conditions', '{ "lr": 0.01 }', '{}', 'none'],
  ['a row without a rule', '"row": "Speed"', '"row": "Taste"', 'Taste'],
])('claims about %s are refused', async (_, from, to, got) => {
  const text = readFileSync(CLAIMS, 'utf8');
  expect(text).toContain(from);
  const path = join(await mkdtemp(join(tmpdir(), 'assay-claims-')), 'claims.json');
  await writeFile(path, text.replace(from, to));
  await expect(loadClaims(path, STUDY, RULES)).rejects.toMatchObject({
    code: 'claims-invalid',
    facts: { got },
  });
  await rm(dirname(path), { recursive: true });
});
