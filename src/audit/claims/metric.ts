import { pythonFixed } from '../../base/printf';
import type { TestedEpoch } from '../views';
import type { Measure, Metric } from './claim';

export function valueOf(epoch: TestedEpoch, metric: Metric): number {
  return metric === 'accuracy' ? epoch.accuracy : epoch.testLoss;
}

export function show(metric: Metric, value: number): string {
  return metric === 'accuracy' ? `${pythonFixed(value, 2)} %` : pythonFixed(value, 4);
}

/** What is compared, in words. @param epoch as of the predicate `extreme` */
export function measureWords(measure: Measure, epoch: number | undefined): string {
  if (measure === 'gain in accuracy') return measure;
  if (epoch !== undefined) return `${measure} of epoch ${epoch}`;
  return measure === 'accuracy' || measure === 'test loss'
    ? `final ${measure}`
    : `${measure} at its greatest after epoch 1`;
}

/** `epochs 1, 2 and 4`. */
export function epochList(epochs: readonly number[]): string {
  if (epochs.length === 1) return `epoch ${epochs[0]}`;
  return `epochs ${epochs.slice(0, -1).join(', ')} and ${epochs[epochs.length - 1]}`;
}
