import { placeIn } from '../../src/audit/placement';
import type { Band, Cell } from '../../src/judge/bands';
import type { Run } from '../../src/run/run';
import { STUDY } from '../judge/ourStudy';

const [LOSS, TEST_LOSS, ACCURACY] = STUDY.metrics;

function seed(value: number): Pick<Run, 'series'> {
  return {
    series: {
      loss: [{ epoch: 1, step: 64, value }],
      'test loss': [{ epoch: 1, value: 0.1 }],
      accuracy: [{ epoch: 1, value, count: { right: 10 * value, of: 1000 } }],
    },
  };
}

/** The moments are not asked for. */
const cell = (lower: number, upper: number): Cell => ({ epoch: 1, lower, upper, mean: NaN, sd: NaN });
const band: Band = {
  ...{ conditions: { lr: 0.1 }, runs: 4, learned: 4, level: 0.8, coverage: 0.8, quantile: 2 },
  ...{ scores: [0.5, 1, 1.5, 2], collapse: { collapsed: 0, of: 4, level: 0.95, lower: 0, upper: 0.6 } },
  series: {
    loss: [
      { ...cell(0, 3), step: 0 },
      { ...cell(90, 93), step: 64 },
    ],
    'test loss': [cell(0, 1)],
    accuracy: [cell(90, 94)],
  },
};

test('a number is placed in the band and among the seeds', () => {
  const place = placeIn(band, [91, 92, 93, 94].map(seed));
  const at = (value: number, half = 0): ReturnType<typeof place> =>
    place({
      ...{ metric: ACCURACY, what: 'value', epoch: 1, value },
      rounding: { lower: value - half, upper: value + half },
    });
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
  expect(
    place({ metric: ACCURACY, what: 'count', of: 1000, epoch: 1, value: 930, rounding: exactly(930) }),
  ).toMatchObject({
    band: { lower: 900, upper: 940 },
    quantile: 0.625,
  });
  expect(
    place({ metric: LOSS, what: 'value', epoch: 1, step: 64, value: 92, rounding: exactly(92) }),
  ).toMatchObject({
    ...{ verdict: 'pass', band: { lower: 90, upper: 93 }, quantile: 0.375, of: 4 },
  });
  expect(
    place({ metric: LOSS, what: 'value', epoch: 1, step: 64, value: 94, rounding: exactly(94) }),
  ).toMatchObject({
    verdict: 'fail',
  });
  // Not a batch that was logged for the band.
  expect(
    place({ metric: LOSS, what: 'value', epoch: 1, step: 96, value: 92, rounding: exactly(92) }),
  ).toEqual({
    verdict: 'no-reference',
  });
  expect(place({ metric: ACCURACY, what: 'final', value: 95, rounding: exactly(95) })).toMatchObject({
    verdict: 'fail',
  });
  expect(
    place({ metric: LOSS, what: 'value', epoch: 2, step: 64, value: 92, rounding: exactly(92) }),
  ).toEqual({
    verdict: 'no-reference',
  });
  // Of how many is not known.
  expect(
    place({ metric: ACCURACY, what: 'count', epoch: 1, value: 930, rounding: exactly(930) }),
  ).toMatchObject({ verdict: 'no-reference', quantile: 0.625 });
  expect(
    place({ metric: TEST_LOSS, what: 'value', epoch: 1, value: 1.5, rounding: exactly(1.5) }),
  ).toMatchObject({ verdict: 'fail', position: 2 });
});

test('what was counted of a share from 0 to 1 is placed by the share', () => {
  const share = { ...ACCURACY, kind: 'share' as const };
  const ofShare = { ...band, series: { ...band.series, accuracy: [cell(0.9, 0.94)] } };
  const rounding = { lower: 930, upper: 930 };
  expect(
    placeIn(ofShare, [])({ metric: share, what: 'count', of: 1000, epoch: 1, value: 930, rounding }),
  ).toMatchObject({ band: { lower: 900, upper: 940 } });
});
