import { deviation } from '../../statistics/conformal';
import type { Metric } from '../../study/types';
import type { Band } from '../bands';
import type { Guess } from '../collapse';
import type { JointRun, PreparedRun } from '../jointly';
import { placeInBand } from '../placement';
import { scoreOfCollapsed } from '../score';

/**
 * Whether `placeInBand` fails a run with numbers in the places of the band; no more than that is asked, many thousand times. A printed number
 * stands for several, which only `placeInBand` knows.
 */
export function isRefused(
  run: JointRun,
  { fate, cells }: PreparedRun,
  band: Band,
  metrics: readonly Metric[],
  guess: Guess | undefined,
): boolean {
  if (metrics.some(({ name }) => run.series[name].some(({ decimals }) => decimals !== undefined)))
    return placeInBand(run, band, metrics, guess).verdict === 'fail';
  if (fate === 'collapsed') return scoreOfCollapsed(band.collapse?.collapsed ?? 0) > band.quantile;
  return metrics.some(({ name }, m) => {
    const ofBand = band.series[name];
    return cells[m].some((cell, c) => deviation(cell, ofBand[c]) > band.quantile);
  });
}
