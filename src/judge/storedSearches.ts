import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, readFileOrFail } from '../files';
import type { Experiment } from '../spec/types';
import { parseSeedSearch, type SeedSearch } from './seed/search';

const FOLDER = join(__dirname, '../../golden/seed-searches');

/** A search for seeds that comes with this package. */
export interface StoredSearch extends SeedSearch {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The searches for seeds of an experiment on its data set.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `golden-invalid`
 */
export async function readStoredSearches({ sha256, data }: Experiment): Promise<StoredSearch[]> {
  const names = await readdir(FOLDER).catch((cause: unknown) => {
    throw fileError('file-unreadable', FOLDER, cause);
  });
  const searches = await Promise.all(
    names.sort().map(async (name) => {
      const path = join(FOLDER, name);
      const bytes = await readFileOrFail(path);
      return { ...parseSeedSearch(bytes.toString('utf8'), path), path, bytes };
    }),
  );
  return searches.filter(
    (search) => search.experiment.sha256 === sha256 && search.data.name === data.name.toLowerCase(),
  );
}
