import { sameConditions, type Conditions, type Run } from '../../run/run';
import type { RunNumbers } from '../types';
import { predictiveScore, type ScoreTerms } from './score';

/** The runs of one reading of a report. */
export interface Reading {
  readonly name: string;
  readonly runs: readonly Run[];
}

export interface RankedReading {
  readonly name: string;
  /** Of all settings together; undefined where too few runs did not collapse. */
  readonly score?: number;
  /** Of each setting of the report. */
  readonly bySetting: readonly {
    readonly conditions: Conditions;
    readonly score?: number;
    readonly seeds: number;
  }[];
  /** Below the best reading. */
  readonly below?: number;
  /** Standard error of `below`, by leaving out one seed after another (jackknife); 0 of the best reading itself. */
  readonly error?: number;
}

/**
 * Readings by how well their runs predict all reported ones, the best first; those without a score come last.
 *
 * @param reported the runs of the report whose conditions are known
 */
export function rankReadings(
  readings: readonly Reading[],
  reported: readonly RunNumbers[],
  terms: ScoreTerms,
): RankedReading[] {
  const scored = readings.map((reading) => ({ ...reading, ...scoreOf(reading.runs, reported, terms) }));
  const ordered = scored.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
  const [best] = ordered;
  return ordered.map(({ name, runs, score, bySetting }) => {
    if (score === undefined || best.score === undefined) return { name, bySetting };
    const below = best.score - score;
    if (name === best.name) return { name, score, bySetting, below, error: 0 };
    const error = jackknife(runs, best.runs, (a, b) => {
      const [of, ofBest] = [a, b].map((runs) => scoreOf(runs, reported, terms).score);
      return of === undefined || ofBest === undefined ? undefined : ofBest - of;
    });
    return { name, score, bySetting, below, ...(error !== undefined && { error }) };
  });
}

function scoreOf(
  runs: readonly Run[],
  reported: readonly RunNumbers[],
  terms: ScoreTerms,
): Pick<RankedReading, 'score' | 'bySetting'> {
  const bySetting = reported.map((run) => {
    const { conditions } = run;
    const ours = runs.filter((other) => sameConditions(other.conditions, conditions));
    return { conditions, score: predictiveScore(run, ours, terms), seeds: ours.length };
  });
  const scores = bySetting.map(({ score }) => score);
  return scores.includes(undefined)
    ? { bySetting }
    : { bySetting, score: (scores as number[]).reduce((total, score) => total + score, 0) };
}

/** Of a difference between two groups of runs, seed by seed; undefined when it needs every seed. */
function jackknife(
  a: readonly Run[],
  b: readonly Run[],
  difference: (a: readonly Run[], b: readonly Run[]) => number | undefined,
): number | undefined {
  const variance = (values: readonly (number | undefined)[]): number | undefined => {
    if (values.length < 2 || values.includes(undefined)) return undefined;
    const known = values as readonly number[];
    const mean = known.reduce((total, value) => total + value, 0) / known.length;
    const squares = known.reduce((total, value) => total + (value - mean) ** 2, 0);
    return ((known.length - 1) / known.length) * squares;
  };
  const ofA = variance(seedsOf(a).map((seed) => difference(without(a, seed), b)));
  const ofB = variance(seedsOf(b).map((seed) => difference(a, without(b, seed))));
  return ofA === undefined || ofB === undefined ? undefined : Math.sqrt(ofA + ofB);
}

function seedsOf(runs: readonly Run[]): (number | undefined)[] {
  return [...new Set(runs.map(({ seed }) => seed))];
}

function without(runs: readonly Run[], seed: number | undefined): Run[] {
  return runs.filter((run) => run.seed !== seed);
}
