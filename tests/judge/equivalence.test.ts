import seedrandom from 'seedrandom';
import * as fc from 'fast-check';
import { equivalenceOf, mean, type Equivalence } from '../../src/judge/equivalence';
import type { Run } from '../../src/run/run';
import { fisherExact } from '../../src/statistics/fisher';
import { holm } from '../../src/statistics/holm';
import { kolmogorovSmirnov } from '../../src/statistics/kolmogorovSmirnov';
import { tost } from '../../src/statistics/tost';
import { refusal } from '../refusal';
import { someLosses } from './losses';
import { GUESS, runOf, STUDY } from './ourStudy';

/** Box and Muller's. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Share of trials in which something happens. */
function shareOf(trials: number, happens: () => boolean): number {
  return Array.from({ length: trials }, happens).filter(Boolean).length / trials;
}

describe('Fisher’s exact test', () => {
  test.each([
    // Fisher's lady who tastes tea: (16 + 1 + 16 + 1) of 70 ways.
    [{ count: 3, of: 4 }, { count: 1, of: 4 }, 34 / 70],
    // The example of scipy.stats.fisher_exact, [[8, 2], [1, 5]]: 0.0350 (280 of 8008 ways).
    [{ count: 8, of: 10 }, { count: 1, of: 6 }, 280 / 8008],
    [{ count: 0, of: 23 }, { count: 0, of: 5 }, 1],
    [{ count: 5, of: 5 }, { count: 0, of: 5 }, 2 / 252],
  ])('of %j and %j', (a, b, pValue) => {
    expect(fisherExact(a, b)).toBeCloseTo(pValue, 12);
    expect(fisherExact(b, a)).toBeCloseTo(pValue, 12);
  });

  test('finds a difference that is not there in 5 % of cases at most', () => {
    for (const [n, m, p] of [
      [23, 5, 0.35],
      [60, 12, 0.35],
      [60, 12, 0.05],
    ]) {
      const random = seedrandom(`fisher ${n} ${p}`);
      const draw = (of: number): { count: number; of: number } => ({
        count: Array.from({ length: of }, random).filter((value) => value < p).length,
        of,
      });
      expect(shareOf(2000, () => fisherExact(draw(n), draw(m)) < 0.05)).toBeLessThan(0.05 + 0.015);
    }
  });
});

describe('Kolmogorov and Smirnov’s test', () => {
  test.each([
    [[1, 2, 3], [4, 5, 6], 1, 2 / 20],
    [[1, 2, 3, 4], [5, 6, 7, 8, 9], 1, 2 / 126],
    // Of six orders of two and two, A B A B and B A B A come half apart, the other four farther or as far: D ≥ ½ always.
    [[1, 3], [2, 4], 1 / 2, 1],
    [[1, 2], [1, 2], 0, 1],
  ])('of %j and %j', (a, b, statistic, pValue) => {
    const result = kolmogorovSmirnov(a, b);
    expect(result.statistic).toBeCloseTo(statistic, 12);
    expect(result.pValue).toBeCloseTo(pValue, 12);
  });

  /** The greatest difference, from the definition. */
  const difference = (a: readonly number[], b: readonly number[]): number =>
    Math.max(
      ...[...a, ...b].map((at) => {
        const [ofA, ofB] = [a, b].map(
          (sample) => sample.filter((value) => value <= at).length / sample.length,
        );
        return Math.abs(ofA - ofB);
      }),
    );

  /** All ways to choose which values are the first sample's. */
  function* splits(values: readonly number[], m: number): Generator<[number[], number[]]> {
    if (m === 0 || values.length === m) yield m === 0 ? [[], [...values]] : [[...values], []];
    else {
      const [first, ...rest] = values;
      for (const [a, b] of splits(rest, m - 1)) yield [[first, ...a], b];
      for (const [a, b] of splits(rest, m)) yield [a, [first, ...b]];
    }
  }

  test('its p-value is the share of all divisions, with ties and without', () => {
    const sample = (max: number): fc.Arbitrary<number[]> =>
      fc.array(fc.integer({ min: 0, max }), { minLength: 1, maxLength: 5 });
    const samples = fc.integer({ min: 1, max: 30 }).chain((max) => fc.tuple(sample(max), sample(max)));
    fc.assert(
      fc.property(samples, ([a, b]) => {
        const observed = difference(a, b);
        const all = [...splits([...a, ...b], a.length)];
        const asFar = all.filter(([x, y]) => difference(x, y) >= observed - 1e-12);
        const { statistic, pValue } = kolmogorovSmirnov(a, b);
        expect(statistic).toBeCloseTo(observed, 12);
        expect(pValue).toBeCloseTo(asFar.length / all.length, 12);
      }),
    );
  });

  test('finds a difference that is not there in 5 % of cases at most, and one of two standard deviations', () => {
    const random = seedrandom('kolmogorov');
    // Counts of right images, so that some are equal.
    const draw = (n: number, shift = 0): number[] =>
      Array.from({ length: n }, () => Math.round(9900 + 10 * (normal(random) + shift)));
    const finds = (shift: number) => () => kolmogorovSmirnov(draw(23), draw(7, shift)).pValue < 0.05;
    expect(shareOf(2000, finds(0))).toBeLessThan(0.05 + 0.015);
    expect(shareOf(300, finds(2))).toBeGreaterThan(0.8);
  });
});

