import type { Candidate } from './candidates';
import { resemblance, type Losses, type Resemblance } from './resemblance';

/** A candidate that was trained on. */
export interface Confirmed extends Candidate {
  /** To the reported run; undefined where too few losses can be compared. */
  readonly resemblance?: Resemblance;
}

/** Trainings of other seeds that a resemblance is measured against, at least. */
export const FEWEST_OTHERS = 8;

/**
 * How often a search may name a seed that is not the run's: the chance of each candidate is multiplied by their number (Bonferroni). It
 * is small, as losses late in a training have longer tails than the normal distribution that `p` is of: among 1222 pairs of different
 * seeds (tests/judge/seed/resemblance.test.ts) there was a chance of one in 700,000.
 */
const FALSE_FINDS = 1e-5;

/** The candidates, and seeds after the range for as many trainings as are needed to tell what other seeds do. */
export function seedsToTrain(candidates: readonly Candidate[], lastOfRange: number): number[] {
  const more = Math.max(0, FEWEST_OTHERS + 1 - candidates.length);
  return [
    ...candidates.map(({ seed }) => seed),
    ...Array.from({ length: more }, (_, i) => lastOfRange + 1 + i),
  ];
}

/**
 * @param reported the further losses of the log
 * @param trained the losses of `seedsToTrain`
 */
export function confirm(
  candidates: readonly Candidate[],
  reported: Losses,
  trained: ReadonlyMap<number, Losses>,
  classes: number,
): { readonly candidates: Confirmed[]; readonly found?: number } {
  const confirmed = candidates.map((candidate): Confirmed => {
    const others = [...trained].filter(([seed]) => seed !== candidate.seed).map(([, losses]) => losses);
    const run = trained.get(candidate.seed) ?? [];
    return { ...candidate, resemblance: resemblance(reported, run, others, classes) };
  });
  const chance = ({ resemblance }: Confirmed): number => resemblance?.p ?? 1;
  confirmed.sort((a, b) => chance(a) - chance(b) || a.distance - b.distance || a.seed - b.seed);
  const best = confirmed.at(0);
  const isFound = best !== undefined && chance(best) * candidates.length <= FALSE_FINDS;
  return { candidates: confirmed, ...(isFound && { found: best.seed }) };
}
