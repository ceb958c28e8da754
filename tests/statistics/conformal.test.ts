import {
  deviation,
  leastCoverage,
  momentsOfCells,
  pValueOf,
  quantileOf,
  runsNeeded,
  widening,
} from '../../src/statistics/conformal';
import { refusal } from '../refusal';

/** In no order, of numbers or of texts. */
const SCORES = [3, 10, 0.5, 9, 1, 20, 4, 2, 8];

describe('a quantile', () => {
  test.each([
    [0.9, 20],
    [0.8, 10],
    [0.75, 10], // the 7.5th is taken up
    [0.5, 4],
    [0.1, 0.5],
  ])('of the level %d is the score of that rank among n + 1', (level, quantile) => {
    const { quantile: got, coverage } = quantileOf(SCORES, level, 'runs');
    expect(got).toBe(quantile);
    expect(coverage).toBe(Math.ceil(10 * level) / 10);
  });

  test('takes a rank that is whole but for rounding as it is', () => {
    expect((99 + 1) * 0.55).toBeGreaterThan(55); // in floating point
    const scores = Array.from({ length: 99 }, (_, i) => i + 1);
    expect(quantileOf(scores, 0.55, 'runs')).toEqual({ quantile: 55, coverage: 0.55 });
  });

  test('of a level that the runs cannot have is refused, with how many it takes', () => {
    const error = refusal(() => quantileOf(SCORES, 0.95, 'lr 0.1'));
    expect(error?.code).toBe('too-few-runs');
    expect(error?.facts).toEqual({
      what: 'too few runs for the level',
      where: 'lr 0.1',
      expected: 'at least 19 runs, for the level 0.95',
      got: '9',
      hint: 'add runs with other seeds',
    });
  });

  test('that is not finite is refused, with how many may be like that', () => {
    const scores = [...SCORES.slice(2), Infinity, Infinity];
    expect(quantileOf(scores, 0.7, 'runs').quantile).toBe(20);
    const error = refusal(() => quantileOf(scores, 0.8, 'runs'));
    expect(error?.code).toBe('too-few-runs');
    expect(error?.facts).toMatchObject({
      expected: 'at most 1 of 9 runs that diverge, or that alone collapse, for the level 0.8',
      got: '2',
    });
  });
});

test('so many runs are needed that the next is inside of all of them with the level', () => {
  expect([0.5, 0.8, 0.9, 0.91, 0.95, 0.99].map(runsNeeded)).toEqual([1, 4, 9, 11, 19, 99]);
});

test('a p-value counts the judged run, and those that are as unlike', () => {
  expect([0, 4, 4.5, 21].map((score) => pValueOf(score, SCORES))).toEqual([1, 0.6, 0.5, 0.1]);
});

test('what a band covers at least, where the distribution is known', () => {
  // Of n runs, the greatest of their scores covers less than c with probability cⁿ, and the least of them with 1 − (1 − c)ⁿ.
  expect(leastCoverage(7 / 8, 7, 0.9)).toBeCloseTo(0.1 ** (1 / 7), 9);
  expect(leastCoverage(1 / 8, 7, 0.9)).toBeCloseTo(1 - 0.9 ** (1 / 7), 9);
  expect(leastCoverage(4 / 8, 7, 0.5)).toBeCloseTo(0.5, 9);
});

test('m runs widen a band as far as tails with 4 degrees of freedom ask for', () => {
  expect([1, 16, 81].map(widening)).toEqual([1, 2, 3]);
});

test('moments of cells are those of each over the runs', () => {
  const runs = [
    [1, 10, 0.1],
    [3, 10, 0.1],
    [8, 10, 0.1],
  ];
  expect(momentsOfCells(runs)).toEqual([
    { mean: 4, sd: Math.sqrt((9 + 1 + 16) / 2) },
    { mean: 10, sd: 0 },
    { mean: 0.1, sd: 0 }, // exactly, though 0.1 + 0.1 + 0.1 is not 0.3
  ]);
});

test.each([
  [5, 2, 1.5, 2],
  [-1, 2, 1.5, 2],
  [2, 2, 1.5, 0],
  [2, 2, 0, 0],
  [3, 2, 0, Infinity],
  [NaN, 2, 1, Infinity],
  [2, NaN, NaN, Infinity],
])('%d is as many standard deviations from mean %d and sd %d as %d', (value, mean, sd, expected) => {
  expect(deviation(value, { mean, sd })).toBe(expected);
});
