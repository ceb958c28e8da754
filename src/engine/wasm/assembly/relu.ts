/** ReLU in place: 0 for x ≤ 0, x otherwise, NaN stays. Sizes in bytes, divisible by 16: whole vectors with their padding. */

export function rectified(x: v128): v128 {
  return v128.andnot(x, f32x4.le(x, f32x4.splat(0)));
}

export function rectify(values: usize, bytes: i32): void {
  const end = values + bytes;
  for (; values < end; values += 16) v128.store(values, rectified(v128.load(values)));
}

/** Forward for sample i. */
export function relu(i: i32, values: usize, sampleStride: i32): void {
  rectify(values + i * sampleStride, sampleStride);
}

/** Backward for sample i, in place on the gradient: it passes where the output is not 0. */
export function reluGradInput(i: i32, output: usize, grad: usize, sampleStride: i32): void {
  const zero = f32x4.splat(0);
  const end: usize = (i + 1) * sampleStride;
  for (let at: usize = i * sampleStride; at < end; at += 16) {
    const off = f32x4.le(v128.load(output + at), zero);
    v128.store(grad + at, v128.andnot(v128.load(grad + at), off));
  }
}
