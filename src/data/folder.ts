import { sha256Of } from '../base/sha256';
import { AssayError } from '../base/errors';
import { isThere, makeFolder, readFileOrFail, writeFileAtomic } from '../base/files';
import { basename, join } from '../base/paths';
import { sizeText, type DataSet, type ImageSet } from './dataset';
import { decodeImageSet, encodeIdx, unpackIdx, type IdxFile } from './idx';

/**
 * A data set is four IDX files in a folder, under MNIST's own names, each raw or with `.gz` added. This is their order. Images with channels, which have
 * four dimensions, are in files of the name {@link withChannels}.
 */
export const IDX_FILE_NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const;

export type IdxFileName = (typeof IDX_FILE_NAMES)[number];

/** `train-images-idx4-ubyte`; of labels it is the same name. */
function withChannels(name: IdxFileName): string {
  return name.replace('idx3', 'idx4');
}

/** SHA-256, in hex, of the uncompressed bytes of each file. */
export type FileDigests = Readonly<Record<IdxFileName, string>>;

/** One file as it lies in its folder. */
export interface StoredFile extends IdxFile {
  /** One of {@link IDX_FILE_NAMES}, or that with channels. */
  readonly name: string;
  /** Size on disk, compressed or not. */
  readonly sizeBytes: number;
  /** Of the uncompressed bytes. */
  readonly sha256: string;
}

/**
 * The digest of a data set: SHA-256 over the four lines `<sha256 of the uncompressed file>  <name>\n`. In a folder of raw files,
 * `sha256sum train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte | sha256sum` prints it.
 */
export function sha256OfFiles(digests: Readonly<Record<string, string>>): string {
  const names = IDX_FILE_NAMES.map((name) => (name in digests ? name : withChannels(name)));
  return sha256(names.map((name) => `${digests[name]}  ${name}\n`).join(''));
}

/** Where each of the four files is in `folder` (raw preferred to gzipped); undefined when it is not there. */
export async function findFiles(folder: string): Promise<Record<IdxFileName, string | undefined>> {
  const paths = await Promise.all(
    IDX_FILE_NAMES.map(async (name) => {
      const names = [name, `${name}.gz`, withChannels(name), `${withChannels(name)}.gz`];
      for (const path of names.map((candidate) => join(folder, candidate)))
        if (await isThere(path, 'file')) return path;
      return undefined;
    }),
  );
  return Object.fromEntries(IDX_FILE_NAMES.map((name, i) => [name, paths[i]])) as Record<
    IdxFileName,
    string | undefined
  >;
}

/**
 * Reads and unpacks the four files, in the order of {@link IDX_FILE_NAMES}.
 *
 * @throws AssayError `data-not-found` when one of them is missing; `file-unreadable`, `idx-malformed`.
 */
export async function readFiles(folder: string): Promise<StoredFile[]> {
  const paths = await findFiles(folder);
  const missing = IDX_FILE_NAMES.filter((name) => paths[name] === undefined);
  if (missing.length > 0) {
    throw new AssayError('data-not-found', {
      what: 'the folder does not hold a whole data set',
      where: folder,
      expected: `the four IDX files ${IDX_FILE_NAMES.join(', ')}, raw or with .gz`,
      got: `no ${missing.join(', no ')}`,
    });
  }
  const files: StoredFile[] = [];
  let left = MOST_BYTES;
  for (const name of IDX_FILE_NAMES) {
    const file = await readStoredFile(paths[name] as string, left);
    left -= file.bytes.length;
    files.push(file);
  }
  return files;
}

/** Far above any data set of images (MNIST has 55 MB), and low enough that four gzip bombs do not take the machine's memory. */
const MOST_BYTES = 2 ** 30;

/** Reads and unpacks one of the four files. */
export async function readStoredFile(path: string, mostBytes = MOST_BYTES): Promise<StoredFile> {
  const stored = await readFileOrFail(path, mostBytes);
  const bytes = unpackIdx(stored, path, mostBytes);
  const name = basename(path).replace(/\.gz$/, '');
  return { name, path, bytes, sizeBytes: stored.length, sha256: sha256(bytes) };
}

/**
 * The data set that four files (in the order of {@link IDX_FILE_NAMES}) hold.
 *
 * @throws AssayError `idx-malformed`, with the byte offset.
 */
export function dataSetOfFiles(name: string, files: readonly StoredFile[]): DataSet {
  const [trainImages, trainLabels, testImages, testLabels] = files;
  const train = decodeImageSet(trainImages, trainLabels);
  const test = decodeImageSet(testImages, testLabels);
  if (sizeText(train) !== sizeText(test)) {
    throw new AssayError('idx-malformed', {
      what: 'training and test images differ in size',
      where: `${testImages.path}, bytes 8 to ${test.channels === 1 ? 15 : 19}`,
      expected: `${sizeText(train)}, as in ${trainImages.path}`,
      got: sizeText(test),
    });
  }
  return { name, sha256: sha256OfFiles(digestsOf(files)), train, test };
}

export function digestsOf(files: readonly StoredFile[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.map((file) => [file.name, file.sha256]));
}

/** The four files of a data set, as they would be written, in the order of {@link IDX_FILE_NAMES}. */
export function encodeFiles({
  train,
  test,
}: Pick<DataSet, 'train' | 'test'>): Record<IdxFileName, Uint8Array> {
  return {
    'train-images-idx3-ubyte': encodeImages(train),
    'train-labels-idx1-ubyte': encodeIdx([train.count], train.labels),
    't10k-images-idx3-ubyte': encodeImages(test),
    't10k-labels-idx1-ubyte': encodeIdx([test.count], test.labels),
  };
}

function encodeImages({ images, count, channels, height, width }: ImageSet): Uint8Array {
  return encodeIdx([count, ...(channels === 1 ? [] : [channels]), height, width], images);
}

/** Writes the four raw files, each atomically; makes the folder. */
export async function writeFiles(folder: string, files: Record<IdxFileName, Uint8Array>): Promise<void> {
  await makeFolder(folder);
  for (const name of IDX_FILE_NAMES) {
    const hasChannels = files[name][3] === 4; // dimensions
    await writeFileAtomic(join(folder, hasChannels ? withChannels(name) : name), files[name]);
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return sha256Of(bytes);
}
