import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../../src/base/errors';
import {
  encodeFiles,
  IDX_FILE_NAMES,
  sha256,
  type FileDigests,
  type IdxFileName,
} from '../../src/data/folder';
import type { ImageSet } from '../../src/data/dataset';

/** A temporary folder per test, and the environment variables as they were before it. */
export function useFolder(): () => string {
  let folder: string;
  const environment = { ...process.env };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-data-'));
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true });
  });
  return () => folder;
}

export async function failureOf(action: Promise<unknown>): Promise<AssayError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

/** Images that differ from each other in every pixel, labelled 0, 1, 2 … */
export function smallSet(count: number, height = 3, width = 2, channels = 1): ImageSet {
  const images = Uint8Array.from({ length: count * channels * height * width }, (_, i) => (7 * i + 1) % 256);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);
  return { images, labels, count, channels, height, width };
}

/** The four raw files of a small data set, and their digests. */
export function smallFiles(): { files: Record<IdxFileName, Uint8Array>; digests: FileDigests } {
  const files = encodeFiles({ train: smallSet(23), test: smallSet(5) });
  const digests = Object.fromEntries(
    IDX_FILE_NAMES.map((name) => [name, sha256(files[name])]),
  ) as FileDigests;
  return { files, digests };
}

/** The pixels of a PNG, uint8 [height, width, 4], as resvg sees them. */
export async function decodePng(png: Buffer): Promise<{ rgba: Uint8Array; height: number; width: number }> {
  const { Resvg } = await import('@resvg/resvg-js');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const href = `data:image/png;base64,${png.toString('base64')}`;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <image width="${width}" height="${height}" image-rendering="optimizeSpeed" href="${href}"/></svg>`;
  const image = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
  return { rgba: Uint8Array.from(image.pixels), height: image.height, width: image.width };
}
