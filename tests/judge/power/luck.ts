import type { JointRun } from '../../../src/judge/jointly';
import type { Metric } from '../../../src/study/types';

/** Runs whose luck is known, to ask how often a gate is wrong. */

export type Draw = () => number;

export const METRICS: Metric[] = [
  { name: 'cost', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
  { name: 'score', kind: 'real', better: 'higher', per: 'epoch', decimals: 4 },
];

export const CHANCE = { classes: 10, crossEntropy: ['cost'], accuracy: [] };

/** Box and Muller's. */
export function normal(random: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What a run's luck is drawn from: shapes that are not alike. */
export const LUCK: Record<string, (random: Draw) => number> = {
  normal,
  skewed: (random) => Math.exp(normal(random)) / 2,
  heavy: (random) => normal(random) / Math.sqrt((normal(random) ** 2 + normal(random) ** 2) / 2), // Student's t, 2 degrees
  'few values': (random) => Math.round(1.5 * random()),
};

/** Five epochs that share most of a run's luck; some runs never learn, and a few end in NaN. */
export function drawRun(random: Draw, luck: (random: Draw) => number, collapses: number): JointRun {
  const never = random() < collapses;
  const diverges = random() < collapses / 10;
  const own = luck(random);
  const series = (base: number): { epoch: number; value: number }[] =>
    Array.from({ length: 5 }, (_, i) => ({
      epoch: i + 1,
      value: base / (i + 1) + 0.1 * own + 0.05 * luck(random),
    }));
  const guess = Array.from({ length: 5 }, (_, i) => ({ epoch: i + 1, value: Math.log(10) }));
  return {
    series: {
      cost: never ? guess : series(5).map((point) => (diverges ? { ...point, value: NaN } : point)),
      score: series(1),
    },
  };
}
