import { AssayError } from '../../base/errors';
import type { EnsembleRun } from '../bands';
import { candidatesOf } from '../seed/candidates';
import type { ReportedLosses } from '../seed/reportedLosses';
import { resemblance } from '../seed/resemblance';

/** What tells a run from others: its learning rate and its losses. */
export interface Told {
  /** Names the run in messages. */
  readonly where: string;
  readonly lr: number;
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
  runs: readonly Told[],
  ensemble: readonly EnsembleRun[],
  classes: number,
): void {
  const known = new Map<string, string>();
  for (const { where, lr, losses } of runs) {
    const key = JSON.stringify([lr, losses]);
    const twin = known.get(key);
    if (twin !== undefined) throw dependent('a run that is given twice', where, `the losses of ${twin}`);
    known.set(key, where);
    const seed = seedInEnsemble({ where, lr, losses }, ensemble, classes);
    if (seed !== undefined)
      throw dependent('a run whose seed the ensemble has', where, `the losses of seed ${seed}`);
  }
}

function dependent(what: string, where: string, got: string): AssayError {
  return new AssayError('usage', { what, where, expected: 'runs with seeds of their own', got });
}

function seedInEnsemble(
  { lr, losses: { first, further } }: Told,
  ensemble: readonly EnsembleRun[],
  classes: number,
): number | undefined {
  const runs = ensemble.filter((run) => run.lr === lr);
  const starts = runs.map(({ seed, loggedLosses }) => [seed, loggedLosses[0]] as const);
  const isSame = (seed: number): boolean => {
    const run = runs.find((run) => run.seed === seed)?.loggedLosses ?? [];
    const others = runs.filter((run) => run.seed !== seed).map(({ loggedLosses }) => loggedLosses);
    const found = resemblance(further, run, others, classes);
    return found !== undefined && found.p <= SAME_SEED;
  };
  return candidatesOf(starts, first).candidates.find(({ seed }) => isSame(seed))?.seed;
}
