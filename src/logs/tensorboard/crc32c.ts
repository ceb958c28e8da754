/** Castagnoli's polynomial, its bits in the order in which they come. */
const POLYNOMIAL = 0x82f63b78;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) * POLYNOMIAL);
  return crc;
});

/** CRC-32C of the bytes from `from` to `end`, masked as TFRecord files have it: rotated by 15 bits, and a constant added. */
export function maskedCrc32c(bytes: Uint8Array, from: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = from; at < end; at++) crc = TABLE[(crc ^ bytes[at]) & 0xff] ^ (crc >>> 8);
  crc = ~crc >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
