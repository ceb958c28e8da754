import type { DataSet } from '../dataset';
import { encodeFiles, IDX_FILE_NAMES, sha256, type IdxFileName } from '../folder';
import { KNOWN_DIGESTS, KNOWN_SHA256 } from '../known';
import { generateDigits } from './generate';

const TRAIN_COUNT = 60_000;
const TEST_COUNT = 10_000;

/** The synthetic digits, with the bytes of their files. */
export interface DrawnDigits {
  readonly dataSet: DataSet;
  readonly files: Record<IdxFileName, Uint8Array>;
}

/** Draws the synthetic digits, which takes some seconds. @param onProgress told how many of the images are drawn */
export function drawSynthetic(onProgress?: (done: number, total: number) => void): DrawnDigits {
  const report = (done: number): void => onProgress?.(done, TRAIN_COUNT + TEST_COUNT);
  const train = generateDigits('train', TRAIN_COUNT, report);
  const test = generateDigits('test', TEST_COUNT, (done) => report(TRAIN_COUNT + done));
  const files = encodeFiles({ train, test });
  for (const name of IDX_FILE_NAMES) {
    const [drawn, expected] = [sha256(files[name]), KNOWN_DIGESTS.synthetic[name]];
    if (drawn !== expected)
      throw new Error(`this machine draws synthetic digits with another ${name}: ${drawn}, not ${expected}`);
  }
  return { dataSet: { name: 'synthetic', sha256: KNOWN_SHA256.synthetic, train, test }, files };
}
