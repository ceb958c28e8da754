/** 128 zeros, never written: in the unused part of the control block. */
export const ZEROS: usize = 2048;

/** 32 floats for this thread; see `setScratch`. */
let chainSum: usize = 0;

export function setChainSum(address: usize): void {
  chainSum = address;
}

/**
 * The micro-kernel behind every sum of products, forward and backward:
 *
 *   target = total + (start + Σ over the list's entries of value · source[offset …])      on `width` floats at once
 *
 * The sum in brackets is a chain, entry by entry. A list holds what is not 0 of the operand that is streamed (an activation, a
 * gradient): after ReLU, max-pooling and dropout that is half of it or less, and the definition leaves the other products
 * out. An entry is 8 bytes: a byte offset (i32) from `source` and the value (f32). Each of the `width` outputs has its own
 * lane and its own chain.
 *
 * The inner loop broadcasts the value and adds 8 vectors to 8 registers. More would spill; fewer would leave the adders
 * waiting for the previous sum. Nothing but loads and stores stands before and behind the loop, hence the detour of the sum over
 * memory: otherwise V8 moves all loads to the loop's beginning, spills, and takes twice as long.
 *
 * @param total a bias, the target itself, or `ZEROS`, if `width` is at most 128 (no sum is −0, so adding 0 changes nothing)
 * @param start 32 floats, with which every 32 outputs begin: `ZEROS`, or a target of that width, whose chain then goes on
 * @param end address after the last entry
 * @param vectors width / 4, divisible by 4
 */
export function accumulate(
  target: usize,
  total: usize,
  start: usize,
  source: usize,
  list: usize,
  end: usize,
  vectors: i32,
): void {
  for (; vectors >= 8; vectors -= 8) {
    accumulate8(target, total, start, source, list, end);
    target += 128;
    total += 128;
    source += 128;
  }
  if (vectors > 0) accumulate4(target, total, start, source, list, end);
}

export function accumulate8(
  target: usize,
  total: usize,
  start: usize,
  source: usize,
  list: usize,
  end: usize,
): void {
  let a0 = v128.load(start);
  let a1 = v128.load(start, 16);
  let a2 = v128.load(start, 32);
  let a3 = v128.load(start, 48);
  let a4 = v128.load(start, 64);
  let a5 = v128.load(start, 80);
  let a6 = v128.load(start, 96);
  let a7 = v128.load(start, 112);
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
  const sum = chainSum;
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(sum, a4, 64);
  v128.store(sum, a5, 80);
  v128.store(sum, a6, 96);
  v128.store(sum, a7, 112);
  v128.store(target, f32x4.add(v128.load(total), v128.load(sum)));
  v128.store(target, f32x4.add(v128.load(total, 16), v128.load(sum, 16)), 16);
  v128.store(target, f32x4.add(v128.load(total, 32), v128.load(sum, 32)), 32);
  v128.store(target, f32x4.add(v128.load(total, 48), v128.load(sum, 48)), 48);
  v128.store(target, f32x4.add(v128.load(total, 64), v128.load(sum, 64)), 64);
  v128.store(target, f32x4.add(v128.load(total, 80), v128.load(sum, 80)), 80);
  v128.store(target, f32x4.add(v128.load(total, 96), v128.load(sum, 96)), 96);
  v128.store(target, f32x4.add(v128.load(total, 112), v128.load(sum, 112)), 112);
}

export function accumulate4(
  target: usize,
  total: usize,
  start: usize,
  source: usize,
  list: usize,
  end: usize,
): void {
  let a0 = v128.load(start);
  let a1 = v128.load(start, 16);
  let a2 = v128.load(start, 32);
  let a3 = v128.load(start, 48);
  for (let entry = list; entry < end; entry += 8) {
    const from = source + load<i32>(entry);
    const value = v128.load_splat<f32>(entry, 4);
    a0 = f32x4.add(a0, f32x4.mul(value, v128.load(from)));
    a1 = f32x4.add(a1, f32x4.mul(value, v128.load(from, 16)));
    a2 = f32x4.add(a2, f32x4.mul(value, v128.load(from, 32)));
    a3 = f32x4.add(a3, f32x4.mul(value, v128.load(from, 48)));
  }
  const sum = chainSum;
  v128.store(sum, a0);
  v128.store(sum, a1, 16);
  v128.store(sum, a2, 32);
  v128.store(sum, a3, 48);
  v128.store(target, f32x4.add(v128.load(total), v128.load(sum)));
  v128.store(target, f32x4.add(v128.load(total, 16), v128.load(sum, 16)), 16);
  v128.store(target, f32x4.add(v128.load(total, 32), v128.load(sum, 32)), 32);
  v128.store(target, f32x4.add(v128.load(total, 48), v128.load(sum, 48)), 48);
}

/** target += Σ over the list's values, a chain of its own from 0. */
export function accumulateValues(target: usize, list: usize, end: usize): void {
  let sum: f32 = 0;
  for (; list < end; list += 8) sum += load<f32>(list, 4);
  store<f32>(target, load<f32>(target) + sum);
}

/**
 * target = Σ over the list's entries of value · source[offset …], a chain from 0, on `bytes` of outputs, a multiple of 64.
 *
 * 12 vectors at once are the most that V8 keeps in registers.
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
