import { AssayError } from '../../base/errors';
import { namesIn, readFileOrFail } from '../../base/files';
import { join } from '../../base/paths';
import { textOfBytes } from '../../base/utf8';
import type { Experiment } from '../../experiment/types';
import type { Store } from '../../study/store';

/** What it is about. */
interface About {
  readonly experiment: { readonly sha256: string };
  readonly data: { readonly name: string };
}

/** Something that a study keeps, and the file that it is from. */
export type Stored<T> = T & { readonly path: string; readonly bytes: Uint8Array };

/**
 * What a folder of the store has about an experiment on a data set, in the order of the names; nothing where there is no such folder.
 *
 * @param dataName in upper or lower case
 * @param file of an entry of the folder, where entries are folders
 * @throws AssayError `file-unreadable`, or what `parse` throws
 */
export async function readStored<T extends About>(
  { golden }: Store,
  { sha256 }: Experiment,
  dataName: string,
  { folder, file = '' }: { readonly folder: string; readonly file?: string },
  parse: (text: string, where: string) => T,
): Promise<Stored<T>[]> {
  const entries = join(golden, folder);
  const names = await namesIn(entries).catch((error: unknown): string[] => {
    if (error instanceof AssayError && error.code === 'file-not-found') return [];
    throw error;
  });
  const all = await Promise.all(
    names.map(async (name) => {
      const path = join(entries, name, file);
      const bytes = await readFileOrFail(path);
      return { ...parse(textOfBytes(bytes), path), path, bytes };
    }),
  );
  return all.filter((of) => of.experiment.sha256 === sha256 && of.data.name === dataName.toLowerCase());
}
