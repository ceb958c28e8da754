import { pythonFixed } from '../../log/printf';
import type { TestedEpoch } from '../audit/views';
import type { Metric } from './claim';

export function valueOf(epoch: TestedEpoch, metric: Metric): number {
  return metric === 'accuracy' ? epoch.accuracy : epoch.testLoss;
}

export function show(metric: Metric, value: number): string {
  return metric === 'accuracy' ? `${pythonFixed(value, 2)} %` : pythonFixed(value, 4);
}

/** `epochs 1, 2 and 4`. */
export function epochList(epochs: readonly number[]): string {
  if (epochs.length === 1) return `epoch ${epochs[0]}`;
  return `epochs ${epochs.slice(0, -1).join(', ')} and ${epochs[epochs.length - 1]}`;
}
