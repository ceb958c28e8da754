import { placeIn } from '../../src/audit/placement';
import type { SeedView } from '../../src/audit/seeds';
import type { Band, Cell } from '../../src/judge/bands';
import type { Experiment } from '../../src/experiment/types';

function seed(seed: number, accuracy: number, lr = 0.1): SeedView {
  const counts = { correctCount: 10 * accuracy, testCount: 1000, accuracy };
  return {
    lr,
    seed,
    epochs: [{ epoch: 1, testLoss: 0.1, ...counts, losses: [{ seen: 64, loss: accuracy }] }],
  };
}

/** The moments are not asked for. */
const cell = (lower: number, upper: number): Cell => ({ lower, upper, mean: NaN, sd: NaN });
const band: Band = {
  ...{ lr: 0.1, runs: 4, learned: 4, level: 0.8, coverage: 0.8, quantile: 2, scores: [0.5, 1, 1.5, 2] },
  collapse: { collapsed: 0, of: 4, level: 0.95, lower: 0, upper: 0.6 },
  epochs: [{ epoch: 1, testLoss: cell(0, 1), accuracy: cell(90, 94), losses: [cell(0, 3), cell(90, 93)] }],
};

/** Logged is every batch of 64. */
const experiment = { data: { testCount: 1000 }, training: { batchSize: 64, logInterval: 1 } } as Experiment;

test('a number is placed in the band and among the seeds', () => {
  const place = placeIn(
    band,
    [91, 92, 93, 94].map((accuracy, i) => seed(i, accuracy)),
    experiment,
  );
  const at = (value: number, half = 0): ReturnType<typeof place> =>
    place({ what: 'accuracy', epoch: 1, value, rounding: { lower: value - half, upper: value + half } });
  expect(at(93)).toEqual({
    verdict: 'pass',
    band: { lower: 90, upper: 94 },
    position: 0.5,
    quantile: 0.625,
    of: 4,
  });
  expect(at(90.5)).toMatchObject({ verdict: 'pass', quantile: 0 });
  expect(at(94.1)).toMatchObject({ verdict: 'fail', quantile: 1 });
  // What prints so may be inside.
  expect(at(94.1, 0.1)).toMatchObject({ verdict: 'pass' });
  const exactly = (value: number): { lower: number; upper: number } => ({ lower: value, upper: value });
  expect(place({ what: 'correct count', epoch: 1, value: 930, rounding: exactly(930) })).toMatchObject({
    band: { lower: 900, upper: 940 },
    quantile: 0.625,
  });
  expect(place({ what: 'loss', epoch: 1, seen: 64, value: 92, rounding: exactly(92) })).toMatchObject({
    ...{ verdict: 'pass', band: { lower: 90, upper: 93 }, quantile: 0.375, of: 4 },
  });
  expect(place({ what: 'loss', epoch: 1, seen: 64, value: 94, rounding: exactly(94) })).toMatchObject({
    verdict: 'fail',
  });
  // Not a batch that was logged for the band.
  expect(place({ what: 'loss', epoch: 1, seen: 96, value: 92, rounding: exactly(92) })).toEqual({
    verdict: 'no-reference',
  });
  expect(place({ what: 'final accuracy', value: 95, rounding: exactly(95) })).toMatchObject({
    verdict: 'fail',
  });
  expect(place({ what: 'loss', epoch: 2, seen: 64, value: 92, rounding: exactly(92) })).toEqual({
    verdict: 'no-reference',
  });
});
