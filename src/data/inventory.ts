import { AssayError } from '../base/errors';
import { dataSetOfFiles, findFiles, readFiles, type StoredFile } from './folder';
import { readKnown } from './known';
import { isKnownName, KNOWN_NAMES, PUBLISHED, type KnownName } from './names';
import { nameOf } from './load';
import { findOwnMnist, mnistCacheFolder } from './mnist';
import { syntheticCacheFolder } from './synthetic/load';

/** What `assay data list` and `assay data verify` tell about one folder, from reading every byte in it. */
export interface StoredDataSet {
  readonly name: string;
  readonly folder: string;
  /** See `sha256OfFiles`. */
  readonly sha256: string;
  readonly trainCount: number;
  readonly testCount: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly files: readonly StoredFileFacts[];
}

/** `sizeBytes` is that on disk, `sha256` that of the uncompressed bytes. */
export type StoredFileFacts = Pick<StoredFile, 'name' | 'path' | 'sizeBytes' | 'sha256'>;

/** A place that was looked at: it is empty, or holds a data set, or what it holds cannot be used. */
export interface Place {
  readonly name: KnownName;
  readonly folder: string;
  readonly stored?: StoredDataSet;
  readonly problem?: AssayError;
}

/** How it comes to be there when it is not. */
export function remedyOf(name: KnownName): 'downloaded' | 'drawn' {
  return name === PUBLISHED ? 'downloaded' : 'drawn';
}

/** Of the known data sets, those that no download is needed for, and the others. */
export async function atHand(): Promise<{
  readonly found: readonly KnownName[];
  readonly missing: readonly KnownName[];
}> {
  const places = await listDataSets();
  const isAtHand = (name: KnownName): boolean =>
    remedyOf(name) === 'drawn' || places.some((place) => place.name === name && place.stored !== undefined);
  // The drawn ones first: they are there on every machine.
  const names = KNOWN_NAMES.toSorted((a, b) => remedyOf(b).localeCompare(remedyOf(a)));
  return { found: names.filter(isAtHand), missing: names.filter((name) => !isAtHand(name)) };
}

/** Every place where `mnist` and `synthetic` are looked for, in the order in which they are. */
export async function listDataSets(): Promise<Place[]> {
  const own = await findOwnMnist();
  return Promise.all([
    ...(own === undefined ? [] : [look('mnist', own)]),
    look('mnist', mnistCacheFolder()),
    look('synthetic', syntheticCacheFolder()),
  ]);
}

async function look(name: KnownName, folder: string): Promise<Place> {
  const isEmpty = Object.values(await findFiles(folder)).every((path) => path === undefined);
  if (isEmpty) return { name, folder };
  try {
    return { name, folder, stored: describe(name, folder, await readKnown(name, folder)) };
  } catch (error) {
    if (error instanceof AssayError) return { name, folder, problem: error };
    throw error;
  }
}

/**
 * Reads every byte of a stored data set and holds it against its digests: the known ones for `mnist` (the copy that a run would
 * take) and `synthetic`; a folder has none, there the IDX files must be whole and agree with each other.
 *
 * @throws AssayError `data-not-found`, `data-checksum-mismatch`, `idx-malformed`, `file-unreadable`.
 */
export async function verifyDataSet(choice: string): Promise<StoredDataSet> {
  if (isKnownName(choice)) {
    const folder =
      choice === 'synthetic' ? syntheticCacheFolder() : ((await findOwnMnist()) ?? mnistCacheFolder());
    return describe(choice, folder, await readKnown(choice, folder));
  }
  const files = await readFiles(choice);
  return describe(nameOf(files, choice), choice, files);
}

function describe(name: string, folder: string, files: readonly StoredFile[]): StoredDataSet {
  const { sha256, train, test } = dataSetOfFiles(name, files);
  return {
    name,
    folder,
    sha256,
    trainCount: train.count,
    testCount: test.count,
    channels: train.channels,
    height: train.height,
    width: train.width,
    files: files.map(({ name, path, sizeBytes, sha256 }) => ({ name, path, sizeBytes, sha256 })),
  };
}
