import { randomBytes } from 'node:crypto';
import { readdir, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { AssayError } from '../errors';
import { makeFolder, writeFileAtomic } from '../files';

/**
 * Proves that a folder can be made and written, before minutes of computing depend on it. What it makes for that, it removes.
 *
 * @throws AssayError `usage` when there is something in it, for nothing is overwritten; `file-unwritable`.
 */
export async function checkOutFolder(folder: string): Promise<void> {
  if (!(await isFree(folder))) {
    throw new AssayError('usage', {
      what: '--out holds files already',
      where: folder,
      expected: 'a new or an empty folder: nothing is overwritten',
      hint: 'choose another one, or continue a run that was stopped with `assay run --resume`',
    });
  }
  await makeFolder(folder);
  const probe = join(folder, `.assay-${randomBytes(6).toString('hex')}.probe`);
  await writeFileAtomic(probe, '');
  await unlink(probe);
  await removeIfEmpty(folder);
}

/** The first of `runs/<name>`, `runs/<name>-2`, `runs/<name>-3` … that is free. */
export async function freeRunFolder(name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = join('runs', n === 1 ? name : `${name}-${n}`);
    if (await isFree(folder)) return folder;
  }
}

/** Takes back a folder into which nothing has been written. */
export async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

/** Whether there is nothing at `path`, or an empty folder. A file in its place is found out by the attempt to write. */
async function isFree(path: string): Promise<boolean> {
  const entries = await readdir(path).catch(() => []);
  return entries.length === 0;
}
