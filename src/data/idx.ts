import { AssayError } from '../base/errors';
import { gunzip, gunzipStart } from '../base/gzip';
import type { ImageSet } from './dataset';

/**
 * The IDX format of MNIST (http://yann.lecun.com/exdb/mnist/), for unsigned bytes:
 * two zero bytes, the element type, the number of dimensions, each dimension as a big-endian uint32, the elements.
 */
const UNSIGNED_BYTE = 0x08;

/** The longest header: of images with channels. */
const MOST_HEADER_BYTES = 20;
/** Of a gzip stream: more than comes before the first bytes of what it holds, and too few to hold much. */
const HEAD_BYTES = 4096;

/**
 * The uncompressed bytes of an IDX file that is either raw or gzipped. No more are unpacked than its header says that there are.
 *
 * @throws AssayError `idx-malformed`, also when these are more than `mostBytes`.
 */
export function unpackIdx(bytes: Uint8Array, where: string, mostBytes: number): Uint8Array {
  const size = isGzip(bytes) ? sizeByHeader(bytes, where) : bytes.length;
  if (size <= mostBytes) return gunzipIfNeeded(bytes, where, size);
  const facts = { expected: `at most ${mostBytes} bytes`, got: `${size} bytes` };
  throw malformed('there are too many images or labels', where, 0, facts);
}

function sizeByHeader(gzipped: Uint8Array, where: string): number {
  const head = inflate(gzipped, where, () => gunzipStart(gzipped.subarray(0, HEAD_BYTES)));
  const rank = head[3];
  const headerBytes = 4 + 4 * rank;
  // To unpack as many bytes as a header has is enough to find out what is wrong.
  if (head.length < headerBytes || headerBytes > MOST_HEADER_BYTES) return MOST_HEADER_BYTES;
  const dimensions = Array.from({ length: rank }, (_, i) => uint32At(head, 4 + 4 * i));
  return headerBytes + dimensions.reduce((product, dimension) => product * dimension, 1);
}

/** Uncompressed bytes of a file that is either raw or gzipped. */
export function gunzipIfNeeded(bytes: Uint8Array, where: string, mostBytes: number): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  return inflate(bytes, where, () => {
    const { bytes: inflated, read } = gunzip(bytes, mostBytes);
    if (read === bytes.length) return inflated;
    const facts = { expected: `${read} bytes`, got: `${bytes.length} bytes` };
    throw malformed('bytes follow the end of the gzip stream', where, read, facts);
  });
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** Puts what zlib throws into our words. */
function inflate(bytes: Uint8Array, where: string, action: () => Uint8Array): Uint8Array {
  try {
    return action();
  } catch (cause) {
    if (cause instanceof AssayError) throw cause;
    const isLonger = (cause as { readonly code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw new AssayError(
      'idx-malformed',
      {
        what: isLonger
          ? 'the gzip stream holds more than an IDX file with its header'
          : 'the gzip stream is damaged',
        where: `${where}, somewhere in its ${bytes.length} bytes`,
        got: (cause as Error).message,
        hint: isLonger ? undefined : 'the file may have been cut short; copy or download it again',
      },
      { cause },
    );
  }
}

/**
 * Images and labels from the uncompressed bytes of their two IDX files. The arrays are views of `images` and `labels`. Images have three dimensions
 * (count, height, width), or four: count, channels, height, width.
 *
 * @throws AssayError `idx-malformed` unless every byte of both files is accounted for.
 */
export function decodeImageSet(images: IdxFile, labels: IdxFile): ImageSet {
  const [count, ...size] = readHeader(images, [3, 4]);
  const [channels, height, width] = size.length === 3 ? size : [1, ...size];
  const [labelCount] = readHeader(labels, [1]);
  if (labelCount !== count) {
    throw malformed('there must be one label per image', labels.path, 4, {
      expected: `${count} labels, as ${images.path} has images`,
      got: `${labelCount} labels`,
    });
  }
  const pixels = elements(images, 8 + 4 * size.length);
  return { images: pixels, labels: elements(labels, 8), count, channels, height, width };
}

/** A file's uncompressed bytes, and its path for messages. */
export interface IdxFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Checks the header and that the file's length is what it promises; returns the dimensions. */
function readHeader({ path, bytes }: IdxFile, ranks: readonly number[]): number[] {
  const rank = ranks.find((candidate) => candidate === bytes[3]) ?? ranks[0];
  const headerBytes = 4 + 4 * rank;
  const expectedMagic = (UNSIGNED_BYTE << 8) | rank;
  if (bytes.length >= 4 && uint32At(bytes, 0) !== expectedMagic) {
    const magic = uint32At(bytes, 0);
    const what = ranks.length > 1 ? 'images' : 'labels';
    throw malformed(
      `the file is not an IDX file of ${what}`,
      path,
      firstDifferentByte(magic, expectedMagic),
      {
        expected: `${hex(expectedMagic)}: unsigned bytes, ${ranks.join(' or ')} dimension${rank === 1 ? '' : 's'}`,
        got: hex(magic),
      },
    );
  }
  if (bytes.length < headerBytes) {
    throw malformed('the file ends within the IDX header', path, bytes.length, {
      expected: `${headerBytes} bytes of header`,
      got: `${bytes.length} bytes`,
    });
  }
  const dimensions = Array.from({ length: rank }, (_, i) => uint32At(bytes, 4 + 4 * i));
  const empty = dimensions.indexOf(0);
  if (empty >= 0) {
    throw malformed('a dimension is zero', path, 4 + 4 * empty, { expected: 'at least 1', got: '0' });
  }
  const expectedBytes = headerBytes + dimensions.reduce((product, dimension) => product * dimension, 1);
  if (bytes.length !== expectedBytes) {
    const what = bytes.length < expectedBytes ? 'the file is truncated' : 'bytes follow the end of the data';
    throw malformed(what, path, Math.min(bytes.length, expectedBytes), {
      expected: `${expectedBytes} bytes, for ${dimensions.join(' × ')} after a header of ${headerBytes}`,
      got: `${bytes.length} bytes`,
    });
  }
  return dimensions;
}

/** A plain view, because Buffer's methods are not all those of Uint8Array. */
function elements({ bytes }: IdxFile, headerBytes: number): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes);
}

/** The bytes of an IDX file of unsigned bytes. */
export function encodeIdx(dimensions: readonly number[], data: Uint8Array): Uint8Array {
  const headerBytes = 4 + 4 * dimensions.length;
  const bytes = new Uint8Array(headerBytes + data.length);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, (UNSIGNED_BYTE << 8) | dimensions.length);
  dimensions.forEach((dimension, i) => header.setUint32(4 + 4 * i, dimension));
  bytes.set(data, headerBytes);
  return bytes;
}

function uint32At({ buffer, byteOffset, byteLength }: Uint8Array, offset: number): number {
  return new DataView(buffer, byteOffset, byteLength).getUint32(offset);
}

function malformed(
  what: string,
  path: string,
  offset: number,
  facts: { expected: string; got: string },
): AssayError {
  return new AssayError('idx-malformed', { what, where: `${path}, byte ${offset}`, ...facts });
}

function firstDifferentByte(a: number, b: number): number {
  return Math.clz32(a ^ b) >> 3;
}

function hex(word: number): string {
  return `0x${word.toString(16).padStart(8, '0')}`;
}
