import { inflateSync } from 'node:zlib';
import { encodeGreyPng } from '../../src/base/png';
import { decodePng } from '../data/support';

const PIXELS = Uint8Array.of(0, 1, 127, 128, 254, 255);

test('another decoder sees the pixels', async () => {
  expect(await decodePng(encodeGreyPng(PIXELS, 2, 3))).toEqual({
    height: 2,
    width: 3,
    rgba: Uint8Array.from([...PIXELS].flatMap((grey) => [grey, grey, grey, 255])),
  });
});

test('the bytes are those of the standard: signature, chunks with their check sums, unfiltered rows', () => {
  const png = encodeGreyPng(PIXELS, 2, 3);
  expect(png.subarray(0, 33).toString('hex')).toBe(
    '89504e470d0a1a0a' + '0000000d49484452' + '00000003' + '00000002' + '0800000000' + 'b81f39c6',
  );
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  expect([...inflateSync(png.subarray(41, -16))]).toEqual([0, 0, 1, 127, 0, 128, 254, 255]);
});
