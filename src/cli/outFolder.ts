import { readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AssayError } from '../base/errors';
import { isLeftBehind, isMissing, makeFolder } from '../base/files';
import { Lock } from '../base/lock';

/**
 * Proves that a folder can be made and written, before minutes of computing depend on it. What it makes for that, it removes.
 *
 * @throws AssayError as `withNewFolder`
 */
export async function checkOutFolder(folder: string): Promise<void> {
  await withNewFolder(folder, async () => undefined);
}

/** The first of `runs/<name>`, `runs/<name>-2`, `runs/<name>-3` … that is free. */
export async function freeRunFolder(name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const folder = join('runs', n === 1 ? name : `${name}-${n}`);
    if ((await isEmpty(folder)) && !Lock.isTaken(lockOf(folder))) return folder;
  }
}

/**
 * As {@link withFolder}, for a folder with nothing in it: of two that are given one at the same time, only one has it.
 *
 * @throws AssayError `usage` when there is something in it, for nothing is overwritten
 */
export async function withNewFolder<T>(folder: string, use: () => Promise<T>): Promise<T> {
  return withFolder(folder, async () => {
    await checkEmpty(folder); // now that nobody else writes there
    return use();
  });
}

/**
 * Makes a folder, and those on the way to it, for what `use` writes there, and keeps it from other processes meanwhile. Those folders
 * into which nothing has been written are taken back; one that was there before stays, empty or not: the user made it, and may stand in it.
 *
 * @throws AssayError `folder-busy`, `file-unwritable`, beside what `use` throws.
 */
export async function withFolder<T>(folder: string, use: () => Promise<T>): Promise<T> {
  const missing = await missingFolders(folder);
  try {
    const lock = await lockFolder(folder);
    try {
      return await use();
    } finally {
      lock.release();
    }
  } finally {
    for (const made of missing) await rmdir(made).catch(() => undefined); // it is not empty
  }
}

/**
 * A process that only proves that it can write here may take the folder back, while it is made or before the lock is in it: then it is made
 * again.
 */
async function lockFolder(folder: string): Promise<Lock> {
  for (let attempt = 1; ; attempt++) {
    try {
      await makeFolder(folder);
      return Lock.of(lockOf(folder), folder, 'folder-busy');
    } catch (error) {
      if (attempt === MOST_ATTEMPTS || !isMissing((error as Error).cause)) throw error;
    }
  }
}

/** Each may be lost to a process that does nothing else. Ten in a row were, in a run of the whole suite. */
const MOST_ATTEMPTS = 100;

const LOCK = '.assay.lock';

function lockOf(folder: string): string {
  return join(folder, LOCK);
}

async function checkEmpty(folder: string): Promise<void> {
  if (await isEmpty(folder)) return;
  throw new AssayError('usage', {
    what: '--out holds files already',
    where: folder,
    expected: 'a new or an empty folder: nothing is overwritten',
    hint: 'choose another one, or continue a run that was stopped with `assay run --resume`',
  });
}

/** The folder and those on the way to it that are not there, the innermost first. What cannot be one is found out by the attempt to make it. */
async function missingFolders(folder: string): Promise<string[]> {
  const missing: string[] = [];
  for (let path = folder; await isNotThere(path); path = dirname(path)) missing.push(path);
  return missing;
}

function isNotThere(path: string): Promise<boolean> {
  return stat(path).then(() => false, isMissing);
}

/**
 * Whether there is nothing at `path`, or a folder with nothing in it but what processes that were killed have left. A file in its place is
 * found out by the attempt to write.
 */
async function isEmpty(path: string): Promise<boolean> {
  const names = await readdir(path).catch(() => []);
  return names.every((name) => name === LOCK || isLeftBehind(name));
}
