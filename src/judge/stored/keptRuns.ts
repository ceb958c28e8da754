import { AssayError } from '../../base/errors';
import { readFileOrFail } from '../../base/files';
import { textOfBytes } from '../../base/utf8';
import { parseRuns } from '../../run/keptRuns';
import type { Run } from '../../run/run';
import { ensembleFile, type Store } from '../../study/store';

/**
 * The runs of another trainer that a study's bands were made of; undefined where there are none.
 *
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export async function readKeptRuns(
  store: Store,
): Promise<{ readonly runs: readonly Run[]; readonly path: string; readonly bytes: Uint8Array } | undefined> {
  const path = ensembleFile(store);
  try {
    const bytes = await readFileOrFail(path);
    return { runs: parseRuns(textOfBytes(bytes), path), path, bytes };
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}
