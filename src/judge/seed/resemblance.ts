import { jStat } from 'jstat';
import { isLossOfGuess } from '../collapse';

/** The losses of logged batches, in their order; undefined where a log lacks one. */
export type Losses = readonly (number | undefined)[];

/** How much two runs' losses rise and fall together. */
export interface Resemblance {
  /** How many losses are compared. */
  readonly n: number;
  /** Pearson's correlation, of what is compared by {@link resemblance}. */
  readonly r: number;
  /** The chance of at least this correlation between runs of different seeds. */
  readonly p: number;
}

/** Fewer losses say nothing. */
export const FEWEST_LOSSES = 5;

/**
 * Whether a run has the seed of a reported one. Rounding takes two trainings of one seed apart after some dozen steps, and their losses
 * differ from there on. But the seed decides which images a batch has and what dropout leaves of them, and so which batches are hard, to
 * the end of the training: losses of one seed rise and fall together, those of two seeds do not. Nor do those of models that guess:
 * then it is the classes in a batch that decide. Losses of either sort are compared with their own, those of which there are more.
 *
 * Fisher's transformation, atanh r, is normal about that of the correlation between different seeds, with variance 1 / (n − 3).
 *
 * @param others losses of runs with other seeds: two at least
 * @param classes of the model, by which the losses of one that guesses are told
 * @returns undefined when fewer than {@link FEWEST_LOSSES} can be compared
 */
export function resemblance(
  reported: Losses,
  run: Losses,
  others: readonly Losses[],
  classes: number,
): Resemblance | undefined {
  const learned = residualsOfLearned(reported, run, others, classes);
  const guessed = pairsOfGuesses(reported, run, classes);
  const [pairs, expected] =
    guessed.length > learned.pairs.length ? [guessed, 0] : [learned.pairs, learned.expected];
  const n = pairs.length;
  if (n < FEWEST_LOSSES) return undefined;
  const r = correlation(pairs);
  const z = (Math.atanh(r) - Math.atanh(expected)) * Math.sqrt(n - 3);
  return { n, r, p: jStat.normal.cdf(-z, 0, 1) };
}

type Pair = readonly [reported: number, run: number];

/**
 * Logarithms of losses, less the mean of other runs at that batch: all become smaller as the training goes on.
 *
 * @returns `expected`, the correlation between different seeds: as the same mean of m others is taken from both, it is 1 / (m + 1)
 */
function residualsOfLearned(
  reported: Losses,
  run: Losses,
  others: readonly Losses[],
  classes: number,
): { readonly pairs: readonly Pair[]; readonly expected: number } {
  const logOf = (loss: number | undefined): number[] =>
    loss === undefined || !(loss > 0 && loss < Infinity) || isLossOfGuess(loss, classes)
      ? []
      : [Math.log(loss)];
  let fewest = Infinity;
  const pairs = reported.flatMap((loss, i): Pair[] => {
    const [[a], [b]] = [logOf(loss), logOf(run.at(i))];
    const rest = others.flatMap((other) => logOf(other.at(i)));
    if (a === undefined || b === undefined || rest.length < 2) return [];
    fewest = Math.min(fewest, rest.length);
    const mean = meanOf(rest);
    return [[a - mean, b - mean]];
  });
  return { pairs, expected: 1 / (fewest + 1) };
}

/** Where both runs guess. All do it alike, so that nothing is to be taken from these losses. */
function pairsOfGuesses(reported: Losses, run: Losses, classes: number): Pair[] {
  return reported.flatMap((loss, i): Pair[] => {
    const other = run.at(i);
    if (loss === undefined || other === undefined) return [];
    return isLossOfGuess(loss, classes) && isLossOfGuess(other, classes) ? [[loss, other]] : [];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(pairs: readonly Pair[]): number {
  const [meanA, meanB] = [meanOf(pairs.map(([a]) => a)), meanOf(pairs.map(([, b]) => b))];
  let [ab, aa, bb] = [0, 0, 0];
  for (const [a, b] of pairs) {
    ab += (a - meanA) * (b - meanB);
    aa += (a - meanA) ** 2;
    bb += (b - meanB) ** 2;
  }
  return aa * bb === 0 ? 0 : Math.min(1, ab / Math.sqrt(aa * bb)); // rounding may lead beyond 1
}
