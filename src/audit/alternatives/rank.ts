import type { SeedView } from '../seeds';
import type { RunView } from '../types';
import type { Chance } from '../../judge/collapse';
import { predictiveScore } from './score';

/** The runs of one reading of a report. */
export interface Reading {
  readonly name: string;
  readonly runs: readonly SeedView[];
}

export interface RankedReading {
  readonly name: string;
  /** Of all learning rates together; undefined where too few runs did not collapse. */
  readonly score?: number;
  /** Of each learning rate of the report. */
  readonly byLr: readonly { readonly lr: number; readonly score?: number; readonly seeds: number }[];
  /** Below the best reading. */
  readonly below?: number;
  /** Standard error of `below`, by leaving out one seed after another (jackknife); 0 of the best reading itself. */
  readonly error?: number;
}

/**
 * Readings by how well their runs predict all reported ones, the best first; those without a score come last.
 *
 * @param reported the runs of the report whose learning rate is known
 */
export function rankReadings(
  readings: readonly Reading[],
  reported: readonly (RunView & { readonly lr: number })[],
  chance: Chance,
): RankedReading[] {
  const scored = readings.map((reading) => ({ ...reading, ...scoreOf(reading.runs, reported, chance) }));
  const ordered = scored.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
  const [best] = ordered;
  return ordered.map(({ name, runs, score, byLr }) => {
    if (score === undefined || best.score === undefined) return { name, byLr };
    const below = best.score - score;
    if (name === best.name) return { name, score, byLr, below, error: 0 };
    const error = jackknife(runs, best.runs, (a, b) => {
      const [of, ofBest] = [a, b].map((runs) => scoreOf(runs, reported, chance).score);
      return of === undefined || ofBest === undefined ? undefined : ofBest - of;
    });
    return { name, score, byLr, below, ...(error !== undefined && { error }) };
  });
}

function scoreOf(
  runs: readonly SeedView[],
  reported: readonly (RunView & { readonly lr: number })[],
  chance: Chance,
): Pick<RankedReading, 'score' | 'byLr'> {
  const byLr = reported.map((run) => {
    const ours = runs.filter(({ lr }) => lr === run.lr);
    return { lr: run.lr, score: predictiveScore(run, ours, chance), seeds: ours.length };
  });
  const scores = byLr.map(({ score }) => score);
  return scores.includes(undefined)
    ? { byLr }
    : { byLr, score: (scores as number[]).reduce((total, score) => total + score, 0) };
}

/** Of a difference between two groups of runs, seed by seed; undefined when it needs every seed. */
function jackknife(
  a: readonly SeedView[],
  b: readonly SeedView[],
  difference: (a: readonly SeedView[], b: readonly SeedView[]) => number | undefined,
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

function seedsOf(runs: readonly SeedView[]): number[] {
  return [...new Set(runs.map(({ seed }) => seed))];
}

function without(runs: readonly SeedView[], seed: number): SeedView[] {
  return runs.filter((run) => run.seed !== seed);
}
