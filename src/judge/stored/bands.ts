import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import { bandsFile, type Store } from '../../study/store';
import { parseBands, type Bands } from '../bands';

/**
 * The bands of a data set that a study keeps; undefined where none were computed.
 *
 * @param dataSet as a log or a record names it, in upper or lower case; left out, of the runs of another trainer
 * @throws AssayError `json-syntax`, `bands-invalid`, `file-unreadable`
 */
export async function readStoredBands(store: Store, dataSet?: string): Promise<Bands | undefined> {
  if (dataSet !== undefined && !/^[\w-]+$/.test(dataSet)) return undefined; // a folder's path, or nothing that could be a file's name
  const path = bandsFile(store, dataSet);
  try {
    return parseBands(await readTextOrFail(path), path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}
