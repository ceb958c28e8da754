import type { Candidate } from './candidates';
import { resemblance, type Losses, type Resemblance } from './resemblance';

/** A candidate that was trained on. */
export interface Confirmed extends Candidate {
  /** To the reported run, over all epochs that it was trained for; undefined where too few losses can be compared. */
  readonly resemblance?: Resemblance;
}

/** How far a search has come. */
export interface Confirmation {
  /** All of them, the likeliest first. */
  readonly candidates: readonly Confirmed[];
  /** Those that may still be the seed, while none is shown to be: they are to be trained for another epoch. */
  readonly undecided: readonly Candidate[];
  readonly found?: number;
}

/** Trainings of other seeds that a resemblance is measured against, at least. */
export const FEWEST_OTHERS = 8;

/**
 * At most this is the chance of the best candidate, times their number (Bonferroni). The tail of `p` is longer than it says, and each epoch
 * is another chance: searches for a seed that is not there find one in 2 to 6 of 1000 (tests/judge/seed/epochs.test.ts).
 */
const FALSE_FINDS = 1e-4;

/** Beyond it, a candidate's losses go with the reported ones less than those of another seed do on average. */
export const RULED_OUT = 0.5;

/** The candidates, and seeds after the range for as many trainings as are needed to tell what other seeds do. */
export function seedsToTrain(candidates: readonly Candidate[], lastOfRange: number): number[] {
  const more = Math.max(0, FEWEST_OTHERS + 1 - candidates.length);
  return [
    ...candidates.map(({ seed }) => seed),
    ...Array.from({ length: more }, (_, i) => lastOfRange + 1 + i),
  ];
}

/**
 * What another epoch says of those that are undecided.
 *
 * @param reported the further losses of the log
 * @param trained the losses of `seedsToTrain(undecided)`, from the first epoch on
 */
export function confirm(
  { candidates, undecided }: Confirmation,
  reported: Losses,
  trained: ReadonlyMap<number, Losses>,
  classes: number,
): Confirmation {
  const resemblances = new Map(
    [...trained].map(([seed, run]) => {
      const others = [...trained].filter(([other]) => other !== seed).map(([, losses]) => losses);
      return [seed, resemblance(reported, run, others, classes)] as const;
    }),
  );
  const judged = undecided.map(({ seed, loss, distance }): Confirmed => {
    return { seed, loss, distance, resemblance: resemblances.get(seed) };
  });
  const isJudged = ({ seed }: Candidate): boolean => undecided.some((candidate) => candidate.seed === seed);
  const all = [...judged.sort(byChance), ...candidates.filter((candidate) => !isJudged(candidate))];
  const best = judged.at(0);
  if (best !== undefined && chanceOf(best) * candidates.length <= FALSE_FINDS)
    return { candidates: all, undecided: [], found: best.seed };
  // Where another training can be compared with the log, one that cannot guesses where the reported run does not, or the other way round.
  const isTooShort = [...resemblances.values()].every((found) => found === undefined);
  const mayBe = ({ resemblance }: Confirmed): boolean =>
    resemblance === undefined ? isTooShort : resemblance.p <= RULED_OUT;
  return { candidates: all, undecided: judged.filter(mayBe) };
}

function byChance(a: Confirmed, b: Confirmed): number {
  return chanceOf(a) - chanceOf(b) || a.distance - b.distance || a.seed - b.seed;
}

function chanceOf({ resemblance }: Confirmed): number {
  return resemblance?.p ?? 1;
}
