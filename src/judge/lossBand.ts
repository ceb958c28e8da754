import { AssayError } from '../errors';
import { conformal, intervalsOfCubes, momentsOfCells, type Interval, type Moments } from './conformal';

/**
 * Where all training losses that the next run logs are predicted to lie together. Each is the mean over one batch, and its distribution
 * moves as the training goes on. So the spread of a loss is that of the losses logged before and after it, too: each of them has a
 * mean of its own, but some dozen runs say little about one loss's spread.
 */
export interface LossBand {
  /** Runs that did not collapse: the band is theirs. */
  readonly n: number;
  /** What was wanted. */
  readonly level: number;
  /** What is claimed: k / (n + 1), at least `level`. */
  readonly coverage: number;
  /** Of each epoch, the intervals of its logged losses, in the order of the log. */
  readonly epochs: readonly (readonly Interval[])[];
}

export const LOSS_METHOD =
  'conformal, simultaneous over logged losses, leave-one-out, of cube roots, spread pooled over five to either side';

/** Losses to either side whose spread is pooled. */
const NEIGHBOURS = 5;

/**
 * The band of the logged losses of one learning rate.
 *
 * @param losses of each run that did not collapse, in the order of the log, of each epoch as many
 * @param epochs of each run
 * @throws AssayError `too-few-runs`, `bands-invalid` when runs have other numbers of losses, or none, or do not differ
 */
export function makeLossBand(
  losses: readonly (readonly number[])[],
  { epochs, level, where }: { readonly epochs: number; readonly level: number; readonly where: string },
): LossBand {
  const [{ length }] = losses;
  if (length === 0 || length % epochs !== 0 || losses.some((own) => own.length !== length)) {
    throw new AssayError('bands-invalid', {
      what: 'runs without the same logged losses in each epoch',
      where,
      expected: `a multiple of ${epochs} losses, of all runs as many`,
      got: [...new Set(losses.map((own) => own.length))].join(', '),
    });
  }
  const roots = losses.map((own) => own.map(Math.cbrt));
  const predicted = conformal(roots, pooledMoments, level, where);
  const intervals = intervalsOfCubes(predicted);
  const perEpoch = length / epochs;
  return {
    n: losses.length,
    level,
    coverage: predicted.coverage,
    epochs: Array.from({ length: epochs }, (_, i) => intervals.slice(i * perEpoch, (i + 1) * perEpoch)),
  };
}

/** The very first loss precedes every update and is an untrained net's, with a spread unlike any other's: it is pooled with none. */
function pooledMoments(runs: readonly (readonly number[])[]): Moments[] {
  const [first, ...rest] = momentsOfCells(runs);
  return [
    first,
    ...rest.map(({ mean }, i) => {
      const near = rest.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
      return { mean, sd: Math.sqrt(near.reduce((sum, { sd }) => sum + sd ** 2, 0) / near.length) };
    }),
  ];
}
