import { halfOfLastDigit, type Point } from '../../run/run';

/** A seed whose first loss could have been printed as the one that is looked for. */
export interface Candidate {
  readonly seed: number;
  readonly loss: number;
  /** Of the loss from the printed number. */
  readonly distance: number;
}

/**
 * How far apart two implementations' losses of batch 0 are at most: ours and PyTorch's differ by some units in the last place of a
 * float32 near 2.3 (2.4e-7 each).
 */
export const NOISE = 1.5e-6;

/** `expectedByChance` counts as far as this: far narrower than the spread of the losses, and wider than what few digits leave open. */
const NEIGHBOURHOOD = 1e-3;
const REACHES = 4;

/** Whether two printed losses of batch 0 could be those of one seed. Of two seeds, some in 10,000 pairs could. */
export function couldBeOfOneSeed(a: Point, b: Point): boolean {
  return Math.abs(a.value - b.value) <= halfOfLastDigit(a) + halfOfLastDigit(b) + NOISE;
}

/** Seeds whose loss is within rounding and noise of what was printed, the nearest first. */
export function candidatesOf(
  losses: Iterable<readonly [seed: number, loss: number]>,
  printed: Point,
): { readonly candidates: Candidate[]; readonly expectedByChance: number } {
  const reach = halfOfLastDigit(printed) + NOISE;
  const neighbourhood = Math.max(NEIGHBOURHOOD, REACHES * reach);
  const candidates: Candidate[] = [];
  let neighbours = 0;
  for (const [seed, loss] of losses) {
    const distance = Math.abs(loss - printed.value);
    if (distance <= neighbourhood) neighbours++;
    if (distance <= reach) candidates.push({ seed, loss, distance });
  }
  candidates.sort((a, b) => a.distance - b.distance || a.seed - b.seed);
  return { candidates, expectedByChance: (neighbours * reach) / neighbourhood };
}
