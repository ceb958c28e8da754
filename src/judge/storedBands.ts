import { join } from 'node:path';
import { AssayError } from '../errors';
import { readTextOrFail } from '../files';
import { parseBands, type Bands } from './bands';

const FOLDER = join(__dirname, '../../golden/lr-experiment/bands');

/**
 * The bands of a data set that come with this package; undefined where none were computed.
 *
 * @param dataSet as a log or a record names it, in upper or lower case
 * @throws AssayError `json-syntax`, `bands-invalid`, `file-unreadable`
 */
export async function readStoredBands(dataSet: string): Promise<Bands | undefined> {
  if (!/^[\w-]+$/.test(dataSet)) return undefined; // a folder's path, or nothing that could be a file's name
  const path = storedBandsPath(dataSet);
  try {
    return parseBands(await readTextOrFail(path), path);
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}

/** Where they are, if there are any. */
export function storedBandsPath(dataSet: string): string {
  return join(FOLDER, `${dataSet.toLowerCase()}.json`);
}
