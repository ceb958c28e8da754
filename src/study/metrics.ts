import type { Metric, Study } from './types';

/** The metric of the losses of batches, by which runs of one seed are told: the first cross-entropy that is told per step. */
export function lossMetricOf({ metrics, chance }: Pick<Study, 'metrics' | 'chance'>): Metric | undefined {
  return metrics.find(({ name, per }) => per === 'step' && chance?.crossEntropy.includes(name));
}
