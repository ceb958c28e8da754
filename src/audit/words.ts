import { pythonFixed } from '../base/printf';
import { listOf } from '../base/words';
import { conditionsText, type Conditions } from '../run/run';
import type { Condition, Metric } from '../study/types';

/** How an audit says numbers of metrics, and conditions. */

type Shown = Pick<Metric, 'kind' | 'decimals'>;

/** `98.57 %`, `0.0434` */
export function show({ kind, decimals }: Shown, value: number): string {
  const digits = pythonFixed(value, decimals);
  return kind === 'percent' ? `${digits} %` : digits;
}

/** A difference of two values: `2.71 points`, `0.0120` */
export function showDifference({ kind, decimals }: Shown, value: number): string {
  const digits = pythonFixed(value, decimals);
  return kind === 'percent' ? `${digits} points` : digits;
}

/** ` at lr 0.001`; nothing of a run without conditions */
export function atText(conditions: Conditions): string {
  const text = conditionsText(conditions);
  return text === '' ? '' : ` at ${text}`;
}

/** `lr 0.0001, 0.001 and 0.01`, or each with all that it says */
export function settingsText(settings: readonly Conditions[], conjunction: 'and' | 'or' = 'and'): string {
  const names = new Set(settings.flatMap(Object.keys));
  if (names.size !== 1) return listOf(settings.map(conditionsText), conjunction);
  const [name] = names;
  return `${name} ${listOf(
    settings.map((setting) => setting[name]),
    conjunction,
  )}`;
}

/** What the settings of a study are called: `learning rate`, `learning rate and batch size` */
export function titlesOf(conditions: readonly Condition[], conjunction: 'and' | 'or' = 'and'): string {
  return listOf(
    conditions.map(({ name, title }) => title ?? name),
    conjunction,
  );
}

/** `epochs 1, 2 and 4` */
export function epochList(epochs: readonly number[]): string {
  return `${epochs.length === 1 ? 'epoch' : 'epochs'} ${listOf(epochs)}`;
}
