import type { DataSet } from './dataset';
import { dataSetOfFiles, digestsOf, folderName, readFiles, sha256OfFiles } from './folder';
import { fetchMnist, findOwnMnist, MNIST_DIGESTS, readOwnMnist } from './mnist';

export interface LoadOptions {
  /** Told in one line which data set the default rule chose, and why. */
  onNotice?: (line: string) => void;
  /** Told how far a download is, in bytes. */
  onProgress?: (done: number, total: number, what: string) => void;
}

/**
 * Loads a data set.
 *
 * @param choice `mnist`, `synthetic` or a folder with four IDX files. Left out: MNIST when it is found (`$ASSAY_DATA/mnist`,
 *   then the cache folder) or can be downloaded, otherwise the synthetic digits.
 * @throws AssayError `data-not-found`, `data-checksum-mismatch`, `data-download-failed`, `idx-malformed`, `file-unreadable`.
 */
export async function loadDataSet(choice: string | undefined, options: LoadOptions = {}): Promise<DataSet> {
  if (choice === 'mnist') return loadMnist(options);
  return loadFolder(choice as string);
}

async function loadMnist(options: LoadOptions): Promise<DataSet> {
  const own = await findOwnMnist();
  return dataSetOfFiles('mnist', own !== undefined ? await readOwnMnist(own) : await fetchMnist(options));
}

/** A folder is known by its content, not by its name: one that is called `mnist` may hold anything. */
async function loadFolder(folder: string): Promise<DataSet> {
  const files = await readFiles(folder);
  const known = new Map([[sha256OfFiles(MNIST_DIGESTS), 'mnist']]).get(sha256OfFiles(digestsOf(files)));
  return dataSetOfFiles(known ?? folderName(folder), files);
}
