import { sha256Of } from './sha256';
import { randomBytes } from 'node:crypto';
import { constants } from 'node:buffer';
import { existsSync, readFileSync, writeSync } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  stat,
  unlink,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { AssayError, type ErrorCode } from './errors';
import { isGone, US } from './holder';
import { dirname, join, packagePath, relative } from './paths';
import { textOfBytes } from './utf8';

/**
 * Writes a file whole or not at all: to a temporary name in the same folder, flushed to the disk, then renamed.
 * After a failure the temporary file is gone and a file that was at `path` before is still there, unchanged. A link to a file stays one:
 * the file is written. A device or a pipe, such as /dev/stdout, is written to. What processes that were killed meanwhile have left in
 * the folder is removed.
 *
 * @throws AssayError `file-unwritable` when the system refuses (permission, full disk, missing folder …).
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const target = await realpath(path).catch(() => path); // there may be nothing yet
  const temporary = join(dirname(target), temporaryName());
  try {
    if (await isDeviceOrPipe(target)) {
      await writeFile(target, data);
      return;
    }
    await writeAndFlush(temporary, data);
    await rename(temporary, target);
    await removeLeftBehind(dirname(target));
  } catch (cause) {
    await unlink(temporary).catch(() => undefined); // it may never have been created
    throw fileError('file-unwritable', path, cause);
  }
}

/** Says whose it is, so that others can tell whether it will be renamed. */
function temporaryName(): string {
  return `.assay-${hostDigest()}-${US.pid}-${US.start}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Whether a file of this name is the temporary one of a process that is gone. */
export function isLeftBehind(name: string): boolean {
  const [, host, pid, start] = /^\.assay-([0-9a-f]+)-(\d+)-([0-9a-f]+)-[0-9a-f]+\.tmp$/.exec(name) ?? [];
  return host === hostDigest() && isGone({ pid: Number(pid), host: US.host, start });
}

/** The machine's name may have any length. */
function hostDigest(): string {
  return sha256Of(US.host).slice(0, 8);
}

async function removeLeftBehind(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []); // it may be one that can be written but not listed
  for (const name of names.filter(isLeftBehind)) await unlink(join(folder, name)).catch(() => undefined);
}

async function isDeviceOrPipe(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there !== undefined && !there.isFile() && !there.isDirectory();
}

async function writeAndFlush(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(data);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Writes all of the bytes, at `position` or where the file is. The system may take a part of them, when a disk fills up: it then refuses the
 * rest.
 */
export function writeWholeSync(file: number, bytes: Uint8Array, position?: number): void {
  for (let at = 0; at < bytes.length;) {
    at += writeSync(file, bytes, at, bytes.length - at, position === undefined ? null : position + at);
  }
}

/** More than this Node reads neither as bytes nor makes a text of. */
const MOST_BYTES = 2 ** 31 - 1;
export const MOST_TEXT_BYTES = constants.MAX_STRING_LENGTH;

/**
 * Reads a whole file. The limit holds for what is read, too: a device or a pipe has no size, and need not end.
 *
 * @throws AssayError `file-not-found` when there is no such file, `file-unreadable` when the system refuses to read it, or when it has
 *   more bytes than `most`.
 */
export async function readFileOrFail(path: string, most = MOST_BYTES): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      return await readAtMost(file, most, path);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError(isMissing(cause) ? 'file-not-found' : 'file-unreadable', path, cause);
  }
}

const FIRST_BYTES = 1 << 16;
/** The system takes no more at once. */
const MOST_BYTES_AT_ONCE = 1 << 30;

async function readAtMost(file: FileHandle, most: number, path: string): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > most) throw tooLarge(path, most, `${size} bytes`);
  let bytes = Buffer.allocUnsafe(Math.max(size, FIRST_BYTES) + 1); // and one to see the end by
  for (let length = 0; ;) {
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, most + 1));
    const room = Math.min(bytes.length - length, MOST_BYTES_AT_ONCE);
    const { bytesRead } = await file.read(bytes, length, room, null);
    if (bytesRead === 0) return bytes.subarray(0, length);
    length += bytesRead;
    if (length > most) throw tooLarge(path, most, `${length} bytes, and no end`);
  }
}

function tooLarge(where: string, most: number, got: string): AssayError {
  return new AssayError('file-unreadable', {
    what: 'the file is too large',
    where,
    expected: `at most ${most} bytes`,
    got,
  });
}

/** Reads a whole text in UTF-8, with the errors of {@link readFileOrFail}. */
export async function readTextOrFail(path: string, most = MOST_TEXT_BYTES): Promise<string> {
  return textOfBytes(await readFileOrFail(path, most));
}

/** A text of this package, which is there. */
export function readPackageText(...parts: readonly string[]): string {
  return readFileSync(packagePath(...parts), 'utf8');
}

/** Whether this package has a file. */
export function isInPackage(...parts: readonly string[]): boolean {
  return existsSync(packagePath(...parts));
}

/** Bytes of this package, which are there. */
export function readPackageBytes(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(packagePath(...parts)));
}

/** Whether there is a file or a folder of this path. */
export function isThere(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  return stat(path).then(
    (found) => (kind === 'file' ? found.isFile() : found.isDirectory()),
    () => false, // the attempt to read says it better
  );
}

/** What is in a folder, by name. Errors `file-not-found`, `file-unreadable`. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw fileError(isMissing(cause) ? 'file-not-found' : 'file-unreadable', folder, cause);
  });
  return names.sort();
}

/** Below a folder that somebody names: `/`, by mistake, has millions. */
const MOST_ENTRIES = 100_000;

/**
 * The files of a folder and of those below it, as paths from it with `/` between.
 *
 * @throws AssayError `file-unreadable`, also where there are too many
 */
export async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  const folders = [folder];
  let entryCount = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    const entries = await readdir(at, { withFileTypes: true }).catch((cause: unknown) => {
      throw fileError('file-unreadable', folder, cause);
    });
    entryCount += entries.length;
    if (entryCount > MOST_ENTRIES)
      throw new AssayError('file-unreadable', {
        what: 'too many files below the folder',
        where: folder,
        expected: `at most ${MOST_ENTRIES} files and folders`,
        got: 'more',
        hint: 'name the folder of one run',
      });
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) files.push(relative(folder, path).replaceAll('\\', '/'));
    }
  }
  return files.sort();
}

/**
 * Makes a folder and those on the way to it, unless they are there.
 *
 * @throws AssayError `file-unwritable`
 */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true }).catch((cause: unknown) => {
    throw fileError('file-unwritable', path, cause);
  });
}

type FileErrorCode = Extract<ErrorCode, `file-${string}`>;

const WHAT: Record<FileErrorCode, string> = {
  'file-not-found': 'the file does not exist',
  'file-unreadable': 'the file cannot be read',
  'file-unwritable': 'the file cannot be written',
};

/** What Node's `code` of a failed call means, and what can be done about it. */
const CAUSES: Record<string, { got: string; hint?: string }> = {
  EACCES: { got: 'permission denied', hint: 'check who owns the file and its folder' },
  EPERM: { got: 'operation not permitted', hint: 'check who owns the file and its folder' },
  ENOENT: { got: 'no such file or folder', hint: 'check the path; a folder on the way to it may be missing' },
  ENOTDIR: { got: 'a part of the path is a file, not a folder', hint: 'choose another path' },
  EEXIST: { got: 'a file is in the way', hint: 'choose another path' },
  EISDIR: { got: 'it is a folder', hint: 'give the path of a file' },
  ENOSPC: { got: 'no space left on the disk', hint: 'free some space, or choose another disk' },
  EDQUOT: { got: 'disk quota exceeded', hint: 'free some space, or choose another disk' },
  EFBIG: { got: 'the file would be larger than it may be', hint: 'choose another disk, or a higher limit' },
  EROFS: { got: 'the file system is read-only', hint: 'choose another folder' },
  ERR_INVALID_ARG_VALUE: { got: 'the path has a NUL', hint: 'choose another path' },
  ENAMETOOLONG: { got: 'the name is too long', hint: 'choose a shorter one' },
};

/**
 * The {@link AssayError} for a failed file system call; what is not a system error (our bug) is returned as it came.
 *
 * @param where the path the user knows, rather than the temporary one that the system complained about.
 */
export function fileError(code: FileErrorCode, where: string, cause: unknown): unknown {
  const systemCode = systemCodeOf(cause);
  if (systemCode === undefined) return cause;
  const { got, hint } = CAUSES[systemCode] ?? { got: (cause as Error).message };
  return new AssayError(code, { what: WHAT[code], where, got: `${got} (${systemCode})`, hint }, { cause });
}

/** Whether the system said that a file, or a folder on the way to it, is not there. */
export function isMissing(cause: unknown): boolean {
  return systemCodeOf(cause) === 'ENOENT';
}

/** By shape and not by `instanceof Error`: under jest, Node's own errors come from another realm. */
function systemCodeOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause) || typeof cause.code !== 'string')
    return undefined;
  // Node itself refuses a path with a NUL, before it asks the system.
  return 'syscall' in cause || cause.code === 'ERR_INVALID_ARG_VALUE' ? cause.code : undefined;
}
