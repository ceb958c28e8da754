import { parseEnsemble, type Ensemble } from '../log/ensemble';
import type { Experiment } from '../spec/types';
import { readStored, type Stored } from './stored';

/**
 * The ensembles of an experiment on its data set that come with this package, of whatever numbers of epochs.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export function readStoredEnsembles(experiment: Experiment): Promise<Stored<Ensemble>[]> {
  return readStored(experiment, { folder: 'ensembles', file: 'runs.jsonl' }, parseEnsemble);
}
