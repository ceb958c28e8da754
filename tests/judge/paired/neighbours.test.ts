import { alea } from 'seedrandom';
import { howFarFromNeighbours } from '../../../src/judge/paired/neighbours';
import type { Numbers } from '../../../src/judge/paired/places';
import { GUESS, STUDY } from '../ourStudy';

const [loss, testLoss, accuracy] = STUDY.metrics;
const random = alea('neighbours');
const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Runs of one seed: rounding grows from the start at a rate of this seed, and some leap early. */
function seedOf(): (change?: (value: number, i: number) => number) => Numbers {
  const rate = 1.5 + random();
  const start = 10 ** (-6 + 2 * random());
  return (change = (value) => value) => ({
    series: {
      [loss.name]: Array.from({ length: 10 }, (_, i) => ({
        ...{ epoch: 1, step: 6400 * (i + 1) },
        value: change(Math.exp(-0.2 * i + Math.min(0.2, start * rate ** i) * normal() ** 3), i),
      })),
    },
  });
}

const far = (run: Numbers, others: readonly Numbers[]): ReturnType<typeof howFarFromNeighbours> =>
  howFarFromNeighbours(run, others, STUDY.metrics, GUESS);
const nineteen = (run: () => Numbers): Numbers[] => Array.from({ length: 19 }, () => run());

test('of 1,000 simulated seeds, as many honest runs fail as the level says', () => {
  let failed = 0;
  for (let i = 0; i < 1000; i++) {
    const run = seedOf();
    if (far(run(), nineteen(run))!.pValue <= 0.05) failed++;
  }
  // 50 are expected; of a binomial count, 71 or more have a chance of 0.002.
  expect(failed).toBeGreaterThan(30);
  expect(failed).toBeLessThanOrEqual(70);
});

test.each([
  ['all numbers a little to one side', (value: number) => 1.05 * value, 'side'],
  ['the first number alone', (value: number, i: number) => (i === 0 ? 1.01 * value : value), 'start'],
] as const)('a change is seen and named: %s', (_, change, kind) => {
  const run = seedOf();
  const found = far(run(change), nineteen(run))!;
  expect(found).toMatchObject({ pValue: 0.05, others: 19 });
  expect(found.times).toBeGreaterThan(found.farthestOther);
  expect(kind === 'side' ? ['side', 'start', 'apart'] : ['start']).toContain(found.by.kind);
});

test('the judged run is one of those that the others are compared with', () => {
  // Of twenty runs, one is the farthest, whichever is judged: all p-values together are 1/20 to 20/20.
  const run = seedOf();
  const runs = Array.from({ length: 20 }, () => run());
  const pValues = runs.map(
    (judged) =>
      far(
        judged,
        runs.filter((other) => other !== judged),
      )!.pValue,
  );
  expect(pValues.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => (i + 1) / 20));
});

test('a run that collapsed where none of the others did is infinitely far, and so is the other way round', () => {
  const tested = (right: number, mean: number): Numbers => ({
    series: {
      [testLoss.name]: [{ epoch: 1, value: mean }],
      [accuracy.name]: [{ epoch: 1, value: right / 100, count: { of: 10_000, right } }],
    },
  });
  const learned = (): Numbers => tested(9800 + Math.round(20 * normal()), 0.06 + 0.001 * normal());
  const collapsed = (): Numbers => tested(1135, Math.log(10) + 1e-4 * normal());
  expect(far(collapsed(), nineteen(learned))).toMatchObject({ times: Infinity, pValue: 0.05 });
  expect(far(learned(), nineteen(collapsed))).toMatchObject({ times: Infinity, pValue: 0.05 });
  // Where some collapse, each is compared with its like.
  const mixed = [...nineteen(collapsed).slice(0, 9), ...nineteen(learned).slice(0, 10)];
  expect(far(collapsed(), mixed)!.times).toBeLessThan(20);
});

test('numbers that all have in common are as near as their digits say', () => {
  const of = (value: number, decimals?: number): Numbers => ({
    series: {
      [loss.name]: [{ epoch: 1, step: 6400, value, ...(decimals !== undefined && { decimals }) }],
    },
  });
  const others = nineteen(() => of(0.5));
  expect(far(of(0.5, 3), others)!.times).toBe(0);
  // Of one unit of the last digit nothing follows.
  expect(far(of(0.501, 3), others)!.times).toBe(0);
  expect(far(of(0.503, 3), others)!.times).toBeCloseTo(1.5, 1);
  expect(far(of(NaN, 3), others)).toMatchObject({ times: Infinity, pValue: 0.05 });
});

test('nothing follows from one other run, or where the log has no number that the others have', () => {
  const run = seedOf();
  expect(far(run(), [run()])).toBeUndefined();
  expect(far({ series: {} }, nineteen(run))).toBeUndefined();
});
