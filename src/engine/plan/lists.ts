/** An entry of a list: a byte offset and a value; see ../wasm/assembly/accumulate.ts. */
export const ENTRY_BYTES = 8;

/** Bytes of a row's list when nothing is 0, and what `appendLanes` may write beyond. */
export function rowListBytes(width: number, channels: number): number {
  return ENTRY_BYTES * width * channels + 32;
}
