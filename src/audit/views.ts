import { hasCollapsed, isOfChance, type Guess } from '../judge/collapse';
import type { LogJudgement } from '../judge/check';
import { conditionsText, type Conditions, type Point, type Run } from '../run/run';
import type { Condition, Metric } from '../study/types';
import type { AuditedRun, RunNumbers } from './types';

/** A run of the document with the conditions that it was judged as, and how its checks came out. */
export function auditedRun(
  { source, series, stated, ...run }: Run,
  judgement: Pick<LogJudgement, 'conditions' | 'conditionsFrom' | 'checks'>,
  known: readonly Condition[],
): AuditedRun {
  const { conditions = run.conditions, conditionsFrom } = judgement;
  const checks = judgement.checks.flatMap(({ name, verdict }) =>
    name === 'bands' ? [] : [{ name, verdict }],
  );
  return {
    conditions,
    ...(conditionsFrom !== undefined && { conditionsFrom }),
    unstated: known.flatMap(({ name }) => (name in run.conditions ? [] : [name])),
    firstLine: source.line,
    checks,
    series,
    ...(stated.final && { final: stated.final }),
  };
}

/** The conditions of a run, where all of them are known. */
export function knownConditions({
  conditions,
  conditionsFrom,
}: Pick<AuditedRun, 'conditions' | 'conditionsFrom'>): Conditions | undefined {
  return conditionsFrom === undefined ? undefined : conditions;
}

/** Each setting once, in the order of the runs. */
export function settingsOf(runs: readonly Pick<Run, 'conditions'>[]): Conditions[] {
  return [...new Map(runs.map(({ conditions }) => [conditionsText(conditions), conditions])).values()];
}

/** The epochs that a run tells of, in their order. */
export function epochsOf({
  series,
}: {
  readonly series: Readonly<Record<string, readonly Pick<Point, 'epoch'>[]>>;
}): number[] {
  const epochs = new Set(
    Object.values(series).flatMap((points) => points.flatMap(({ epoch }) => epoch ?? [])),
  );
  return [...epochs].sort((a, b) => a - b);
}

/** A number of an epoch. */
export type EpochPoint = Point & { readonly epoch: number };

/** What a metric is after each epoch that has it. */
export function epochPoints({ series }: Pick<Run, 'series'>, { name }: Metric): EpochPoint[] {
  return (series[name] ?? []).filter((point): point is EpochPoint => point.epoch !== undefined);
}

/** What comes first of each epoch: to look many epochs up in time that is linear in a log. */
export function firstOfEpochs<T extends { readonly epoch?: number }>(
  points: readonly T[],
): ReadonlyMap<number, T> {
  const first = new Map<number, T>();
  for (const point of points)
    if (point.epoch !== undefined && !first.has(point.epoch)) first.set(point.epoch, point);
  return first;
}

/** The same as {@link epochPoints}, of a run of which each epoch has it once; undefined of another, and of none. */
export function wholeCurve(run: Pick<Run, 'series'>, metric: Metric): readonly EpochPoint[] | undefined {
  const points = epochPoints(run, metric);
  const told = new Set(points.map(({ epoch }) => epoch));
  const isWhole = told.size === points.length && epochsOf(run).every((epoch) => told.has(epoch));
  return points.length > 0 && isWhole ? points : undefined;
}

/** Whether a run never learned; undefined when not each of its epochs has its tests, or the study does not say what a guess is. */
export function collapses(
  run: RunNumbers,
  metrics: readonly Metric[],
  guess: Guess | undefined,
): boolean | undefined {
  if (guess === undefined) return undefined;
  const tests = metrics.filter(({ name, per }) => per === 'epoch' && isOfChance(name, guess));
  return tests.every((metric) => wholeCurve(run, metric) !== undefined) && hasCollapsed(run, metrics, guess);
}

/** Whether something is as good as a bound, or better. */
export function isAsGood({ better }: Pick<Metric, 'better'>, value: number, bound: number): boolean {
  return better === 'higher' ? value >= bound : value <= bound;
}

/** The best of some values; NaN where one is. */
export function bestOf({ better }: Pick<Metric, 'better'>, values: readonly number[]): number {
  return better === 'higher' ? Math.max(...values) : Math.min(...values);
}

/** @throws Error when the study has no such metric: files that name metrics are checked against it when they are read */
export function metricOf(metrics: readonly Metric[], name: string): Metric {
  const metric = metrics.find((metric) => metric.name === name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric;
}
