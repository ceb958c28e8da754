import { join } from 'node:path';
import { AssayError } from '../base/errors';
import { writeFileAtomic } from '../base/files';
import { cacheFolder } from './cacheFolder';
import { download, type DownloadOptions } from './download';
import {
  findFiles,
  IDX_FILE_NAMES,
  readStoredFile,
  sha256,
  type FileDigests,
  type IdxFileName,
  type StoredFile,
} from './folder';
import { gunzipIfNeeded } from './idx';
import { checkDigest, KNOWN_DIGESTS } from './known';

/** The original site, yann.lecun.com, refuses downloads. */
const MNIST_MIRRORS = [
  'https://ossci-datasets.s3.amazonaws.com/mnist/',
  'https://storage.googleapis.com/cvdf-datasets/mnist/',
];

/** The largest of the files is 47,040,016 bytes uncompressed. */
const MAX_FILE_BYTES = 48 << 20;

/** The user's own copy, `$ASSAY_DATA/mnist`; undefined when there is none. */
export async function findOwnMnist(): Promise<string | undefined> {
  if (!process.env.ASSAY_DATA) return undefined;
  const folder = join(process.env.ASSAY_DATA, 'mnist');
  const paths = Object.values(await findFiles(folder));
  return paths.some((path) => path !== undefined) ? folder : undefined;
}

/** Where downloaded MNIST files are kept. */
export function mnistCacheFolder(): string {
  return join(cacheFolder(), 'mnist');
}

export interface FetchOptions extends Omit<DownloadOptions, 'onProgress'> {
  onProgress?: (doneBytes: number, totalBytes: number, what: string) => void;
}

/**
 * The four files in the cache folder; those that are not there, or are damaged, are downloaded first.
 *
 * @returns the files in the order of {@link IDX_FILE_NAMES}.
 * @throws AssayError `data-download-failed`, `file-unwritable`.
 */
export function fetchMnist(options: FetchOptions = {}): Promise<StoredFile[]> {
  return fetchFiles(KNOWN_DIGESTS.mnist, MNIST_MIRRORS, mnistCacheFolder(), options);
}

/** As {@link fetchMnist}, for any four files and mirrors. A mirror is a URL that ends in a slash. */
export async function fetchFiles(
  digests: FileDigests,
  mirrors: readonly string[],
  folder: string,
  options: FetchOptions = {},
): Promise<StoredFile[]> {
  const paths = await findFiles(folder);
  const files: StoredFile[] = [];
  for (const name of IDX_FILE_NAMES) {
    const cached = paths[name] && (await readIfGood(paths[name], digests[name]));
    files.push(cached || (await fetchFile(name, digests[name], mirrors, folder, options)));
  }
  return files;
}

async function readIfGood(path: string, digest: string): Promise<StoredFile | undefined> {
  try {
    const file = await readStoredFile(path);
    checkDigest(file, digest);
    return file;
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

async function fetchFile(
  name: IdxFileName,
  digest: string,
  mirrors: readonly string[],
  folder: string,
  options: FetchOptions,
): Promise<StoredFile> {
  const path = join(folder, `${name}.gz`);
  const verify = (compressed: Buffer): { compressed: Buffer; file: StoredFile } => {
    const bytes = gunzipIfNeeded(compressed, path, MAX_FILE_BYTES);
    const file = { name, path, bytes, sizeBytes: compressed.length, sha256: sha256(bytes) };
    checkDigest(file, digest);
    return { compressed, file };
  };
  const { compressed, file } = await download(
    mirrors.map((mirror) => `${mirror}${name}.gz`),
    `${path}.part`,
    MAX_FILE_BYTES,
    verify,
    { ...options, onProgress: (done, total) => options.onProgress?.(done, total, `${name}.gz`) },
  );
  await writeFileAtomic(path, compressed);
  return file;
}
