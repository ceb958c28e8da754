import type { Experiment } from '../spec/types';
import { parseSeedSearch, type SeedSearch } from './seed/search';
import { readStored, type Stored } from './stored';

/**
 * The searches for seeds of an experiment on its data set that come with this package.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `golden-invalid`
 */
export function readStoredSearches(experiment: Experiment): Promise<Stored<SeedSearch>[]> {
  return readStored(experiment, { folder: 'searches' }, parseSeedSearch);
}
