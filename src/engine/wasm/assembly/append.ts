/**
 * Appending to lists (see accumulate.ts) four candidates at a time and without a branch: which gradients and
 * activations are 0 follows no pattern, and a wrong guess costs more than the stores it would save.
 */

/** For each of the 16 subsets of 4 lanes, the byte shuffle that moves its lanes to the front; src/engine/plan/memory.ts writes it. */
const PACK_SHUFFLES: usize = 1024;

/** The bits of the lanes that hold channels below `channels`, for the 4 lanes from channel `c` on. */
export function lanesBelow(c: i32, channels: i32): i32 {
  return channels - c >= 4 ? 15 : (1 << (channels - c)) - 1;
}

/** Appends the lanes chosen by `mask` in their order; returns the list's new end. Writes 32 bytes in any case. */
export function appendLanes(end: usize, offsets: v128, values: v128, mask: i32): usize {
  const shuffle = v128.load(PACK_SHUFFLES + (mask << 4));
  const packedOffsets = i8x16.swizzle(offsets, shuffle);
  const packedValues = i8x16.swizzle(values, shuffle);
  v128.store(end, i32x4.shuffle(packedOffsets, packedValues, 0, 4, 1, 5));
  v128.store(end, i32x4.shuffle(packedOffsets, packedValues, 2, 6, 3, 7), 16);
  return end + (popcnt(mask) << 3);
}
