import { pythonFixed } from '../base/printf';
import type { LogFormat, NumberName } from '../logs';
import { halfOfLastDigit, type Finding, type Point } from '../run/run';
import type { Interval } from '../statistics/conformal';
import type { Metric } from '../study/types';
import type { AuditedRun, JudgedNumber, NumberPlacement } from './types';
import { knownConditions } from './views';

/** All numbers that print so: half a unit of the last digit to both sides. */
export function roundingOf(printed: Pick<Point, 'value' | 'decimals'>): Interval {
  const half = halfOfLastDigit(printed);
  return { lower: printed.value - half, upper: printed.value + half };
}

/** A number of a run, to be placed among ours. */
export interface PlacedNumber extends Pick<JudgedNumber, 'what' | 'epoch' | 'step' | 'value' | 'rounding'> {
  readonly metric: Metric;
  /** Of what was counted: of how many. */
  readonly of?: number;
}

/** Where a number of a run is among ours. */
export type Place = (number: PlacedNumber) => NumberPlacement;

/**
 * Every number that a run prints, in its order: the values of metrics, what was counted for them, and what is said again at the end.
 *
 * @param findings of the run, of which those of a number's line count against it
 * @param numbersOfRule of the format that it was read by
 */
export function numbersOf(
  run: AuditedRun,
  metrics: readonly Metric[],
  findings: readonly Finding[],
  numbersOfRule: LogFormat['numbersOfRule'],
  place: Place,
): JudgedNumber[] {
  const rulesOfLine = new Map<number, string[]>();
  for (const { line, rule } of findings)
    if (line !== undefined) rulesOfLine.set(line, [...(rulesOfLine.get(line) ?? []), rule]);
  const conditions = knownConditions(run);
  const judge = (
    metric: Metric,
    what: NumberName['what'],
    { epoch, step, line = run.firstLine, count }: Point,
    printed: Pick<Point, 'value' | 'decimals'>,
    decimals: number | undefined = printed.decimals,
  ): JudgedNumber => {
    const { name, from = name } = metric;
    const { value } = printed;
    const rounding = roundingOf(printed);
    const at = { ...(epoch !== undefined && { epoch }), ...(step !== undefined && { step }) };
    const isAbout = (rule: string): boolean =>
      numbersOfRule?.[rule]?.some((number) => number.metric === from && number.what === what) === true;
    return {
      line,
      ...at,
      ...(conditions && { conditions }),
      ...{ metric: name, what },
      printed: decimals === undefined ? String(value) : pythonFixed(value, decimals),
      ...{ value, rounding },
      arithmetic: (rulesOfLine.get(line) ?? []).some(isAbout) ? 'fail' : 'pass',
      reproduction: place({ metric, what, ...at, value, rounding, of: count?.of }),
    };
  };
  const told = metrics.flatMap((metric) =>
    (run.series[metric.name] ?? []).flatMap((point): JudgedNumber[] => {
      const { count, printed = point } = point;
      if (count === undefined) return [judge(metric, 'value', point, printed)];
      return [
        judge(metric, 'count', point, { value: count.right }, 0),
        judge(metric, 'value', point, printed, printed.decimals ?? metric.decimals),
      ];
    }),
  );
  const final = metrics.flatMap((metric): JudgedNumber[] => {
    const point = run.final?.[metric.name];
    return point === undefined ? [] : [judge(metric, 'final', point, point)];
  });
  return [...told, ...final].sort((a, b) => a.line - b.line);
}
