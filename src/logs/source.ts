import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { fileError, MOST_TEXT_BYTES, readFileOrFail } from '../base/files';
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
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    () => false, // the attempt to read says it better
  );
  if (!isFolder) {
    const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
    return { path, isFolder: false, files: [{ name: basename(path), bytes }] };
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw fileError('file-unreadable', path, cause);
  });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => name === RECORD || FORMATS.some((format) => format.isInFolder?.(name)))
    .sort()
    .slice(0, MOST_FILES);
  const files = [];
  for (const name of names)
    files.push({ name, bytes: await readFileOrFail(join(path, name), MOST_TEXT_BYTES) });
  return { path, isFolder: true, files };
}
