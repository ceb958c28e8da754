/** 48 floats for this thread; see `setScratch`. */
let chainSum: usize = 0;

export function setChainSum(address: usize): void {
  chainSum = address;
}

/**
 * target = total + (Σ over the list's entries of value · source[offset …]), on `bytes` of outputs, a multiple of 64.
 *
 * @param total a bias, or the target itself
 */
export function addProducts(
  target: usize,
  total: usize,
  source: usize,
  list: usize,
  end: usize,
  bytes: i32,
): void {
  for (; bytes >= 192; bytes -= 192) {
    sumProducts12(chainSum, source, list, end);
    add(target, total, 192);
    target += 192;
    total += 192;
    source += 192;
  }
  if (bytes == 128) sumProducts8(chainSum, source, list, end);
  else if (bytes == 64) sumProducts4(chainSum, source, list, end);
  add(target, total, bytes);
}

/** target = total + the sum in `chainSum`: 64, 128 or 192 bytes. */
function add(target: usize, total: usize, bytes: i32): void {
  const sum = chainSum;
  for (let at = 0; at < bytes; at += 64) {
    v128.store(target + at, f32x4.add(v128.load(total + at), v128.load(sum + at)));
    v128.store(target + at, f32x4.add(v128.load(total + at, 16), v128.load(sum + at, 16)), 16);
    v128.store(target + at, f32x4.add(v128.load(total + at, 32), v128.load(sum + at, 32)), 32);
    v128.store(target + at, f32x4.add(v128.load(total + at, 48), v128.load(sum + at, 48)), 48);
  }
}

/** target = start (−0 counted as 0) + Σ over the list's entries of value · source[offset …], a chain, on `bytes`, a multiple of 16. */
export function continueChain(
  target: usize,
  start: usize,
  source: usize,
  list: usize,
  end: usize,
  bytes: i32,
): void {
  for (let at = 0; at < bytes; at += 16) {
    let sum = f32x4.add(v128.load(start + at), f32x4.splat(0));
    for (let entry = list; entry < end; entry += 8) {
      const from = source + at + load<i32>(entry);
      sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(entry, 4), v128.load(from)));
    }
    v128.store(target + at, sum);
  }
}

/** target += Σ over the list's values, a chain of its own from 0. */
export function accumulateValues(target: usize, list: usize, end: usize): void {
  let sum: f32 = 0;
  for (; list < end; list += 8) sum += load<f32>(list, 4);
  store<f32>(target, load<f32>(target) + sum);
}

/**
 * The micro-kernel behind every sum of products, forward and backward:
 *
 *   target = Σ over the list's entries of value · source[offset …]      on `bytes` of outputs at once, a multiple of 64
 *
 * A sum is a chain from 0, entry by entry. A list holds what is not 0 of the operand that is streamed (an activation, a
 * gradient): after ReLU, max-pooling and dropout that is half of it or less, and the definition leaves the other products
 * out. An entry is 8 bytes: a byte offset (i32) from `source` and the value (f32). Each output has its own lane and its own chain.
 *
 * The inner loop broadcasts the value and adds 12 vectors to 12 registers, the most that V8 keeps there; fewer would load more entries
 * for as many products. Nothing but stores stands behind the loop: otherwise V8 moves loads to the loop's beginning, spills, and takes
 * twice as long. So what a sum is added to is added by `addProducts`.
 */
export function sumProducts(target: usize, source: usize, list: usize, end: usize, bytes: i32): void {
  for (; bytes >= 192; bytes -= 192) {
    sumProducts12(target, source, list, end);
    target += 192;
    source += 192;
  }
  if (bytes == 128) sumProducts8(target, source, list, end);
  else if (bytes == 64) sumProducts4(target, source, list, end);
}

export function sumProducts12(target: usize, source: usize, list: usize, end: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let a5 = f32x4.splat(0);
  let a6 = f32x4.splat(0);
  let a7 = f32x4.splat(0);
  let a8 = f32x4.splat(0);
  let a9 = f32x4.splat(0);
  let a10 = f32x4.splat(0);
  let a11 = f32x4.splat(0);
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
    a8 = f32x4.add(a8, f32x4.mul(value, v128.load(from, 128)));
    a9 = f32x4.add(a9, f32x4.mul(value, v128.load(from, 144)));
    a10 = f32x4.add(a10, f32x4.mul(value, v128.load(from, 160)));
    a11 = f32x4.add(a11, f32x4.mul(value, v128.load(from, 176)));
  }
  v128.store(target, a0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
  v128.store(target, a3, 48);
  v128.store(target, a4, 64);
  v128.store(target, a5, 80);
  v128.store(target, a6, 96);
  v128.store(target, a7, 112);
  v128.store(target, a8, 128);
  v128.store(target, a9, 144);
  v128.store(target, a10, 160);
  v128.store(target, a11, 176);
}

