/**
 * The streams that a run's random numbers can be drawn from, those of PyTorch's builds (docs/numerics.md): by the name that a user
 * types, what a record says. They differ in the dropout masks alone.
 */
export const RNGS = { torch: 'pytorch-mt19937', 'torch-mkl': 'pytorch-mt19937-mkl' } as const;

export type RngName = keyof typeof RNGS;
export type Rng = (typeof RNGS)[RngName];

export const DEFAULT_RNG: Rng = RNGS.torch;

/** What to type for a record's stream. */
export function rngNameOf(rng: Rng): RngName {
  return rng === RNGS['torch-mkl'] ? 'torch-mkl' : 'torch';
}
