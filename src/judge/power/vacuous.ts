import { AssayError } from '../../base/errors';
import { conditionsText } from '../../run/run';
import type { Metric } from '../../study/types';
import type { Band, Bands } from '../bands';
import { fromScale, toScale } from '../scale';
import { shifted } from './faults';

/** Standard deviations that no gate may overlook, in every number at once. */
export const VACUOUS_SHIFT = 10;

/**
 * A band is vacuous when a run passes of which every number is {@link VACUOUS_SHIFT} standard deviations worse than the mean, or as much of it
 * as its metric can be. A number that all runs have alike sees any other.
 */
export function isVacuous(band: Band, metrics: readonly Metric[]): boolean {
  return metrics.every((metric) => {
    const cells = band.series[metric.name];
    const points = cells.map(({ mean }) => ({ value: fromScale(metric, mean) }));
    const worse = shifted(
      [{ metric, moments: cells }],
      VACUOUS_SHIFT,
      'worse',
    )({ series: { [metric.name]: points } });
    return worse.series[metric.name].every(({ value }, c) => {
      const { mean, sd } = cells[c];
      return sd > 0 && Math.abs(toScale(metric, value) - mean) / sd <= band.quantile;
    });
  });
}

/** @throws AssayError `bands-vacuous` */
export function checkNotVacuous({ bands }: Bands, metrics: readonly Metric[]): void {
  const vacuous = bands.filter((band) => isVacuous(band, metrics));
  if (vacuous.length === 0) return;
  const [{ conditions, quantile, scores }] = vacuous;
  throw new AssayError('bands-vacuous', {
    what: 'a band that refuses nothing',
    where: vacuous.map(({ conditions }) => conditionsText(conditions) || 'all runs').join('; '),
    expected: `a band that a run fails whose numbers are all ${VACUOUS_SHIFT} standard deviations worse than the mean`,
    got: `${conditionsText(conditions) || 'all runs'}: up to ${quantile.toFixed(1)} pass, for a run is as far from the others; the next farthest is ${(scores.at(-2) ?? 0).toFixed(1)} from them`,
    hint: 'look for a run that is unlike all others, and leave it out with its reason; or add seeds',
  });
}
