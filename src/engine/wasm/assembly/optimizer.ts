/** Optimizer steps over all parameters at once, as flat arrays of whole vectors. A task is a chunk of `chunk` bytes. */

/**
 * See `adam` in src/engine/reference/numerics.ts: the same operations in the same order, four lanes at a time.
 *
 * @param scalars float32 [7], in the order of `AdamScalars`
 */
export function adam(
  task: i32,
  chunk: i32,
  scalars: usize,
  param: usize,
  grad: usize,
  expAvg: usize,
  expAvgSq: usize,
  bytes: usize,
): void {
  const beta1 = v128.load_splat<f32>(scalars);
  const oneMinusBeta1 = v128.load_splat<f32>(scalars, 4);
  const beta2 = v128.load_splat<f32>(scalars, 8);
  const oneMinusBeta2 = v128.load_splat<f32>(scalars, 12);
  const negativeStepSize = v128.load_splat<f32>(scalars, 16);
  const sqrtBiasCorrection2 = v128.load_splat<f32>(scalars, 20);
  const eps = v128.load_splat<f32>(scalars, 24);
  const end = min(<usize>((task + 1) * chunk), bytes);
  for (let at: usize = task * chunk; at < end; at += 16) {
    const g = v128.load(grad + at);
    const m = f32x4.add(f32x4.mul(v128.load(expAvg + at), beta1), f32x4.mul(g, oneMinusBeta1));
    const v = f32x4.add(
      f32x4.mul(v128.load(expAvgSq + at), beta2),
      f32x4.mul(f32x4.mul(oneMinusBeta2, g), g),
    );
    v128.store(expAvg + at, m);
    v128.store(expAvgSq + at, v);
    const denominator = f32x4.add(f32x4.div(f32x4.sqrt(v), sqrtBiasCorrection2), eps);
    const change = f32x4.div(f32x4.mul(negativeStepSize, m), denominator);
    v128.store(param + at, f32x4.add(v128.load(param + at), change));
  }
}

/**
 * See `sgd` in src/engine/reference/numerics.ts.
 *
 * @param scalars float32 [2]: momentum, −lr
 */
export function sgd(
  task: i32,
  chunk: i32,
  scalars: usize,
  param: usize,
  grad: usize,
  momentumBuffer: usize,
  bytes: usize,
): void {
  const momentum = v128.load_splat<f32>(scalars);
  const negativeLr = v128.load_splat<f32>(scalars, 4);
  const end = min(<usize>((task + 1) * chunk), bytes);
  for (let at: usize = task * chunk; at < end; at += 16) {
    const buffer = f32x4.add(f32x4.mul(v128.load(momentumBuffer + at), momentum), v128.load(grad + at));
    v128.store(momentumBuffer + at, buffer);
    v128.store(param + at, f32x4.add(v128.load(param + at), f32x4.mul(negativeLr, buffer)));
  }
}

/**
 * See `rmsprop` in src/engine/reference/numerics.ts.
 *
 * @param scalars float32 [4], in the order of `RmspropScalars`
 */
export function rmsprop(
  task: i32,
  chunk: i32,
  scalars: usize,
  param: usize,
  grad: usize,
  squareAvg: usize,
  bytes: usize,
): void {
  const alpha = v128.load_splat<f32>(scalars);
  const oneMinusAlpha = v128.load_splat<f32>(scalars, 4);
  const eps = v128.load_splat<f32>(scalars, 8);
  const negativeLr = v128.load_splat<f32>(scalars, 12);
  const end = min(<usize>((task + 1) * chunk), bytes);
  for (let at: usize = task * chunk; at < end; at += 16) {
    const g = v128.load(grad + at);
    const v = f32x4.add(
      f32x4.mul(v128.load(squareAvg + at), alpha),
      f32x4.mul(f32x4.mul(oneMinusAlpha, g), g),
    );
    v128.store(squareAvg + at, v);
    const change = f32x4.div(f32x4.mul(negativeLr, g), f32x4.add(f32x4.sqrt(v), eps));
    v128.store(param + at, f32x4.add(v128.load(param + at), change));
  }
}
