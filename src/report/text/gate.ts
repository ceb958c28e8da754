import type { GateJudgement } from '../../judge/gate';
import { conditionsText } from '../../run/run';
import { placeText } from '../../run/words';
import type { Metric } from '../../study/types';
import { pythonFixed } from '../../base/printf';
import { digits, metricHeading, rangeText } from '../words';
import { comparisonLines } from './comparison';
import { replayLines, type Replay } from './replay';
import { table } from './table';

/** What the gate says of one run; where it left its golden, how and where. */
export function gateLines(
  { record, run, verdict, reason, comparison, inBands }: GateJudgement,
  replay?: Replay,
): string[] {
  const lines = [
    `${verdict}: ${[record.data.name, conditionsText(run.conditions)].filter(Boolean).join(', ')}: ${reason}`,
  ];
  if (comparison !== undefined && comparison.verdict !== 'pass') {
    lines.push(`  golden (A), now (B): ${comparisonLines(comparison).join('\n')}`);
  }
  if (replay !== undefined) lines.push(...replayLines(replay));
  if ('noReference' in inBands) lines.push(`  bands: ${inBands.noReference}`);
  else {
    const { placement, band } = inBands;
    if (placement.collapsed) {
      const { collapsed, of } = band.collapse ?? { collapsed: 0, of: band.runs };
      lines.push(`  the run collapsed, as ${collapsed} of ${of} of its ensemble did`);
    } else {
      const outside = placement.cells.filter(({ position }) => !(Math.abs(position) <= 1));
      for (const { point, metric, value, interval } of outside) {
        const where = placeText(point, metric.steps);
        const range = rangeText(metric, interval);
        lines.push(`  ${where}: ${metric.name} ${digits(metric, value)} is outside of ${range}`);
      }
    }
  }
  return lines;
}

/** A line per setting and epoch: what was measured, its band, and where in it. */
export function gateTable(
  judgements: readonly GateJudgement[],
  metrics: readonly Metric[],
  columns?: number,
): string {
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  const names = Object.keys(judgements[0].run.conditions);
  const groups = [
    { heading: '', columns: [...names, 'epoch'] },
    ...perEpoch.map((metric) => ({
      heading: metricHeading(metric),
      columns: ['measured', 'band', 'where'],
    })),
    { heading: '', columns: ['verdict'] },
  ];
  const rows = judgements.flatMap(({ record, run, inBands, verdict }) =>
    record.epochs.map(({ epoch }, index) => {
      const ofMetrics = perEpoch.flatMap((metric) => {
        const point = run.series[metric.name]?.find((point) => point.epoch === epoch);
        if (point === undefined) return ['–', '–', '–'];
        const measured = digits(metric, point.value);
        if ('noReference' in inBands) return [measured, '–', '–'];
        const cell = inBands.placement.cells.find(
          (cell) => cell.metric.name === metric.name && cell.point.epoch === epoch,
        );
        return cell === undefined
          ? [measured, '–', '–']
          : [measured, rangeText(metric, cell.interval), signed(cell.position)];
      });
      const isFirst = index === 0;
      return [
        ...names.map((name) => (isFirst ? String(run.conditions[name]) : '')),
        ...[String(epoch), ...ofMetrics, isFirst ? verdict : ''],
      ];
    }),
  );
  return table(groups, rows, columns);
}

/** −1 is the lower edge, +1 the upper one. */
function signed(position: number): string {
  return `${position > 0 ? '+' : ''}${pythonFixed(position, 2)}`;
}
