import { placeOf, type Point } from '../../run/run';
import { clopperPearson } from '../../statistics/clopperPearson';
import { choicesOf, isUnlike } from '../../statistics/permutation';
import type { Metric } from '../../study/types';
import type { Band } from '../bands';
import type { Guess } from '../collapse';
import { featuresOf, preparedRun, type JointRun } from '../jointly';
import { isRefused } from './refused';

/** How many sets of runs `assay check` would refuse, each by a band and by runs of its own. */

/** How many runs are judged at once. */
export const SET_SIZES = [1, 3, 5, 10];

/** Choices of as many runs that the joint test looks at here. */
const CHOICES = 999;

const LEVEL = 0.95;

export interface Refused {
  readonly count: number;
  /** Sets that were simulated. */
  readonly of: number;
  /** Clopper and Pearson's interval at 95 %, of as many sets as have no run in common: no average of more is less sure (Hoeffding 1963). */
  readonly lower: number;
  readonly upper: number;
}

/** Of sets of one size. */
export interface Seen {
  readonly runs: number;
  /** By the band of each run alone, or by all together, as `assay check` judges them. */
  readonly gate: Refused;
  /** By the band of each run, widened. */
  readonly alone: Refused;
  /** Missing of one run. */
  readonly jointly?: Refused;
}

/** Of the sets of one size. */
export interface Gate {
  readonly k: number;
  readonly coverage: number;
  /** Of the joint test: that of the band of all runs. */
  readonly level: number;
  readonly sets: readonly GateSet[];
}

/** One set, and what it is judged by. */
interface GateSet {
  readonly judged: readonly JointRun[];
  readonly band: Band;
  readonly others: readonly ReturnType<typeof preparedRun>[];
}

/**
 * @param runs that the sets are drawn from
 * @param changed what is done to a set before it is judged
 */
export function seenBy(
  { k, sets, level }: Gate,
  runs: number,
  metrics: readonly Metric[],
  guess: Guess | undefined,
  changed: (judged: readonly JointRun[], set: number) => readonly JointRun[],
): Seen {
  let [alone, jointly, gate] = [0, 0, 0];
  for (const [i, { judged, band, others }] of sets.entries()) {
    const faulty = changed(judged, i);
    const prepared = faulty.map((run) => preparedRun(run, metrics, guess));
    const byBand = faulty.some((run, j) => isRefused(run, prepared[j], band, metrics, guess));
    let together = false;
    if (k > 1) {
      const { samples } = featuresOf([...prepared, ...others], metrics);
      together = isUnlike(samples, k, choicesFor(samples.length, k), level);
    }
    if (byBand) alone++;
    if (together) jointly++;
    if (byBand || together) gate++;
  }
  const refused = (count: number): Refused => {
    const disjoint = disjointSets(sets.length, runs, k);
    return {
      count,
      of: sets.length,
      ...clopperPearson((count / sets.length) * disjoint, disjoint, LEVEL),
    };
  };
  return {
    runs: k,
    gate: refused(gate),
    alone: refused(alone),
    ...(k > 1 && { jointly: refused(jointly) }),
  };
}

export function disjointSets(sets: number, runs: number, k: number): number {
  return Math.min(sets, Math.floor(runs / k));
}

const known = new Map<string, ReturnType<typeof choicesOf>>();

/** The same ones are asked for again and again. */
function choicesFor(n: number, k: number): ReturnType<typeof choicesOf> {
  const key = `${n} ${k}`;
  const choices = known.get(key) ?? choicesOf(n, k, CHOICES, key);
  known.set(key, choices);
  return choices;
}

export type Placed = { readonly series: Readonly<Record<string, readonly Pick<Point, 'epoch' | 'step'>[]>> };

export function placesOf({ series }: Placed, metrics: readonly Metric[]): string[] {
  return metrics.flatMap(({ name }) => (series[name] ?? []).map((point) => `${name} ${placeOf(point)}`));
}

export function hasSamePlaces(a: Placed, b: Placed, metrics: readonly Metric[]): boolean {
  return placesOf(a, metrics).join() === placesOf(b, metrics).join();
}
