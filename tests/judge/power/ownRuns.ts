import type { EnsembleRun } from '../../../src/judge/bands';
import type { Metric } from '../../../src/study/types';
import { normal } from './luck';

export const METRICS: Metric[] = [
  { name: 'cost', kind: 'real', better: 'lower', per: 'epoch', decimals: 4 },
  { name: 'gain', kind: 'real', better: 'higher', per: 'epoch', decimals: 4 },
];
export const RULES = { metrics: METRICS, level: 0.95 };

/** Runs of three epochs, all of their luck shared, so that a shift in standard deviations is one of the whole run. */
export function runsOf(
  count: number,
  conditions: EnsembleRun['conditions'],
  random: () => number,
  slope = 10,
): EnsembleRun[] {
  return Array.from({ length: count }, (_, seed) => {
    const luck = METRICS.map(() => normal(random));
    const series = METRICS.map(({ name }, m) => [
      name,
      [1, 2, 3].map((epoch) => ({ epoch, value: -slope * epoch + luck[m] + 0.1 * normal(random) })),
    ]);
    return { conditions, seed, series: Object.fromEntries(series) as EnsembleRun['series'] };
  });
}
