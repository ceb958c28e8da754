import type { Experiment } from '../experiment/types';
import { conditionsText, sameConditions, type Run } from '../run/run';
import type { Study } from '../study/types';
import type { Band, Bands } from './bands';
import { guessOf, placeInBand, type Placement } from './placement';

export type RunInBands =
  | { readonly band: Band; readonly placement: Placement }
  /** Why it cannot be judged. */
  | { readonly noReference: string };

/** Places a recorded run in the band of its conditions, if there is one that is about its experiment and its data. */
export function placeRecorded(
  run: Run,
  bands: Bands | undefined,
  { data }: Pick<Experiment, 'data'>,
  { metrics, chance }: Pick<Study, 'metrics' | 'chance'>,
): RunInBands {
  const { dataName, dataSha256, experimentSha256 } = run.stated;
  if (bands === undefined) return { noReference: `there are no bands for ${dataName?.value} yet` };
  if (bands.experiment?.sha256 !== experimentSha256?.value)
    return { noReference: 'the bands are those of another experiment' };
  if (bands.data?.sha256 !== dataSha256?.value)
    return { noReference: 'the bands are those of another data set' };
  const band = bands.bands.find(({ conditions }) => sameConditions(conditions, run.conditions));
  if (band === undefined) return { noReference: `there is no band for ${conditionsText(run.conditions)}` };
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  if (perEpoch.every(({ name }) => (run.series[name] ?? []).length === 0))
    return { noReference: 'no epoch of the run was finished' };
  return { band, placement: placeInBand(run, band, metrics, guessOf(bands, chance, data.testCount)) };
}
