/**
 * target[0 … length) += Σ over the list's entries of value · source[offset … offset + length), entry by entry: the sparse
 * sum behind the weight gradients and the Linear's input gradient. Each of `length` outputs has its own lane and its own
 * chain; up to 8 vectors of them stay in registers along the list.
 *
 * An entry is a byte offset (i32) and a value (f32). Reads and writes whole vectors: the lanes beyond `length` are padding,
 * with values that nobody reads.
 */
export function accumulate(target: usize, source: usize, list: usize, entries: i32, length: i32): void {
  const end = list + (entries << 3);
  let vectors = (length + 3) >> 2;
  for (; vectors >= 8; vectors -= 8) {
    let a0 = v128.load(target);
    let a1 = v128.load(target, 16);
    let a2 = v128.load(target, 32);
    let a3 = v128.load(target, 48);
    let a4 = v128.load(target, 64);
    let a5 = v128.load(target, 80);
    let a6 = v128.load(target, 96);
    let a7 = v128.load(target, 112);
    for (let entry = list; entry < end; entry += 8) {
      const from = source + load<i32>(entry);
      const value = v128.load_splat<f32>(entry, 4);
      a0 = f32x4.add(a0, f32x4.mul(value, v128.load(from)));
      a1 = f32x4.add(a1, f32x4.mul(value, v128.load(from, 16)));
      a2 = f32x4.add(a2, f32x4.mul(value, v128.load(from, 32)));
      a3 = f32x4.add(a3, f32x4.mul(value, v128.load(from, 48)));
      a4 = f32x4.add(a4, f32x4.mul(value, v128.load(from, 64)));
      a5 = f32x4.add(a5, f32x4.mul(value, v128.load(from, 80)));
      a6 = f32x4.add(a6, f32x4.mul(value, v128.load(from, 96)));
      a7 = f32x4.add(a7, f32x4.mul(value, v128.load(from, 112)));
    }
    v128.store(target, a0);
    v128.store(target, a1, 16);
    v128.store(target, a2, 32);
    v128.store(target, a3, 48);
    v128.store(target, a4, 64);
    v128.store(target, a5, 80);
    v128.store(target, a6, 96);
    v128.store(target, a7, 112);
    target += 128;
    source += 128;
  }
  for (; vectors > 0; vectors--) {
    let sum = v128.load(target);
    for (let entry = list; entry < end; entry += 8) {
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(entry, 4), v128.load(source + load<i32>(entry))));
    }
    v128.store(target, sum);
    target += 16;
    source += 16;
  }
}

/** target += the list's values, one after another. */
export function accumulateValues(target: usize, list: usize, entries: i32): void {
  let sum = load<f32>(target);
  for (let i = 0; i < entries; i++) sum += load<f32>(list + (i << 3), 4);
  store<f32>(target, sum);
}
