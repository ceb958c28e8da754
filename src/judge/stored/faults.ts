import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { fileError, readTextOrFail } from '../../base/files';
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
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException): string[] => {
    if (cause.code === 'ENOENT') return [];
    throw fileError('file-unreadable', folder, cause);
  });
  return Promise.all(
    names
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map(async (file) => {
        const path = join(folder, file);
        return { name: parse(file).name, runs: parseRuns(await readTextOrFail(path), path) };
      }),
  );
}
