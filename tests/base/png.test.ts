import { inflateSync } from 'node:zlib';
import { encodePng, type Bitmap } from '../../src/base/png';
import { decodePng } from '../data/support';

const PIXELS = Uint8Array.of(0, 1, 127, 128, 254, 255);
const GREY: Bitmap = { pixels: PIXELS, channels: 1, height: 2, width: 3 };

test('another decoder sees the pixels', async () => {
  expect(await decodePng(encodePng(GREY))).toEqual({
    height: 2,
    width: 3,
    rgba: Uint8Array.from([...PIXELS].flatMap((grey) => [grey, grey, grey, 255])),
  });
});

test('another decoder sees red, green and blue', async () => {
  expect(await decodePng(encodePng({ pixels: PIXELS, channels: 3, height: 1, width: 2 }))).toEqual({
    height: 1,
    width: 2,
    rgba: Uint8Array.of(0, 1, 127, 255, 128, 254, 255, 255),
  });
});

test('the bytes are those of the standard: signature, chunks with their check sums, unfiltered rows', () => {
  const png = encodePng(GREY);
  expect(png.subarray(0, 33).toString('hex')).toBe(
    '89504e470d0a1a0a' + '0000000d49484452' + '00000003' + '00000002' + '0800000000' + 'b81f39c6',
  );
  expect(png.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
  expect([...inflateSync(png.subarray(41, -16))]).toEqual([0, 0, 1, 127, 0, 128, 254, 255]);
});
