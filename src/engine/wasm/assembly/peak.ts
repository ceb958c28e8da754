/**
 * Multiplications and additions on registers alone, as many as the adders and multipliers take: what `npm run bench` measures
 * the kernels against. 12 independent chains of vectors, 2 · 4 · 12 floating-point operations a turn.
 */
export function peak(turns: i32, result: usize): void {
  const one = f32x4.splat(load<f32>(result));
  const x = f32x4.splat(load<f32>(result, 4));
  let a0 = one;
  let a1 = one;
  let a2 = one;
  let a3 = one;
  let a4 = one;
  let a5 = one;
  let a6 = one;
  let a7 = one;
  let a8 = one;
  let a9 = one;
  let a10 = one;
  let a11 = one;
  for (let i = 0; i < turns; i++) {
    a0 = f32x4.add(f32x4.mul(a0, x), one);
    a1 = f32x4.add(f32x4.mul(a1, x), one);
    a2 = f32x4.add(f32x4.mul(a2, x), one);
    a3 = f32x4.add(f32x4.mul(a3, x), one);
    a4 = f32x4.add(f32x4.mul(a4, x), one);
    a5 = f32x4.add(f32x4.mul(a5, x), one);
    a6 = f32x4.add(f32x4.mul(a6, x), one);
    a7 = f32x4.add(f32x4.mul(a7, x), one);
    a8 = f32x4.add(f32x4.mul(a8, x), one);
    a9 = f32x4.add(f32x4.mul(a9, x), one);
    a10 = f32x4.add(f32x4.mul(a10, x), one);
    a11 = f32x4.add(f32x4.mul(a11, x), one);
  }
  const low = f32x4.add(f32x4.add(f32x4.add(a0, a1), f32x4.add(a2, a3)), f32x4.add(a4, a5));
  const high = f32x4.add(f32x4.add(f32x4.add(a6, a7), f32x4.add(a8, a9)), f32x4.add(a10, a11));
  v128.store(result, f32x4.add(low, high));
}
