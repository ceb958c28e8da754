import { parseEnsemble, type Ensemble } from '../../run/ensemble';
import type { Experiment } from '../../experiment/types';
import type { Store } from '../../study/store';
import { readStored, type Stored } from '.';

/**
 * The ensembles of an experiment on a data set that a study keeps, of whatever numbers of epochs.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export function readStoredEnsembles(
  store: Store,
  experiment: Experiment,
  dataName: string,
): Promise<Stored<Ensemble>[]> {
  return readStored(store, experiment, dataName, { folder: 'ensembles', file: 'runs.jsonl' }, parseEnsemble);
}
