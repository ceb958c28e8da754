import type { Experiment } from '../../experiment/types';
import type { Store } from '../../study/store';
import { parseSeedSearch, type SeedSearch } from '../seed/search';
import { readStored, type Stored } from '.';

/**
 * The searches for seeds of an experiment on a data set that a study keeps.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `golden-invalid`
 */
export function readStoredSearches(
  store: Store,
  experiment: Experiment,
  dataName: string,
): Promise<Stored<SeedSearch>[]> {
  return readStored(store, experiment, dataName, { folder: 'searches' }, parseSeedSearch);
}