describe('two one-sided tests', () => {
  // Welch's example with unequal variances, in its usual textbook form: t = −2.46 with 25.0 degrees of freedom, p = 0.021.
  const a1 = [27.5, 21, 19, 23.6, 17, 17.9, 16.9, 20.1, 21.9, 22.6, 23.1, 19.6, 19, 21.7, 21.4];
  const a2 = [27.1, 22, 20.8, 23.4, 23.4, 23.5, 25.8, 22, 24.8, 20.2, 21.9, 22.1, 22.9, 20.5, 24.4];

  test('a margin of nothing leaves Welch’s one-sided test', () => {
    const { difference, pValue } = tost(a1, a2, 0);
    expect(difference).toBeCloseTo(mean(a2) - mean(a1), 12);
    expect(2 * (1 - pValue)).toBeCloseTo(0.021, 3);
  });

  test('worked out by hand: 8 degrees of freedom', () => {
    // Means 3 and 3, variances 2.5 and 2.5: the standard error is 1. Student's quantile of 95 % at 8 degrees of freedom is 1.860 (tables).
    const sample = [1, 2, 3, 4, 5];
    const { interval, pValue } = tost(sample, sample, 1.8595);
    expect(interval.upper).toBeCloseTo(1.8595, 3);
    expect(interval.lower).toBeCloseTo(-1.8595, 3);
    expect(pValue).toBeCloseTo(0.05, 4);
  });

  test('are below 5 % exactly when the interval is within the margin', () => {
    const sample = fc.uniqueArray(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 1000 }), (a, b, margin) => {
        const { interval, pValue } = tost(a, b, margin);
        fc.pre(Math.abs(pValue - 0.05) > 1e-6);
        expect(pValue < 0.05).toBe(interval.lower > -margin && interval.upper < margin);
      }),
    );
  });

  test('call means equivalent that are just not in 5 % of cases at most, and equal ones mostly', () => {
    const random = seedrandom('tost');
    const draw = (n: number, shift: number, sd: number): number[] =>
      Array.from({ length: n }, () => shift + sd * normal(random));
    const equivalent = (shift: number) => () => tost(draw(23, 0, 1), draw(7, shift, 1.3), 2).pValue < 0.05;
    expect(shareOf(2000, equivalent(2))).toBeLessThan(0.05 + 0.015);
    expect(shareOf(2000, equivalent(-2))).toBeLessThan(0.05 + 0.015);
    expect(shareOf(500, equivalent(0))).toBeGreaterThan(0.8);
  });
});

test('Holm’s adjustment, worked out by hand', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.6])).toEqual([1, 1]);
});

describe('runs of another trainer', () => {
  const random = seedrandom('trainers');
  /** lr 0.001 is better by one point than 0.01, where every third run collapses. */
  const draw = (lr: number, seed: number, shift = 0, collapses = seed % 3 === 0): Run => {
    const isGood = lr === 0.001 || !collapses;
    const accuracy = lr === 0.001 ? 99 : 98;
    const last = isGood
      ? {
          testLoss: 1 - accuracy / 100 + 0.001 * normal(random),
          accuracy: accuracy + shift + 0.1 * normal(random),
        }
      : { testLoss: 2.302, accuracy: 11.35 };
    return runOf({ lr, seed, loggedLosses: isGood ? someLosses(1, seed) : [2.3], epochs: [last] });
  };
  const many = (n: number, shift?: number, collapses?: boolean): Run[] =>
    [0.001, 0.01].flatMap((lr) => Array.from({ length: n }, (_, seed) => draw(lr, seed, shift, collapses)));
  const ensemble = many(30);
  const compare = (ours: readonly Run[], others: readonly Run[]): Equivalence =>
    equivalenceOf(ours, others, STUDY.metrics, GUESS);

  test('that are like ours', () => {
    const { verdict, settings } = compare(ensemble, many(12));
    expect(verdict).toBe('pass');
    expect(
      settings.map(({ conditions, collapsed }) => [conditions.lr, collapsed.ensemble, collapsed.others]),
    ).toEqual([
      [0.001, { count: 0, of: 30 }, { count: 0, of: 12 }],
      [0.01, { count: 10, of: 30 }, { count: 4, of: 12 }],
    ]);
    for (const { metrics } of settings) {
      expect(metrics.map(({ metric }) => metric.name)).toEqual(['test loss', 'accuracy']);
      const [testLoss, accuracy] = metrics;
      // Half of the distance of the two learning rates.
      expect(testLoss.tost.margin).toBeCloseTo(0.005, 3);
      expect(Math.abs(accuracy.tost.margin - 0.5)).toBeLessThan(0.05);
    }
  });

  test('that are off in accuracy, or collapse more often', () => {
    const off = compare(ensemble, many(12, -0.3));
    expect(off.verdict).toBe('fail');
    expect(off.settings[0].metrics[1].kolmogorovSmirnov.adjusted).toBeLessThan(0.05);
    expect(off.settings[0].metrics[0].kolmogorovSmirnov.adjusted).toBeGreaterThan(0.05);
    const collapsing = compare(ensemble, many(12, 0, true));
    expect(collapsing.verdict).toBe('fail');
    expect(collapsing.settings[1]).toMatchObject({
      collapsed: { others: { count: 12, of: 12 } },
      metrics: [],
    });
  });

  test('that are too few show nothing', () => {
    const few = [draw(0.001, 1)];
    expect(compare(ensemble, few)).toMatchObject({
      verdict: 'inconclusive',
      settings: [{ metrics: [] }],
    });
  });

  test('are found different where nothing is in 5 % of cases at most, all tests together', () => {
    const differs = (): boolean => compare(many(15), many(6)).verdict === 'fail';
    expect(shareOf(300, differs)).toBeLessThan(0.05 + 0.04);
  });

  test('refused: a learning rate that the ensemble does not have, or alone', () => {
    expect(refusal(() => compare(ensemble, [draw(0.1, 1)]))?.facts.got).toBe('lr 0.1');
    const one = ensemble.filter(({ conditions }) => conditions.lr === 0.001);
    expect(refusal(() => compare(one, one))?.facts.what).toMatch(/one setting/);
  });
});
