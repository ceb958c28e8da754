/** Input features that a Linear sums in one chain: part of the definition, see reference/numerics.ts. */
export const LINEAR_PIECE = 128;
