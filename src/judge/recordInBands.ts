import type { RunRecord } from '../run/record';
import type { Experiment } from '../experiment/types';
import type { Band, Bands } from './bands';
import { judgedRunOfRecord } from './curve';
import { chanceOf, placeInBand, type Placement } from './placement';

export type RecordInBands =
  | { readonly band: Band; readonly placement: Placement }
  /** Why it cannot be judged. */
  | { readonly noReference: string };

/** Places a record in the band of its learning rate, if there is one that is about its experiment and its data. */
export function placeRecord(
  record: RunRecord,
  bands: Bands | undefined,
  { data, training }: Experiment,
): RecordInBands {
  if (bands === undefined) return { noReference: `there are no bands for ${record.data.name} yet` };
  if (bands.experiment.sha256 !== record.spec.sha256)
    return { noReference: 'the bands are those of another experiment' };
  if (bands.data.sha256 !== record.data.sha256)
    return { noReference: 'the bands are those of another data set' };
  const band = bands.bands.find(({ lr }) => lr === record.lr);
  if (band === undefined) return { noReference: `there is no band for the learning rate ${record.lr}` };
  if (record.epochs.length === 0) return { noReference: 'no epoch of the run was finished' };
  return { band, placement: placeInBand(judgedRunOfRecord(record, training), band, chanceOf(bands, data)) };
}
