/** Whole vectors, for the short runs for which V8's memory.fill and memory.copy are slow calls. Sizes in bytes, divisible by 16. */

export function clear(to: usize, bytes: i32): void {
  const zero = i32x4.splat(0);
  const end = to + bytes;
  for (; to < end; to += 16) v128.store(to, zero);
}

/** −0 becomes 0, so that nothing that is added to it later can tell a product of 0 from none. */
export function copyWithoutNegativeZero(to: usize, from: usize, bytes: i32): void {
  const zero = f32x4.splat(0);
  const end = to + bytes;
  for (; to < end; to += 16) {
    v128.store(to, f32x4.add(v128.load(from), zero));
    from += 16;
  }
}
