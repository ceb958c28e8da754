import { pythonFixed } from '../../base/printf';
import { sameConditions, type Conditions, type Point, type Run } from '../../run/run';
import type { Metric } from '../../study/types';
import { metricHeading } from '../words';
import { table } from './table';

/** What a report says of an epoch, beside what came out here. */
export interface EpochPair {
  readonly conditions: Conditions;
  readonly epoch: number;
  /** By the name of the metric; none where the report has no such run or epoch. */
  readonly reported: Readonly<Record<string, Point>>;
  readonly reproduced: Readonly<Record<string, Point>>;
}

/** Pairs each epoch of the runs with the same epoch of the reported run of the same conditions. */
export function pairEpochs(
  runs: readonly Run[],
  report: readonly Run[],
  metrics: readonly Metric[],
): EpochPair[] {
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  const at = (run: Run | undefined, epoch: number): Record<string, Point> =>
    Object.fromEntries(
      perEpoch.flatMap(({ name }) => {
        const point = run?.series[name]?.find((point) => point.epoch === epoch);
        return point === undefined ? [] : [[name, point]];
      }),
    );
  return runs.flatMap((run) => {
    const reported = report.find(({ conditions }) => sameConditions(conditions, run.conditions));
    const epochs = new Set(
      perEpoch.flatMap(({ name }) => (run.series[name] ?? []).map(({ epoch = 0 }) => epoch)),
    );
    return [...epochs].map((epoch) => ({
      conditions: run.conditions,
      epoch,
      reported: at(reported, epoch),
      reproduced: at(run, epoch),
    }));
  });
}

/** @param comparable whether there is a report, of runs on the same data; else the reproduced numbers stand alone */
export function comparisonTable(
  pairs: readonly EpochPair[],
  metrics: readonly Metric[],
  comparable: boolean,
  columns?: number,
): string {
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  const sides = comparable ? ['reported', 'reproduced', 'difference'] : ['reproduced'];
  const names = [...new Set(pairs.flatMap(({ conditions }) => Object.keys(conditions)))];
  const groups = [
    { heading: '', columns: [...names, 'epoch'] },
    ...perEpoch.map((metric) => ({ heading: metricHeading(metric), columns: sides })),
  ];
  const rows = pairs.map(({ conditions, epoch, reported, reproduced }, i) => {
    const isFirst = i === 0 || !sameConditions(pairs[i - 1].conditions, conditions);
    return [
      ...names.map((name) => (isFirst ? String(conditions[name] ?? '') : '')),
      String(epoch),
      ...perEpoch.flatMap((metric) =>
        cells(metric, reported[metric.name], reproduced[metric.name], comparable),
      ),
    ];
  });
  return table(groups, rows, columns);
}

function cells(
  { decimals }: Metric,
  reported: Point | undefined,
  reproduced: Point | undefined,
  comparable: boolean,
): string[] {
  const show = (point: Point | undefined): string =>
    point === undefined ? '–' : pythonFixed(point.value, decimals);
  const [said, here] = [show(reported), show(reproduced)];
  if (!comparable) return [here];
  // Of the printed numbers, so that the columns add up.
  const difference =
    reported !== undefined && reproduced !== undefined ? signed(Number(here) - Number(said), decimals) : '–';
  return [said, here, difference];
}

function signed(value: number, decimals: number): string {
  const text = pythonFixed(value, decimals);
  return value > 0 ? `+${text}` : text;
}
