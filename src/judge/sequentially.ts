import { numberOfChoices } from '../statistics/permutation';
import type { Metric } from '../study/types';
import type { Guess } from './collapse';
import { judgeJointly, type DeviatingFeature, type JointRun } from './jointly';

/**
 * Runs of one setting that are looked at again after each of them, as often as somebody likes. The first j are judged together, at a level
 * of their own: {@link levelOfLook}. These levels come to the whole one, over all looks that there can ever be, so that honest runs fail at
 * any look with its probability at most, whenever one stops (Bonferroni; a level is spent over looks by Lan and DeMets 1983). Each look is
 * the exact test of jointly.ts.
 */

/** What was seen when so many runs were there. */
export interface Look {
  readonly runs: number;
  readonly pValue: number;
  /** It fails at this p-value or less. */
  readonly level: number;
  readonly verdict: 'pass' | 'fail';
}

export interface SequentialJudgement {
  /** That they are held against. */
  readonly ensemble: number;
  /** Of all looks together. */
  readonly level: number;
  /** Of how many runs the first look is: fewer have no p-value that would fail. */
  readonly first: number;
  /** Up to the one that failed. */
  readonly looks: readonly Look[];
  /** `inconclusive` before the first look. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** Those by which the runs are unlike. */
  readonly deviating: readonly DeviatingFeature[];
}

/** Enough that some fifty runs of an ensemble of sixty can fail a look. */
const MOST_CHOICES = 99_999;

/** α first / (j (j + 1)), which come to α over all j from the first on. */
export function levelOfLook(level: number, runs: number, first: number): number {
  return (level * first) / (runs * (runs + 1));
}

/** The least number of runs that can fail at their level, if the first look is of them. */
export function firstLook(level: number, ensemble: number): number {
  let first = 1;
  while (1 / numberOfChoices(ensemble + first, first) > levelOfLook(level, first, first)) first++;
  return first;
}

/**
 * @param judged in the order in which they were made, with numbers in the places of the ensemble's
 * @param ensemble two runs of the same setting at least; those that are among the judged are left out
 * @param level probability of a false alarm at any look, at most
 * @param mostChoices that a look takes; where there are more, as many are drawn
 */
export function judgeSequentially(
  judged: readonly JointRun[],
  ensemble: readonly JointRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
  level: number,
  mostChoices = MOST_CHOICES,
): SequentialJudgement {
  const first = firstLook(level, ensemble.length);
  const looks: Look[] = [];
  let last: ReturnType<typeof judgeJointly> | undefined;
  for (let j = first; j <= judged.length && last?.verdict !== 'fail'; j++) {
    const own = levelOfLook(level, j, first);
    last = judgeJointly(judged.slice(0, j), ensemble, metrics, guess, own, mostChoices);
    looks.push({ runs: j, pValue: last.pValue, level: last.level, verdict: last.verdict });
  }
  return {
    ...{ ensemble: last?.ensemble ?? ensemble.length, level, first, looks },
    ...{ verdict: last?.verdict ?? 'inconclusive', deviating: last?.deviating ?? [] },
  };
}

/**
 * How many runs there would have to be until they fail, if those to come were those that are there again; nothing where as many again would
 * not either. A forecast, which takes nothing of the level.
 *
 * @param judged that did not fail
 */
export function enoughLike(
  judged: readonly JointRun[],
  ensemble: readonly JointRun[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
  { level, first }: SequentialJudgement,
): number | undefined {
  const more = [...judged];
  for (const again of judged) {
    more.push(again);
    if (more.length < first) continue;
    const own = levelOfLook(level, more.length, first);
    if (judgeJointly(more, ensemble, metrics, guess, own, MOST_CHOICES).verdict === 'fail')
      return more.length;
  }
  return undefined;
}
