import { fc, test as property } from '@fast-check/jest';
import { gzipSync } from 'node:zlib';
import { AssayError } from '../../src/base/errors';
import { decodeImageSet, encodeIdx, unpackIdx } from '../../src/data/idx';

/** Two images of 2 × 3 and their labels: written out by hand, from the description of the format. */
const IMAGES = Buffer.from('00000803000000020000000200000003' + '000102030405' + 'fafbfcfdfeff', 'hex');
const LABELS = Buffer.from('0000080100000002' + '0709', 'hex');

function decode(images: Uint8Array, labels: Uint8Array): ReturnType<typeof decodeImageSet> {
  return decodeImageSet({ path: 'images', bytes: images }, { path: 'labels', bytes: labels });
}

function failure(action: () => unknown): AssayError {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(AssayError);
    return error as AssayError;
  }
  throw new Error('nothing was thrown');
}

/** `bytes` with some of them overwritten. */
function patched(bytes: Buffer, offset: number, hex: string): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(Buffer.from(hex, 'hex'), offset);
  return copy;
}

test('decodes what the format says', () => {
  expect(decode(IMAGES, LABELS)).toEqual({
    images: Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255),
    labels: Uint8Array.of(7, 9),
    count: 2,
    channels: 1,
    height: 2,
    width: 3,
  });
});

test('four dimensions are count, channels, height and width', () => {
  const images = Buffer.from(
    '00000804000000020000000300000002' + '00000001' + '000102030405' + 'fafbfcfdfeff',
    'hex',
  );
  expect(decode(images, LABELS)).toEqual({
    images: Uint8Array.of(0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255),
    labels: Uint8Array.of(7, 9),
    count: 2,
    channels: 3,
    height: 2,
    width: 1,
  });
  for (let length = 0; length < images.length; length++)
    expect(failure(() => decode(images.subarray(0, length), LABELS)).code).toBe('idx-malformed');
  expect(unpackIdx(gzipSync(images), 'f.gz', 1000)).toEqual(images);
});

test('a label is any byte', () => {
  expect(decode(IMAGES, patched(LABELS, 8, '0aff')).labels).toEqual(Uint8Array.of(10, 255));
});

property.prop([
  fc.integer({ min: 1, max: 5 }),
  fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
  fc.integer({ min: 1, max: 5 }),
  fc.integer({ min: 1, max: 5 }),
])('decoding undoes encoding', (count, channels, height, width) => {
  const dimensions = [count, ...(channels === undefined ? [] : [channels]), height, width];
  const images = Uint8Array.from({ length: count * (channels ?? 1) * height * width }, (_, i) => 255 - i);
  const labels = Uint8Array.from({ length: count }, (_, i) => i);
  expect(decode(encodeIdx(dimensions, images), encodeIdx([count], labels))).toEqual({
    images,
    labels,
    count,
    channels: channels ?? 1,
    height,
    width,
  });
});

test.each([
  ['an empty file', Buffer.alloc(0), LABELS, 'images, byte 0', '0 bytes'],
  ['a file that ends in its header', IMAGES.subarray(0, 15), LABELS, 'images, byte 15', '15 bytes'],
  ['labels where images must be', LABELS, LABELS, 'images, byte 3', '0x00000801'],
  ['images where labels must be', IMAGES, IMAGES, 'labels, byte 3', '0x00000803'],
  ['something else', patched(IMAGES, 0, '4d'), LABELS, 'images, byte 0', '0x4d000803'],
  ['floats', patched(IMAGES, 2, '0d'), LABELS, 'images, byte 2', '0x00000d03'],
  ['no images', patched(IMAGES, 7, '00'), LABELS, 'images, byte 4', '0'],
  ['images without width', patched(IMAGES, 15, '00'), LABELS, 'images, byte 12', '0'],
  ['truncated images', IMAGES.subarray(0, 27), LABELS, 'images, byte 27', '27 bytes'],
  ['bytes after the images', Buffer.concat([IMAGES, Buffer.alloc(2)]), LABELS, 'images, byte 28', '30 bytes'],
  [
    'a size beyond all files',
    patched(IMAGES, 4, 'ffffffffffffffffffffffff'),
    LABELS,
    'images, byte 28',
    '28 bytes',
  ],
  ['truncated labels', IMAGES, LABELS.subarray(0, 9), 'labels, byte 9', '9 bytes'],
  ['bytes after the labels', IMAGES, Buffer.concat([LABELS, Buffer.of(1)]), 'labels, byte 10', '11 bytes'],
  ['fewer labels than images', IMAGES, patched(LABELS.subarray(0, 9), 7, '01'), 'labels, byte 4', '1 labels'],
  [
    'more labels than images',
    IMAGES,
    patched(Buffer.concat([LABELS, Buffer.of(1)]), 7, '03'),
    'labels, byte 4',
    '3 labels',
  ],
  ['two dimensions', patched(IMAGES, 3, '02'), LABELS, 'images, byte 3', '0x00000802'],
  ['five dimensions', patched(IMAGES, 3, '05'), LABELS, 'images, byte 3', '0x00000805'],
])('refuses %s, and says where', (_, images, labels, where, got) => {
  const { code, facts } = failure(() => decode(images, labels));
  expect({ code, ...facts }).toMatchObject({ code: 'idx-malformed', where, got });
  expect(facts.expected).toBeDefined();
});

property.prop([fc.nat(IMAGES.length - 1)])('no truncation goes unnoticed', (length) => {
  expect(failure(() => decode(IMAGES.subarray(0, length), LABELS)).code).toBe('idx-malformed');
});

describe('gzip', () => {
  const gzipped = gzipSync(IMAGES);
  const unpack = (bytes: Buffer, most = 1000): Uint8Array => unpackIdx(bytes, 'f.gz', most);

  test('is unpacked when it is there', () => {
    expect(unpack(gzipped)).toEqual(IMAGES);
    expect(unpack(IMAGES)).toEqual(IMAGES);
    expect(unpack(gzipSync(LABELS))).toEqual(LABELS);
  });

  test.each([
    ['cut short', gzipped.subarray(0, -1)],
    ['cut in its own header', gzipped.subarray(0, 5)],
    ['followed by zeros', Buffer.concat([gzipped, Buffer.alloc(3)])],
    ['followed by other bytes', Buffer.concat([gzipped, Buffer.from('more')])],
    ['with a wrong check sum', patched(gzipped, gzipped.length - 8, '00000000')],
    ['of bytes after the images', gzipSync(Buffer.concat([IMAGES, Buffer.alloc(1)]))],
    ['of something else', gzipSync(Buffer.from('something else that is longer than a header'))],
    ['of zeros', gzipSync(Buffer.alloc(100_000))],
  ])('%s is refused', (_, bytes) => {
    expect(failure(() => unpack(bytes))).toMatchObject({ code: 'idx-malformed' });
    expect(failure(() => unpack(bytes)).facts.where).toMatch(/^f\.gz, /);
  });

  test('of more images than are allowed is not unpacked', () => {
    const most = IMAGES.length;
    expect(unpack(gzipped, most)).toEqual(IMAGES);
    expect(failure(() => unpack(gzipped, most - 1)).facts).toMatchObject({
      what: 'there are too many images or labels',
      got: `${most} bytes`,
    });
    const rest = gzipped.subarray(0, -1);
    expect(failure(() => unpack(rest, most - 1)).facts.what).toBe('there are too many images or labels');
  });
});
