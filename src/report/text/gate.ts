import type { GateJudgement } from '../../judge/gate';
import { METRICS } from '../../judge/curve';
import { pythonFixed } from '../../base/printf';
import { accuracyOf } from '../../logs/pytorchExample/transcript';
import { comparisonLines } from './comparison';
import { replayLines, type Replay } from './replay';
import { table } from './table';

/** What the gate says of one run; where it left its golden, how and where. */
export function gateLines(
  { record, verdict, reason, comparison, inBands }: GateJudgement,
  replay?: Replay,
): string[] {
  const lines = [`${verdict}: ${record.data.name}, lr ${record.lr}: ${reason}`];
  if (comparison !== undefined && comparison.verdict !== 'pass') {
    lines.push(`  golden (A), now (B): ${comparisonLines(comparison).join('\n')}`);
  }
  if (replay !== undefined) lines.push(...replayLines(replay));
  if ('noReference' in inBands) lines.push(`  bands: ${inBands.noReference}`);
  else {
    const { placement, band } = inBands;
    if (placement.collapsed) {
      lines.push(
        `  the run collapsed, as ${band.collapse.collapsed} of ${band.collapse.of} of its ensemble did`,
      );
    } else {
      const outside = placement.cells.filter(({ position }) => !(Math.abs(position) <= 1));
      for (const { epoch, metric, value, interval } of outside) {
        const range = `${show(metric, interval.lower)} … ${show(metric, interval.upper)}`;
        lines.push(`  epoch ${epoch}: ${NAMES[metric]} ${show(metric, value)} is outside of ${range}`);
      }
    }
  }
  return lines;
}

/** A line per learning rate and epoch: what was measured, its band, and where in it. */
export function gateTable(judgements: readonly GateJudgement[]): string {
  const columns = ['measured', 'band', 'where'];
  const groups = [
    { heading: '', columns: ['lr', 'epoch'] },
    { heading: 'test loss', columns },
    { heading: 'accuracy in %', columns },
    { heading: '', columns: ['verdict'] },
  ];
  const rows = judgements.flatMap(({ record, inBands, verdict }) =>
    record.epochs.map((evaluated, index) => {
      const metrics = METRICS.flatMap((metric, m) => {
        const value = metric === 'testLoss' ? evaluated.testLoss : accuracyOf(evaluated);
        const measured = show(metric, value);
        if ('noReference' in inBands) return [measured, '–', '–'];
        const cell = inBands.placement.cells[index * METRICS.length + m];
        const { interval, position } = cell;
        return [
          measured,
          `${show(metric, interval.lower)} … ${show(metric, interval.upper)}`,
          signed(position),
        ];
      });
      const isFirst = index === 0;
      return [isFirst ? String(record.lr) : '', String(evaluated.epoch), ...metrics, isFirst ? verdict : ''];
    }),
  );
  return table(groups, rows);
}

const NAMES = { testLoss: 'test loss', accuracy: 'accuracy' };

function show(metric: 'testLoss' | 'accuracy', value: number): string {
  return pythonFixed(value, metric === 'testLoss' ? 4 : 2);
}

/** −1 is the lower edge, +1 the upper one. */
function signed(position: number): string {
  return `${position > 0 ? '+' : ''}${pythonFixed(position, 2)}`;
}
