import { join } from 'node:path';
import { AssayError } from '../errors';
import { writeFileAtomic } from '../files';
import { cacheFolder } from './cacheFolder';
import { download, type DownloadOptions } from './download';
import {
  findFiles,
  IDX_FILE_NAMES,
  readFiles,
  readStoredFile,
  sha256,
  type FileDigests,
  type IdxFileName,
  type StoredFile,
} from './folder';
import { gunzipIfNeeded } from './idx';

/** Of the uncompressed files: how they are compressed differs from one copy to the next. */
export const MNIST_DIGESTS: FileDigests = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
};

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

/**
 * The user's own copy, in the order of {@link IDX_FILE_NAMES}.
 *
 * @throws AssayError `data-not-found` when one of the four files is missing, `data-checksum-mismatch`, `idx-malformed`.
 */
export async function readOwnMnist(folder: string): Promise<StoredFile[]> {
  const files = await readFiles(folder);
  for (const file of files) checkDigest(file, MNIST_DIGESTS[file.name]);
  return files;
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
  return fetchFiles(MNIST_DIGESTS, MNIST_MIRRORS, mnistCacheFolder(), options);
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
    const cached = paths[name] && (await readIfGood(name, paths[name], digests[name]));
    files.push(cached || (await fetchFile(name, digests[name], mirrors, folder, options)));
  }
  return files;
}

async function readIfGood(name: IdxFileName, path: string, digest: string): Promise<StoredFile | undefined> {
  try {
    const file = await readStoredFile(name, path);
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

function checkDigest(file: StoredFile, expected: string): void {
  if (file.sha256 === expected) return;
  throw new AssayError('data-checksum-mismatch', {
    what: 'the file is not the one of MNIST',
    where: file.path,
    expected: `SHA-256 ${expected} of the uncompressed bytes`,
    got: file.sha256,
    hint: 'replace it; `assay data fetch` downloads the right one into the cache folder',
  });
}
