import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Of greyscale, and of red, green and blue. */
const COLOUR_TYPES = { 1: 0, 3: 2 } as const;

/** Pixels of one channel, 0 is black, or of three: red, green and blue. */
export interface Bitmap {
  /** uint8 [height, width, channels] */
  readonly pixels: Uint8Array;
  readonly channels: keyof typeof COLOUR_TYPES;
  readonly height: number;
  readonly width: number;
}

/** A PNG of 8 bits a channel. Source: https://www.w3.org/TR/png-3/ */
export function encodePng({ pixels, channels, height, width }: Bitmap): Buffer {
  const header = Buffer.alloc(13); // the last three bytes: deflate, adaptive filters, not interlaced, all 0
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = COLOUR_TYPES[channels];
  const row = channels * width;
  const rows = Buffer.alloc(height * (1 + row)); // each row is preceded by its filter, 0 = none
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * row, (y + 1) * row), y * (1 + row) + 1);
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
