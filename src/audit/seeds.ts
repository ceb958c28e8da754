import { collapseShare, type Guess } from '../judge/collapse';
import { sameConditions, type Conditions, type Run } from '../run/run';
import type { Metric } from '../study/types';
import type { AskedSeeds, RunNumbers, SeedShare } from './types';
import { collapses, settingsOf } from './views';

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
 * @param about the conditions whose runs it depends on; left out, all
 */
export type AskSeeds = (
  holds: (runs: readonly RunNumbers[]) => boolean,
  about?: readonly Conditions[],
) => SeedShare | undefined;

/**
 * The seeds that every one of some settings was trained with, however often each is given. A run whose seed is not known is one of its
 * own.
 */
export function askSeedsOf(
  ours: readonly Run[],
  settings: readonly Conditions[],
  metrics: readonly Metric[],
  guess: Guess | undefined,
): { readonly ask: AskSeeds; readonly asked?: AskedSeeds } {
  const distinct = settingsOf(settings.map((conditions) => ({ conditions })));
  const isOneOf = (some: readonly Conditions[], own: Conditions): boolean =>
    some.some((conditions) => sameConditions(conditions, own));
  const groups = new Map<unknown, Run[]>();
  for (const run of ours) {
    const { seed = run } = run;
    if (isOneOf(distinct, run.conditions)) groups.set(seed, [...(groups.get(seed) ?? []), run]);
  }
  const bySeed = [...groups.values()].filter((runs) => runs.length === distinct.length);
  if (distinct.length === 0 || bySeed.length === 0) return { ask: () => undefined };
  const collapsedAt = bySeed.map((runs) =>
    runs.filter((run) => collapses(run, metrics, guess)).map(({ conditions }) => conditions),
  );
  return {
    ask: (holds, about = distinct) =>
      seedShare(
        bySeed.map((runs, i) => ({
          holds: holds(runs),
          collapsed: collapsedAt[i].some((conditions) => isOneOf(about, conditions)),
        })),
      ),
    asked: {
      of: bySeed.length,
      level: SEED_SHARE_LEVEL,
      settings: distinct,
      ...(guess && {
        collapsed: distinct.flatMap((conditions) => {
          const count = collapsedAt.filter((settings) => isOneOf(settings, conditions)).length;
          return count === 0 ? [] : [{ conditions, count }];
        }),
      }),
    },
  };
}
