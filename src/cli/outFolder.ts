import { randomBytes } from 'node:crypto';
import { readdir, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
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
  await withFolder(folder, async () => {
    const probe = join(folder, `.assay-${randomBytes(6).toString('hex')}.probe`);
    await writeFileAtomic(probe, '');
    await unlink(probe);
  });
}

/** The first of `runs/<name>`, `runs/<name>-2`, `runs/<name>-3` … that is free. */
export async function freeRunFolder(name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = join('runs', n === 1 ? name : `${name}-${n}`);
    if (await isFree(folder)) return folder;
  }
}

/**
 * Makes a folder, and those on the way to it, for what `use` writes there. Those into which nothing has been written are taken back; one that
 * was there before stays, empty or not: the user made it, and may stand in it.
 *
 * @throws AssayError `file-unwritable`, beside what `use` throws.
 */
export async function withFolder<T>(folder: string, use: () => Promise<T>): Promise<T> {
  const missing = await missingFolders(folder);
  try {
    await makeFolder(folder);
    return await use();
  } finally {
    for (const made of missing) await rmdir(made).catch(() => undefined); // it is not empty
  }
}

/** The folder and those on the way to it that are not there, the innermost first. */
async function missingFolders(folder: string): Promise<string[]> {
  const isThere = await stat(folder).then(
    () => true,
    () => false,
  );
  return isThere ? [] : [folder, ...(await missingFolders(dirname(folder)))];
}

/** Whether there is nothing at `path`, or an empty folder. A file in its place is found out by the attempt to write. */
async function isFree(path: string): Promise<boolean> {
  const entries = await readdir(path).catch(() => []);
  return entries.length === 0;
}
