import type { EncodedEnsembleRun, Ensemble } from '../../log/ensemble';
import type { Experiment } from '../../spec/types';
import { collapseShare } from '../collapse';
import type { RunView } from './types';
import type { AskSeeds } from './verdictTable';

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
export const SEED_SHARE_LEVEL = 0.95;

/** Asks the seeds that every one of the learning rates was trained with, however often each is given. */
export function askSeedsOf(views: readonly SeedView[], lrs: readonly number[]): AskSeeds {
  const distinct = new Set(lrs);
  const bySeed = [...new Set(views.map(({ seed }) => seed))]
    .map((seed) => views.filter((view) => view.seed === seed && distinct.has(view.lr)))
    .filter((runs) => runs.length === distinct.size);
  return (holds) => {
    if (bySeed.length === 0) return undefined;
    const count = bySeed.filter(holds).length;
    const { lower, upper } = collapseShare(count, bySeed.length, SEED_SHARE_LEVEL);
    return { holds: count, of: bySeed.length, level: SEED_SHARE_LEVEL, lower, upper };
  };
}
