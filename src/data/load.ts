import { basename, join, resolve } from 'node:path';
import { AssayError } from '../base/errors';
import type { DataSet } from './dataset';
import { dataSetOfFiles, digestsOf, readFiles, sha256OfFiles, type StoredFile } from './folder';
import { KNOWN_SHA256, readKnown } from './known';
import { isKnownName } from './names';
import { fetchMnist, findOwnMnist, mnistCacheFolder } from './mnist';
import { loadSynthetic } from './synthetic/load';

export interface LoadOptions {
  /** Told, in one line, which data set the default rule chose and why. */
  onNotice?: (line: string) => void;
  /** Told how far the work is: bytes of a download, or images drawn. */
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
  switch (choice) {
    case undefined:
      return loadDefault(options);
    case 'mnist':
      return (await loadMnist(options)).dataSet;
    case 'synthetic':
      return loadSynthetic(options);
    default:
      return loadFolder(choice);
  }
}

async function loadDefault(options: LoadOptions): Promise<DataSet> {
  try {
    const { dataSet, folder } = await loadMnist(options);
    options.onNotice?.(`data: MNIST, from ${folder}`);
    return dataSet;
  } catch (error) {
    // A damaged copy of the user's own is not passed over in silence; only what stops a download is.
    const canFallBack =
      error instanceof AssayError && ['data-download-failed', 'file-unwritable'].includes(error.code);
    if (!canFallBack) throw error;
    options.onNotice?.(`data: synthetic digits, because ${whyNotMnist(error)}`);
    return loadSynthetic(options);
  }
}

function whyNotMnist({ facts }: AssayError): string {
  const own = process.env.ASSAY_DATA ? join(process.env.ASSAY_DATA, 'mnist') : '$ASSAY_DATA/mnist (not set)';
  const reason = [facts.what, facts.got].filter(Boolean).join(': ');
  return `there is no good copy of MNIST in ${own} or ${mnistCacheFolder()}, and it cannot be downloaded: ${reason}`;
}

async function loadMnist(options: LoadOptions): Promise<{ dataSet: DataSet; folder: string }> {
  const own = await findOwnMnist();
  const files = own === undefined ? await fetchMnist(options) : await readKnown('mnist', own);
  return { dataSet: dataSetOfFiles('mnist', files), folder: own ?? mnistCacheFolder() };
}

async function loadFolder(folder: string): Promise<DataSet> {
  const files = await readFiles(folder);
  return dataSetOfFiles(nameOf(files, folder), files);
}

/** A folder is known by its content and not by its name: one that is called `mnist` may hold anything. */
export function nameOf(files: readonly StoredFile[], folder: string): string {
  const sha256 = sha256OfFiles(digestsOf(files));
  if (sha256 === KNOWN_SHA256.mnist) return 'mnist';
  if (sha256 === KNOWN_SHA256.synthetic) return 'synthetic';
  const name = basename(resolve(folder));
  return isKnownName(name) ? `./${name}` : name;
}