export function sumProducts8(target: usize, source: usize, list: usize, end: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  let a4 = f32x4.splat(0);
  let a5 = f32x4.splat(0);
  let a6 = f32x4.splat(0);
  let a7 = f32x4.splat(0);
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
}

export function sumProducts4(target: usize, source: usize, list: usize, end: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = f32x4.splat(0);
  let a2 = f32x4.splat(0);
  let a3 = f32x4.splat(0);
  for (let entry = list; entry < end; entry += 8) {
    const from = source + load<i32>(entry);
    const value = v128.load_splat<f32>(entry, 4);
    a0 = f32x4.add(a0, f32x4.mul(value, v128.load(from)));
    a1 = f32x4.add(a1, f32x4.mul(value, v128.load(from, 16)));
    a2 = f32x4.add(a2, f32x4.mul(value, v128.load(from, 32)));
    a3 = f32x4.add(a3, f32x4.mul(value, v128.load(from, 48)));
  }
  v128.store(target, a0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
  v128.store(target, a3, 48);
}

/**
 * target = start (−0 counted as 0) + Σ over the list of [address + column …], a chain, on `bytes` of outputs, a multiple of 64.
 * An entry is an address (i32).
 */
export function sumTerms(target: usize, start: usize, list: usize, end: usize, bytes: i32): void {
  let column: usize = 0;
  for (; bytes >= 128; bytes -= 128) {
    sumTerms8(target + column, start + column, column, list, end);
    column += 128;
  }
  if (bytes > 0) sumTerms4(target + column, start + column, column, list, end);
}

export function sumTerms8(target: usize, start: usize, column: usize, list: usize, end: usize): void {
  const zero = f32x4.splat(0);
  let a0 = f32x4.add(v128.load(start), zero);
  let a1 = f32x4.add(v128.load(start, 16), zero);
  let a2 = f32x4.add(v128.load(start, 32), zero);
  let a3 = f32x4.add(v128.load(start, 48), zero);
  let a4 = f32x4.add(v128.load(start, 64), zero);
  let a5 = f32x4.add(v128.load(start, 80), zero);
  let a6 = f32x4.add(v128.load(start, 96), zero);
  let a7 = f32x4.add(v128.load(start, 112), zero);
  for (let entry = list; entry < end; entry += 4) {
    const from = column + load<i32>(entry);
    a0 = f32x4.add(a0, v128.load(from));
    a1 = f32x4.add(a1, v128.load(from, 16));
    a2 = f32x4.add(a2, v128.load(from, 32));
    a3 = f32x4.add(a3, v128.load(from, 48));
    a4 = f32x4.add(a4, v128.load(from, 64));
    a5 = f32x4.add(a5, v128.load(from, 80));
    a6 = f32x4.add(a6, v128.load(from, 96));
    a7 = f32x4.add(a7, v128.load(from, 112));
  }
  v128.store(target, a0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
  v128.store(target, a3, 48);
  v128.store(target, a4, 64);
  v128.store(target, a5, 80);
  v128.store(target, a6, 96);
  v128.store(target, a7, 112);
}

export function sumTerms4(target: usize, start: usize, column: usize, list: usize, end: usize): void {
  const zero = f32x4.splat(0);
  let a0 = f32x4.add(v128.load(start), zero);
  let a1 = f32x4.add(v128.load(start, 16), zero);
  let a2 = f32x4.add(v128.load(start, 32), zero);
  let a3 = f32x4.add(v128.load(start, 48), zero);
  for (let entry = list; entry < end; entry += 4) {
    const from = column + load<i32>(entry);
    a0 = f32x4.add(a0, v128.load(from));
    a1 = f32x4.add(a1, v128.load(from, 16));
    a2 = f32x4.add(a2, v128.load(from, 32));
    a3 = f32x4.add(a3, v128.load(from, 48));
  }
  v128.store(target, a0);
  v128.store(target, a1, 16);
  v128.store(target, a2, 32);
  v128.store(target, a3, 48);
}
