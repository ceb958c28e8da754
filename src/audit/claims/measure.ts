import { pythonFixed } from '../../base/printf';
import { pluralOf } from '../../base/words';
import type { Point } from '../../run/run';
import type { Metric } from '../../study/types';
import type { RunNumbers } from '../types';
import { epochPoints, epochsOf } from '../views';
import { show, showDifference } from '../words';
import type { Measure, Spread } from './claim';
import { rangeOf } from './numbers';

export interface Measured {
  readonly value: number;
  readonly text: string;
  readonly line?: number;
}

/** `gain in accuracy`, `range of losses` */
export function measureName({ metric, of }: Measure): string {
  if (of === undefined) return metric;
  return of === 'gain' ? `gain in ${metric}` : `${of} of ${pluralOf(metric)}`;
}

/** What is compared, in words. */
export function measureWords(measure: Measure): string {
  const { of, epoch } = measure;
  const name = measureName(measure);
  if (of === 'gain') return name;
  if (epoch !== undefined) return `${name} of epoch ${epoch}`;
  return of === undefined ? `final ${name}` : `${name} at its greatest from epoch 2 on`;
}

/** A number of a run, and its words; undefined when it is not known. */
export function measureOf(run: RunNumbers, metric: Metric, { of, epoch }: Measure): Measured | undefined {
  if (of === 'range' || of === 'standard deviation') return widest(run, metric, epoch, SPREADS[of]);
  const points = epochPoints(run, metric);
  const last = points.at(-1);
  if (of === 'gain') {
    if (last === undefined || points.length < 2) return undefined;
    const value = last.value - points[0].value;
    return Number.isNaN(value) ? undefined : { value, text: showDifference(metric, value), line: last.line };
  }
  const at = epoch === undefined ? last : points.find((point) => point.epoch === epoch);
  if (at === undefined || Number.isNaN(at.value)) return undefined;
  return { value: at.value, text: show(metric, at.value), line: at.line };
}

/** The greatest spread within an epoch; undefined when that of one is not known. */
function widest(
  run: RunNumbers,
  metric: Metric,
  epoch: number | undefined,
  spreadOf: (points: readonly Point[]) => Extent | undefined,
): Measured | undefined {
  const epochs = epochsOf(run);
  // The first epoch begins with an untrained model, whatever it is trained with.
  const first = Math.min(1, ...epochs);
  const some = epochs.filter((own) => (epoch === undefined ? own > first : own === epoch));
  const points = epochPoints(run, metric);
  const spreads = some
    .map((epoch) => spreadOf(points.filter((point) => point.epoch === epoch)))
    .filter((spread) => spread !== undefined);
  if (spreads.length === 0 || spreads.length < some.length) return undefined;
  const { value, line } = spreads.reduce((a, b) => (b.value > a.value ? b : a));
  return { value, text: pythonFixed(value, Math.max(0, metric.decimals - 1)), line };
}

type Extent = Pick<Measured, 'value' | 'line'>;

const SPREADS: Readonly<Record<Spread, (points: readonly Point[]) => Extent | undefined>> = {
  range: (points) => {
    const range = rangeOf(points);
    return range && { value: range.greatest.value - range.least.value, line: range.greatest.line };
  },
  /** Of the epoch's numbers as a sample. */
  'standard deviation': (points) => {
    if (points.length < 2) return undefined;
    const mean = points.reduce((sum, { value }) => sum + value, 0) / points.length;
    const squares = points.reduce((sum, { value }) => sum + (value - mean) ** 2, 0);
    const value = Math.sqrt(squares / (points.length - 1));
    return Number.isNaN(value) ? undefined : { value, line: points[0].line };
  },
};
