/** Whole vectors, for the short runs for which V8's memory.fill and memory.copy are slow calls. Sizes in bytes, divisible by 16. */

export function clear(to: usize, bytes: i32): void {
  const zero = i32x4.splat(0);
  const end = to + bytes;
  for (; to < end; to += 16) v128.store(to, zero);
}
