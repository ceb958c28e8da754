/** An entry of a list: a byte offset and a value; see ../wasm/assembly/accumulate.ts and ../native/kernels/lists.h. */
export const ENTRY_BYTES = 8;

/** Bytes of a channel's list of at most so many entries, and room for those that are written before they are known to be left out. */
export function channelListBytes(entries: number): number {
  return ENTRY_BYTES * (entries + 16);
}

/** Bytes of a row's list when nothing is 0, and what is written beyond its end when a whole vector is appended. */
export function rowListBytes(width: number, channels: number): number {
  return ENTRY_BYTES * width * channels + 128;
}
