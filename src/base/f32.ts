import { sha256OfParts } from './sha256';

/** float32 as bits: hashing, comparing and ulp distances. Bits are little-endian everywhere. */

const CANONICAL_NAN = 0x7fc00000;

/**
 * SHA-256, in hex, of float32 arrays one after another, as little-endian bytes. Every NaN is hashed as 0x7fc00000:
 * IEEE 754 leaves a NaN's sign and payload open, and processors differ in them.
 */
export function sha256OfFloats(arrays: readonly Float32Array[]): string {
  return sha256OfParts(arrays.map(canonicalBytes));
}

function canonicalBytes(array: Float32Array): Uint8Array {
  const copy = new Uint8Array(array.byteLength);
  const view = new DataView(copy.buffer);
  const bits = new Uint32Array(array.buffer, array.byteOffset, array.length);
  for (let i = 0; i < array.length; i++)
    view.setUint32(4 * i, array[i] === array[i] ? bits[i] : CANONICAL_NAN, true);
  return copy;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The 32 bits of a float32, as an unsigned integer; every NaN is 0x7fc00000. */
export function bitsOf(value: number): number {
  if (Number.isNaN(value)) return CANONICAL_NAN;
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

/** Number of representable float32 values between `a` and `b`; 0 for equal values and for −0 and 0. NaN is infinitely far from all. */
export function ulpDistance(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity;
  return Math.abs(orderedIndex(a) - orderedIndex(b));
}

/** Maps float32 values to integers in their order: adjacent floats to adjacent integers, −0 and 0 both to 0. */
function orderedIndex(value: number): number {
  const bits = bitsOf(value);
  return bits < 0x80000000 ? bits : 0x80000000 - bits;
}
