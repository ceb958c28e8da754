import { alea } from 'seedrandom';
import { makeBand, makeBandsAtHand, type EnsembleRun } from '../../../src/judge/bands';
import { checkNotVacuous, isVacuous } from '../../../src/judge/power/vacuous';
import type { Metric } from '../../../src/study/types';
import { refusal } from '../../refusal';

const LOSS: Metric = { name: 'loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 };
const SHARE: Metric = { name: 'share', kind: 'percent', better: 'higher', per: 'epoch', decimals: 2 };

function runOf(seed: number, values: Readonly<Record<string, number>>): EnsembleRun {
  const series = Object.entries(values).map(([name, value]) => [name, [{ epoch: 1, value }]]);
  return { conditions: {}, seed, series: Object.fromEntries(series) as EnsembleRun['series'] };
}

const random = alea('vacuous');
const losses = Array.from({ length: 19 }, () => 1 + 0.1 * random());
const isOf = (runs: readonly EnsembleRun[], metrics: readonly Metric[]): boolean =>
  isVacuous(makeBand(runs, metrics, 0.95), metrics);
const ofLosses = (values: readonly number[]): EnsembleRun[] => values.map((loss, i) => runOf(i, { loss }));

test('a band of runs that are alike is not vacuous', () => {
  expect(isOf(ofLosses(losses), [LOSS])).toBe(false);
});

test('one with a run far from all others is: it lets everything pass up to there', () => {
  const wild = ofLosses([...losses, 30]);
  expect(isOf(wild, [LOSS])).toBe(true);
  const bands = makeBandsAtHand(wild, {}, { metrics: [LOSS], level: 0.95 });
  expect(refusal(() => checkNotVacuous(bands, [LOSS]))).toMatchObject({
    code: 'bands-vacuous',
    facts: { where: 'all runs', got: expect.stringMatching(/up to \d+\.\d pass/) as string },
  });
});

test('where the band may leave out the farthest, it is not', () => {
  const many = Array.from({ length: 40 }, (_, i) => losses[i % 19] + 1e-3 * i);
  expect(isOf(ofLosses([...many, 30]), [LOSS])).toBe(false);
});

test('one that goes as far as its metric can is, however few standard deviations that are', () => {
  const anything = Array.from({ length: 20 }, (_, i) => runOf(i, { share: 5 * i + 1 }));
  expect(isOf(anything, [SHARE])).toBe(true);
  // Another metric that it would be seen by is enough.
  const withLoss = anything.map((run, i) => ({
    ...run,
    series: { ...run.series, loss: [{ epoch: 1, value: losses[i % 19] }] },
  }));
  expect(isOf(withLoss, [SHARE, LOSS])).toBe(false);
});

test('a number that all runs have alike sees any other', () => {
  expect(isOf(ofLosses(Array<number>(19).fill(1)), [LOSS])).toBe(false);
});
