import { AssayError } from '../../base/errors';
import { namesIn, readTextOrFail } from '../../base/files';
import { basename, join } from '../../base/paths';
import { parseRuns } from '../../run/keptRuns';
import { faultsFolder, type Store } from '../../study/store';
import type { FaultyRuns } from '../power/faultyRuns';

/**
 * The runs of trainers that are known to be wrong that a study keeps, by the names of the faults; none where there is no such folder.
 *
 * @param dataName in lower case; left out, of the runs of another trainer
 * @throws AssayError `file-unreadable`, `json-syntax`, `ensemble-invalid`
 */
export async function readStoredFaults(store: Store, dataName?: string): Promise<FaultyRuns[]> {
  const folder = faultsFolder(store, dataName);
  const names = await namesIn(folder).catch((error: unknown): string[] => {
    if (error instanceof AssayError && error.code === 'file-not-found') return [];
    throw error;
  });
  return Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .map(async (file) => {
        const path = join(folder, file);
        return { name: basename(file, '.jsonl'), runs: parseRuns(await readTextOrFail(path), path) };
      }),
  );
}
