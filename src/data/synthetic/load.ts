import { join } from 'node:path';
import { AssayError } from '../../base/errors';
import { cacheFolder } from '../cacheFolder';
import type { DataSet } from '../dataset';
import { dataSetOfFiles, encodeFiles, IDX_FILE_NAMES, sha256, writeFiles } from '../folder';
import { KNOWN_DIGESTS, KNOWN_SHA256, readKnown } from '../known';
import { generateDigits } from './generate';

const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;

export interface SyntheticOptions {
  onNotice?: (line: string) => void;
  /** Told how many of the images are drawn. */
  onProgress?: (done: number, total: number, what: string) => void;
}

/** Where the synthetic digits are kept once they are drawn. */
export function syntheticCacheFolder(): string {
  return join(cacheFolder(), 'synthetic');
}

/** The synthetic digits: from the cache folder when they are there undamaged, otherwise drawn (some seconds) and kept there. */
export async function loadSynthetic(options: SyntheticOptions = {}): Promise<DataSet> {
  return (await readCached()) ?? (await drawAndKeep(options));
}

async function readCached(): Promise<DataSet | undefined> {
  try {
    return dataSetOfFiles('synthetic', await readKnown('synthetic', syntheticCacheFolder()));
  } catch (error) {
    if (error instanceof AssayError) return undefined;
    throw error;
  }
}

async function drawAndKeep({ onNotice, onProgress }: SyntheticOptions): Promise<DataSet> {
  const total = TRAIN_COUNT + TEST_COUNT;
  const report = (done: number): void => onProgress?.(done, total, 'synthetic digits');
  const train = generateDigits('train', TRAIN_COUNT, report);
  const test = generateDigits('test', TEST_COUNT, (done) => report(TRAIN_COUNT + done));
  const files = encodeFiles({ train, test });
  for (const name of IDX_FILE_NAMES) {
    const [drawn, expected] = [sha256(files[name]), KNOWN_DIGESTS.synthetic[name]];
    if (drawn !== expected)
      throw new Error(`this machine draws synthetic digits with another ${name}: ${drawn}, not ${expected}`);
  }
  try {
    await writeFiles(syntheticCacheFolder(), files);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    onNotice?.(`the synthetic digits are not kept for the next run: ${error.message}`);
  }
  return { name: 'synthetic', sha256: KNOWN_SHA256.synthetic, train, test };
}
