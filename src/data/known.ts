import { AssayError } from '../base/errors';
import type { KnownName } from './names';
import { IDX_FILE_NAMES, readFiles, sha256OfFiles, type FileDigests, type StoredFile } from './folder';

export const KNOWN_DIGESTS: Readonly<Record<KnownName, FileDigests>> = {
  mnist: {
    'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  // What the generator draws, on every machine; whoever changes the generator changes these.
  synthetic: {
    'train-images-idx3-ubyte': '71155e707c17b16c6c2f8100152bde9a4e6cba195875cd47d0b38f4f8cefdc33',
    'train-labels-idx1-ubyte': 'bdda7e1a61efcce7f7f2baebe2cf40545d5d37ea644a2d44115e478b4decfadf',
    't10k-images-idx3-ubyte': '4faa446a1b7f2cbc228dd74e942d15d0495ec741d3ad03f4a0a77b1e38fa1d2b',
    't10k-labels-idx1-ubyte': 'a31c2c4c123bf75e927b4ea71fd39030f3963187200f282ddf9fcd0043f1c66f',
  },
};

/** As in `DataSet.sha256`. */
export const KNOWN_SHA256: Readonly<Record<KnownName, string>> = {
  mnist: sha256OfFiles(KNOWN_DIGESTS.mnist),
  synthetic: sha256OfFiles(KNOWN_DIGESTS.synthetic),
};

/** Images of each class in the test set. */
export const KNOWN_TEST_CLASS_COUNTS: Readonly<Record<KnownName, readonly number[]>> = {
  mnist: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
  synthetic: [996, 1005, 1027, 997, 986, 1038, 1016, 969, 961, 1005],
};

/**
 * Reads a copy of a known data set, in the order of `IDX_FILE_NAMES`.
 *
 * @throws AssayError `data-not-found` when a file is missing, `data-checksum-mismatch`, `idx-malformed`, `file-unreadable`.
 */
export async function readKnown(name: KnownName, folder: string): Promise<StoredFile[]> {
  const files = await readFiles(folder);
  for (const [i, file] of files.entries()) checkDigest(file, KNOWN_DIGESTS[name][IDX_FILE_NAMES[i]]);
  return files;
}

/** @throws AssayError `data-checksum-mismatch` */
export function checkDigest(file: StoredFile, expected: string): void {
  if (file.sha256 === expected) return;
  throw new AssayError('data-checksum-mismatch', {
    what: 'checksum mismatch',
    where: file.path,
    expected: `SHA-256 ${expected} of the uncompressed bytes`,
    got: file.sha256,
    hint: 'delete it, and `assay data fetch` will restore it in the cache folder',
  });
}
