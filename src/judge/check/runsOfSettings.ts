import { distinctConditions, placeOf, sameConditions, type Conditions, type Run } from '../../run/run';
import type { Metric } from '../../study/types';
import type { Guess } from '../collapse';
import { guessOf } from '../placement';
import { repeatedRuns, type LogJudgement } from '.';
import type { References } from './inBands';

/** Runs of one setting, and those that they are held against as a whole. */
export interface RunsOfSetting {
  readonly conditions: Conditions;
  /** By their places among the runs that were given. */
  readonly of: readonly number[];
  readonly judged: readonly Run[];
  /** Of the ensemble. */
  readonly others: readonly Run[];
  readonly guess: Guess | undefined;
  /** What the coverage of the band leaves of 1. */
  readonly level: number;
}

/**
 * The runs of each setting of which every number of the band was judged, each once, in the order that is given.
 *
 * @param judgements of `checkLogs`, of the same runs
 * @param ensemble the runs that the bands were made of
 */
export function runsOfSettings(
  runs: readonly Run[],
  judgements: readonly LogJudgement[],
  { study, experiment, bands }: References,
  ensemble: readonly Run[],
): RunsOfSetting[] {
  if (bands === undefined) return [];
  const repeated = repeatedRuns(runs);
  const whole = judgements.flatMap(({ conditions, pValue }, i) =>
    conditions === undefined || pValue === undefined || repeated.has(i) ? [] : [{ conditions, i }],
  );
  return distinctConditions(whole).flatMap((conditions): RunsOfSetting[] => {
    const band = bands.bands.find((band) => sameConditions(band.conditions, conditions));
    const of = whole.flatMap((one) => (sameConditions(one.conditions, conditions) ? [one.i] : []));
    const others = ensemble.filter((run) => sameConditions(run.conditions, conditions));
    if (band === undefined || others.length < 2) return [];
    const judged = of.map((i) => inOrderOf(others[0], runs[i], study.metrics));
    const testCount = experiment?.data.testCount ?? judged[0].stated.testCount?.value;
    const guess = guessOf(bands, study.chance, testCount);
    return [{ conditions, of, judged, others, guess, level: 1 - band.coverage }];
  });
}

/** A log may tell its numbers in another order: place by place, as another run has them. */
function inOrderOf(other: Run, run: Run, metrics: readonly Metric[]): Run {
  const series = metrics.map(({ name }) => {
    const points = new Map(run.series[name].map((point) => [placeOf(point), point]));
    return [name, other.series[name].flatMap((point) => points.get(placeOf(point)) ?? [])] as const;
  });
  return { ...run, series: Object.fromEntries(series) };
}
