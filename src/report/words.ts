import { LINE_KINDS, type AuditedDocument } from '../audit/types';
import { pythonFixed } from '../base/printf';
import type { Conditions } from '../run/run';
import type { Condition, Metric } from '../study/types';

/** How tables, charts and pages name conditions and metrics. No picture or page is about one study. */

/** `learning rate 0.001, batch size 64`; nothing of a run without conditions. */
export function settingTitle(conditions: Conditions, known: readonly Condition[]): string {
  const titles = new Map(known.map(({ name, title }) => [name, title]));
  return Object.entries(conditions)
    .map(([name, value]) => `${titles.get(name) ?? name} ${value}`)
    .join(', ');
}

/** `accuracy in %` */
export function metricHeading({ name, kind }: Metric): string {
  return kind === 'percent' ? `${name} in %` : name;
}

/** A value as a table of its metric has it. */
export function digits({ decimals }: Pick<Metric, 'decimals'>, value: number): string {
  return pythonFixed(value, decimals);
}

/** `0.0103 … 0.0321` */
export function rangeText(
  metric: Pick<Metric, 'decimals'>,
  { lower, upper }: { readonly lower: number; readonly upper: number },
): string {
  return `${digits(metric, lower)} … ${digits(metric, upper)}`;
}

/** The values of some conditions in their order, for the columns of a table; a dash where one is not known. */
export function conditionCells(known: readonly Condition[], conditions: Conditions | undefined): string[] {
  return known.map(({ name }) => String(conditions?.[name] ?? '–'));
}

/** `216 run, 25 claim, 0 not understood`: of kinds that are there, and of lines that are not understood even where there are none. */
export function accountingWords({ accounting }: Pick<AuditedDocument, 'accounting'>): string {
  return LINE_KINDS.filter((kind) => accounting[kind] > 0 || kind === 'not understood')
    .map((kind) => `${accounting[kind]} ${kind}`)
    .join(', ');
}

/** With a great letter. */
export function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
