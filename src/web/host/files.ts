import { gunzipSync } from 'fflate';
import builtIn from 'built-in';
import kernels from 'kernels';
import { AssayError } from '../../base/errors';
import { textOfBytes } from '../../base/utf8';
import { join, packagePath } from './paths';

/**
 * What `base/files` is in a browser: the files of the package that were built into the page, and those that were dropped on it. Names that
 * are relative are those of the dropped files first, then of the package, as if the page were opened in its folder. Nothing is written.
 */

const packageFiles = new Map(
  Object.entries(JSON.parse(textOfBytes(gunzipSync(builtIn))) as Record<string, string>).map(
    ([path, text]) => [packagePath(path), text] as const,
  ),
);
let dropped: ReadonlyMap<string, Uint8Array> = new Map();

export interface DroppedFile {
  /** With its folders, `/` between. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The files that there are from now on, beside those of the package. */
export function setDropped(files: readonly DroppedFile[]): void {
  dropped = new Map(files.map(({ path, bytes }) => [join(path), bytes]));
}

/** More than this no browser makes a text of. */
export const MOST_TEXT_BYTES = 2 ** 29 - 24;

/** @throws AssayError `file-not-found`; `file-unreadable` when it has more bytes than `most` */
export async function readFileOrFail(path: string, most = Infinity): Promise<Uint8Array> {
  const bytes = bytesOf(path);
  if (bytes === undefined)
    throw new AssayError('file-not-found', {
      what: 'the file does not exist',
      where: path,
      got: 'no such file or folder (ENOENT)',
      hint: 'check the path; a folder on the way to it may be missing',
    });
  if (bytes.length <= most) return bytes;
  const [expected, got] = [`at most ${most} bytes`, `${bytes.length} bytes`];
  throw new AssayError('file-unreadable', { what: 'the file is too large', where: path, expected, got });
}

export async function readTextOrFail(path: string, most = MOST_TEXT_BYTES): Promise<string> {
  return textOfBytes(await readFileOrFail(path, most));
}

export function readPackageText(...parts: readonly string[]): string {
  const text = packageFiles.get(packagePath(...parts));
  if (text === undefined) throw new Error(`${parts.join('/')} was not built into the page`);
  return text;
}

export function isInPackage(...parts: readonly string[]): boolean {
  return packageFiles.has(packagePath(...parts));
}

export function readPackageBytes(...parts: readonly string[]): Uint8Array<ArrayBuffer> {
  if (parts.join('/') === 'dist/engine/wasm/kernels.wasm') return kernels;
  throw new Error(`${parts.join('/')} was not built into the page`);
}

export async function isThere(path: string, kind: 'file' | 'folder'): Promise<boolean> {
  return kind === 'file' ? bytesOf(path) !== undefined : pathsBelow(path).length > 0;
}

export async function namesIn(folder: string): Promise<string[]> {
  const names = [...new Set(pathsBelow(folder).map((path) => path.split('/')[0]))];
  if (names.length > 0) return names.sort();
  throw new AssayError('file-not-found', { what: 'the file does not exist', where: folder });
}

export async function filesBelow(folder: string): Promise<string[]> {
  return pathsBelow(folder).sort();
}

export async function writeFileAtomic(path: string, _data: string | Uint8Array): Promise<void> {
  throw unwritable(path);
}

export async function makeFolder(path: string): Promise<void> {
  throw unwritable(path);
}

function unwritable(where: string): AssayError {
  return new AssayError('file-unwritable', {
    what: 'the file cannot be written',
    where,
    got: 'a page in a browser',
  });
}

function bytesOf(path: string): Uint8Array | undefined {
  const bytes = dropped.get(join(path));
  if (bytes !== undefined) return bytes;
  const text = packageFiles.get(join(path)) ?? packageFiles.get(packagePath(path));
  return text === undefined ? undefined : new TextEncoder().encode(text);
}

/** Of the first place that has the folder. */
function pathsBelow(folder: string): string[] {
  const below = (paths: Iterable<string>, of: string): string[] =>
    [...paths].flatMap((path) => (path.startsWith(`${of}/`) ? [path.slice(of.length + 1)] : []));
  const own = below(dropped.keys(), join(folder));
  if (own.length > 0) return own;
  const ofPackage = below(packageFiles.keys(), join(folder));
  return ofPackage.length > 0 ? ofPackage : below(packageFiles.keys(), packagePath(folder));
}
