import { pythonFixed } from '../base/printf';
import { listOf } from '../base/words';
import { conditionsText } from '../run/run';
import type { AskedSeeds, ClaimPart, JudgedClaim, SeedShare } from './types';
import { atText, settingsText } from './words';

/** Which seeds are counted where a share of them is said. */
export function askedWords({ of, level, settings, collapsed }: AskedSeeds): string {
  const each = settingsText(settings);
  const which = each === '' ? '' : ` that have a run at ${settings.length > 1 ? 'each of ' : ''}${each}`;
  return (
    `Counted are our ${of} seeds${which}${collapsed === undefined ? '' : `, ${collapsedWords(collapsed)}`}. ` +
    `In brackets: the share of all seeds (${pythonFixed(100 * level, 0)} %, Clopper–Pearson)`
  );
}

function collapsedWords(collapsed: NonNullable<AskedSeeds['collapsed']>): string {
  const where = collapsed.map(({ conditions, count }) => `${count}${atText(conditions)}`);
  return where.length === 0 ? 'of which none collapsed' : `with the runs that collapsed (${listOf(where)})`;
}

/** In how many seeds a claim holds, proposition by proposition, and together. */
export function claimShareWords({ parts, seeds }: Pick<JudgedClaim, 'parts' | 'seeds'>): string[] {
  const counted = parts.flatMap((part) => (part.seeds === undefined ? [] : [partWords(part, part.seeds)]));
  return counted.length < 2 || seeds === undefined
    ? counted
    : [...counted, `all of this together holds in ${shareWords(seeds)}`];
}

function partWords({ proposition, rivals = [] }: ClaimPart, seeds: SeedShare): string {
  const alone = rivals.map(
    ({ conditions, seeds }) => `against ${conditionsText(conditions)} alone in ${seeds.holds}`,
  );
  return `“${proposition}” holds in ${shareWords(seeds)}${alone.length === 0 ? '' : `; ${listOf(alone)}`}`;
}

/** `7 of our 60 seeds (5 % to 23 %), 0 of them among the 26 seeds with a run that collapsed` */
export function shareWords({ holds, of, lower, upper, collapsed }: SeedShare): string {
  const ofCollapsed =
    collapsed.of === 0
      ? ''
      : `, ${collapsed.holds} of them among the ${collapsed.of} seeds with a run that collapsed`;
  return `${holds} of our ${of} seeds (${percent(lower)} to ${percent(upper)})${ofCollapsed}`;
}

function percent(share: number): string {
  return `${pythonFixed(100 * share, 0)} %`;
}
