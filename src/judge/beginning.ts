/**
 * What the first steps of a training tell: two programs that do the same differ by rounding alone there. Ours and PyTorch's are within
 * 1e-6 of each other over ten steps, and within 1e-5 over twenty, while 1.5 times the learning rate makes 1e-2 (docs/audit.md, "The
 * gate"). Later, rounding has grown to the differences that other seeds make.
 */
export const FIRST_STEPS = 10;
/** The greatest relative difference that is still taken for rounding. */
export const MOST_ROUNDING = 1e-3;

/** Where two runs of one seed do different things. */
export interface Departure {
  /** From 0. */
  readonly step: number;
  readonly expected: number;
  readonly got: number;
}

/** The first of the {@link FIRST_STEPS} losses in which a run differs from another of the same seed by more than rounding. */
export function firstDeparture(expected: readonly number[], got: readonly number[]): Departure | undefined {
  for (let step = 0; step < Math.min(FIRST_STEPS, expected.length, got.length); step++) {
    const [a, b] = [expected[step], got[step]];
    if (!Object.is(a, b) && !(Math.abs(b / a - 1) <= MOST_ROUNDING)) return { step, expected: a, got: b };
  }
  return undefined;
}
