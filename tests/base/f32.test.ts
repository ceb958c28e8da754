import { createHash } from 'node:crypto';
import { bitsOf, sha256OfFloats, ulpDistance } from '../../src/base/f32';

function floatsOf(...bits: number[]): Float32Array {
  return new Float32Array(Uint32Array.from(bits).buffer);
}

describe('the digest of floats', () => {
  test('is that of their little-endian bytes, one array after another', () => {
    const bytes = Buffer.from('0000803f' + '000000c0' + '00000080', 'hex'); // 1, −2, −0
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(sha256OfFloats([Float32Array.of(1, -2), Float32Array.of(-0)])).toBe(expected);
    expect(sha256OfFloats([Float32Array.of(1, -2, 0)])).not.toBe(expected);
  });

  test('is the same for every NaN, whatever its sign and payload', () => {
    const digest = sha256OfFloats([floatsOf(0x7fc00000)]);
    for (const bits of [0xffc00000, 0x7f800001, 0x7fffffff]) {
      expect(sha256OfFloats([floatsOf(bits)])).toBe(digest);
    }
  });
});

test('bits, of NaN always the same', () => {
  expect([1, -2, -0, -NaN].map((value) => bitsOf(value).toString(16))).toEqual([
    '3f800000',
    'c0000000',
    '80000000',
    '7fc00000',
  ]);
});

test.each([
  [1, 1, 0],
  [-0, 0, 0],
  [1, 1 + 2 ** -23, 1],
  [2 ** -149, -(2 ** -149), 2], // over 0, from the smallest number to its negative
  [-1, -1 - 2 ** -22, 2],
  [NaN, NaN, Infinity],
  [NaN, 1, Infinity],
])('%d and %d are %d ulp apart', (a, b, ulps) => {
  expect(ulpDistance(a, b)).toBe(ulps);
  expect(ulpDistance(b, a)).toBe(ulps);
});
