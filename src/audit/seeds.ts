import type { EncodedEnsembleRun, Ensemble } from '../run/ensemble';
import type { Experiment } from '../experiment/types';
import { collapseShare, type Chance } from '../judge/collapse';
import type { AskedSeeds, RunView, SeedShare } from './types';
import { collapses } from './views';

/** A run of ours, as claims see it. */
export interface SeedView extends RunView {
  readonly lr: number;
  readonly seed: number;
}

/** The runs of an ensemble, with the losses that their logs print. */
export function seedViews({ runs }: Ensemble, { training }: Experiment): SeedView[] {
  return runs.map((run) => seedView(run, training.batchSize * training.logInterval));
}

/** @param stride images between two logged losses of an epoch */
function seedView({ lr, seed, epochs, loggedLosses }: EncodedEnsembleRun, stride: number): SeedView {
  const logged = loggedLosses.length / epochs.length;
  return {
    lr,
    seed,
    epochs: epochs.map(({ epoch, testLoss, correctCount, testCount }, index) => ({
      epoch,
      testLoss: Number(testLoss),
      correctCount,
      testCount,
      accuracy: (100 * correctCount) / testCount,
      losses: loggedLosses
        .slice(index * logged, (index + 1) * logged)
        .map((loss, i) => ({ seen: i * stride, loss: Number(loss) })),
    })),
  };
}

/** Of the interval of a share of seeds. */
const SEED_SHARE_LEVEL = 0.95;

/** In how many of some seeds something holds; at least one. */
export function seedShare(
  seeds: readonly { readonly holds: boolean; readonly collapsed: boolean }[],
): SeedShare {
  const count = (some: typeof seeds): { holds: number; of: number } => ({
    holds: some.filter(({ holds }) => holds).length,
    of: some.length,
  });
  const { holds, of } = count(seeds);
  const { level, lower, upper } = collapseShare(holds, of, SEED_SHARE_LEVEL);
  return { holds, of, level, lower, upper, collapsed: count(seeds.filter(({ collapsed }) => collapsed)) };
}

/**
 * Asks our seeds in how many something holds, of the runs of one; undefined when there are none.
 *
 * @param about the learning rates whose runs it depends on; left out, all
 */
export type AskSeeds = (
  holds: (runs: readonly RunView[]) => boolean,
  about?: readonly number[],
) => SeedShare | undefined;

/** The seeds that every one of the learning rates was trained with, however often each is given. */
export function askSeedsOf(
  views: readonly SeedView[],
  lrs: readonly number[],
  chance: Chance,
): { readonly ask: AskSeeds; readonly asked?: AskedSeeds } {
  const distinct = [...new Set(lrs)];
  const bySeed = [...new Set(views.map(({ seed }) => seed))]
    .map((seed) => views.filter((view) => view.seed === seed && distinct.includes(view.lr)))
    .filter((runs) => runs.length === distinct.length);
  if (distinct.length === 0 || bySeed.length === 0) return { ask: () => undefined };
  const collapsedAt = bySeed.map((runs) => runs.filter((run) => collapses(run, chance)).map(({ lr }) => lr));
  return {
    ask: (holds, about = distinct) =>
      seedShare(
        bySeed.map((runs, i) => ({
          holds: holds(runs),
          collapsed: collapsedAt[i].some((lr) => about.includes(lr)),
        })),
      ),
    asked: {
      of: bySeed.length,
      level: SEED_SHARE_LEVEL,
      lrs: distinct,
      collapsed: distinct.flatMap((lr) => {
        const count = collapsedAt.filter((lrs) => lrs.includes(lr)).length;
        return count === 0 ? [] : [{ lr, count }];
      }),
    },
  };
}
