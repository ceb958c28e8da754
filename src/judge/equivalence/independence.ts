import { AssayError } from '../../base/errors';
import { sameConditions, type Conditions } from '../../run/run';
import type { Metric } from '../../study/types';
import type { EnsembleRun } from '../bands';
import { candidatesOf } from '../seed/candidates';
import type { ReportedLosses } from '../seed/reportedLosses';
import { resemblance } from '../seed/resemblance';

/** What tells a run from others: its conditions and its losses. */
export interface Witness {
  /** Names the run in messages. */
  readonly where: string;
  readonly conditions: Conditions;
  readonly losses: ReportedLosses;
}

/** Above it, losses that start alike have gone different ways. */
const SAME_SEED = 0.01;

/**
 * Tests of equivalence take every run for a witness of its own: one that is there twice, or whose seed the ensemble has, is none.
 *
 * @throws AssayError `usage`
 */
export function checkIndependence(
  runs: readonly Witness[],
  ensemble: readonly EnsembleRun[],
  lossMetric: Metric,
  classes: number,
): void {
  const known = new Map<string, string>();
  for (const run of runs) {
    const { where, conditions, losses } = run;
    const key = JSON.stringify([conditions, losses]);
    const twin = known.get(key);
    if (twin !== undefined) throw dependent('a run that is given twice', where, `the losses of ${twin}`);
    known.set(key, where);
    const seed = seedInEnsemble(run, ensemble, lossMetric, classes);
    if (seed !== undefined)
      throw dependent('a run whose seed the ensemble has', where, `the losses of seed ${seed}`);
  }
}

function dependent(what: string, where: string, got: string): AssayError {
  return new AssayError('usage', { what, where, expected: 'runs with different seeds', got });
}

function seedInEnsemble(
  { conditions, losses: { first, further } }: Witness,
  ensemble: readonly EnsembleRun[],
  { name }: Metric,
  classes: number,
): number | undefined {
  const runs = ensemble.flatMap(({ seed, series, ...run }) =>
    seed === undefined || !sameConditions(run.conditions, conditions)
      ? []
      : [{ seed, losses: (series[name] ?? []).map(({ value }) => value) }],
  );
  const isSame = (seed: number): boolean => {
    const run = runs.find((run) => run.seed === seed)?.losses ?? [];
    const others = runs.filter((run) => run.seed !== seed).map(({ losses }) => losses);
    const found = resemblance(further, run, others, classes);
    return found !== undefined && found.p <= SAME_SEED;
  };
  const starts = runs.map(({ seed, losses }) => [seed, losses[0]] as const);
  return candidatesOf(starts, first).candidates.find(({ seed }) => isSame(seed))?.seed;
}
