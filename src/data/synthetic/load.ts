import { join } from 'node:path';
import { AssayError } from '../../base/errors';
import { cacheFolder } from '../cacheFolder';
import type { DataSet } from '../dataset';
import { dataSetOfFiles, writeFiles } from '../folder';
import { readKnown } from '../known';
import { drawSynthetic } from './draw';

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
  const { dataSet, files } = drawSynthetic((done, total) => onProgress?.(done, total, 'synthetic digits'));
  try {
    await writeFiles(syntheticCacheFolder(), files);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    onNotice?.(`the synthetic digits are not kept for the next run: ${error.message}`);
  }
  return dataSet;
}
