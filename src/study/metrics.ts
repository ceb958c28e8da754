import type { Metric, Study } from './types';

/** The metric of batch losses, by which runs of one seed are recognised: the first cross-entropy that is logged per step. */
export function lossMetricOf({ metrics, chance }: Pick<Study, 'metrics' | 'chance'>): Metric | undefined {
  return metrics.find(({ name, per }) => per === 'step' && chance?.crossEntropy.includes(name));
}
