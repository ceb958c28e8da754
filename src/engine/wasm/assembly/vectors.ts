/** Whole vectors, for the short runs for which V8's memory.fill and memory.copy are slow calls. Sizes in bytes, divisible by 16. */

export function clear(to: usize, bytes: i32): void {
  const zero = i32x4.splat(0);
  const end = to + bytes;
  for (; to < end; to += 16) v128.store(to, zero);
}

/** What `fetch` reads goes here, and nobody reads it. */
const SINK: usize = 2040;

/** Has these bytes brought into the cache, all misses at once. */
export function fetch(from: usize, bytes: i32): void {
  let sink = 0;
  const end = from + bytes;
  for (; from < end; from += 64) sink |= load<i32>(from);
  store<i32>(SINK, sink);
}
