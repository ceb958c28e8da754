/** Logged losses of an ensemble's runs around given ones: a half of them lower, a half higher, up to a factor of 1.6. */
export function lossesAround(losses: readonly number[], seed: number): number[] {
  return losses.map((loss, i) => loss * Math.exp(0.5 * Math.sin(1.7 * seed + i)));
}

/** Ten losses an epoch, where a test is not about them. */
export function someLosses(epochs: number, seed: number): number[] {
  return lossesAround(new Array<number>(10 * epochs).fill(0.5), seed);
}
