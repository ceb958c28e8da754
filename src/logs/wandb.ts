import { AssayError } from '../base/errors';
import type { Run } from '../run/run';
import { textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { readTable, tableOf } from './csv';
import { firstRow, readJsonLines } from './jsonl';
import { placeNumber } from './rows';
import { RunBuilder } from './runBuilder';

/** The history of a run of Weights & Biases, as its API gives it, written as lines of JSON or as a table; and the table of a chart. */
export const wandb: LogFormat = {
  name: 'wandb',
  title:
    "a history of Weights & Biases with _step and _runtime, or a chart's table with columns RUN - METRIC",
  detects: (source) => !source.isFolder && kindOf(textOf(source)) !== undefined,
  read,
};

/** Of the clock. */
const NO_METRICS: ReadonlySet<string> = new Set(['_runtime', '_timestamp']);

type Kind = 'lines' | 'table' | 'chart';

function kindOf(text: string): Kind | undefined {
  const start = text.slice(0, 1 << 16);
  const newline = start.indexOf('\n');
  const first = newline < 0 ? start : start.slice(0, newline);
  if (first.trimStart().startsWith('{')) return firstRow(start, isHistory) ? 'lines' : undefined;
  const { names } = tableOf(first);
  if (isHistory(names)) return 'table';
  const isChart =
    PLACES.includes(names[0]) && names.length > 1 && names.slice(1).every((name) => name.includes(' - '));
  return isChart ? 'chart' : undefined;
}

const PLACES: readonly (string | undefined)[] = ['Step', 'epoch'];

function isHistory(names: readonly string[]): boolean {
  return names.includes('_step') && names.some((name) => NO_METRICS.has(name));
}

function read(source: LogSource, settings: ReadSettings): Run[] {
  const text = textOf(source);
  switch (kindOf(text)) {
    case 'chart':
      return readChart(text, source.path, settings);
    case 'table':
      return readTable(source.files[0], source, settings, NO_METRICS);
    case 'lines':
    case undefined:
      return readJsonLines(source, settings, NO_METRICS);
  }
}

/** A run for each name before ` - `; of the least and the greatest of a line that was thinned out nothing is taken. */
function readChart(text: string, path: string, settings: ReadSettings): Run[] {
  const { names, rows, numberOf } = tableOf(text);
  const builders = new Map<string, RunBuilder>();
  const columns = names.map((name) => {
    const dash = name.lastIndexOf(' - ');
    const metric = name.slice(dash + 3);
    if (dash < 0 || metric === '_step' || /__(MIN|MAX)$/.test(metric)) return undefined;
    const run = name.slice(0, dash);
    const builder = builders.get(run) ?? new RunBuilder(path, settings, run);
    builders.set(run, builder);
    return { builder, metric };
  });
  const axis = names[0] === 'epoch' ? 'epoch' : 'step';
  for (const [index, row] of rows.entries()) {
    const line = index + 1;
    if (index === 0 || (row.length === 1 && row[0].trim() === '')) continue;
    const place = placeNumber(numberOf(row[0]) ?? '');
    if (place === undefined || row.length !== names.length) {
      const got = place === undefined ? `no ${axis}` : `${row.length} cells`;
      const expected = `${names.length} cells, the ${axis} in the first`;
      throw new AssayError('log-syntax', {
        what: 'a row of another table',
        where: `${path}, line ${line}`,
        expected,
        got,
      });
    }
    for (const [at, cell] of row.entries()) {
      const value = numberOf(cell);
      const column = columns[at];
      if (column !== undefined && value !== undefined)
        column.builder.point(column.metric, { [axis]: place, value, line });
    }
  }
  const expected = 'columns RUN - METRIC with numbers below them';
  const missing = { what: 'a chart without numbers', expected, got: `${rows.length - 1} rows` };
  const filled = [...builders.values()].filter((builder) => builder.hasNumbers());
  if (filled.length === 0) return new RunBuilder(path, settings).build(missing);
  return filled.flatMap((builder) => builder.build(missing));
}
