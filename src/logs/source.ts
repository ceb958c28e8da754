import { filesBelow, isThere, MOST_TEXT_BYTES, readFileOrFail } from '../base/files';
import { basename, join } from '../base/paths';
import type { LogSource } from './format';
import { FORMATS } from './index';

/** More would be no folder of a run. */
const MOST_FILES = 10_000;

/** What a run of ours leaves in its folder. */
const RECORD = 'run.json';

/**
 * A file, or a folder with what formats read of all that is below it: there may be checkpoints, too.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`
 */
export async function openSource(path: string): Promise<LogSource> {
  if (!(await isThere(path, 'folder'))) {
    const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
    return { path, isFolder: false, files: [{ name: basename(path), bytes }] };
  }
  const all = await filesBelow(path);
  const names = all
    .filter((name) => name === RECORD || FORMATS.some((format) => format.isInFolder?.(name)))
    .slice(0, MOST_FILES);
  const files = [];
  for (const name of names)
    files.push({ name, bytes: await readFileOrFail(join(path, name), MOST_TEXT_BYTES) });
  return { path, isFolder: true, files, alongside: all.filter((name) => !name.includes('/')) };
}
