import { AssayError } from '../base/errors';
import type { Run } from '../run/run';
import { startOf, textOf, type LogFormat, type LogSource, type ReadSettings } from './format';
import { linesOf } from './lines';
import { parseLooseJson } from './looseJson';
import { addRow, sayPlace, type Cell } from './rows';
import { RunBuilder } from './runBuilder';

/** Lines of JSON, each an object; other lines may stand between them, and before the object, as those of Python's logging do. */
export const jsonl: LogFormat = {
  name: 'jsonl',
  title: 'lines with a JSON object each, epoch or step among its keys',
  detects: (source) => !source.isFolder && firstRow(textOf(source), (names) => sayPlace(names)),
  read: (source, settings) => readJsonLines(source, settings),
};

/** Whether one of the first objects has names that fit. */
export function firstRow(text: string, fits: (names: readonly string[]) => boolean): boolean {
  for (const [line] of linesOf(startOf(text))) {
    const row = objectIn(line);
    if (row !== undefined && row !== 'cut' && fits(row.map(({ name }) => name))) return true;
  }
  return false;
}

/** @param skipped keys that are no metrics */
export function readJsonLines(
  source: LogSource,
  settings: ReadSettings,
  skipped: ReadonlySet<string> = new Set(),
): Run[] {
  const builder = new RunBuilder(source.path, settings);
  let rows = 0;
  for (const [line, number] of linesOf(textOf(source))) {
    const row = objectIn(line);
    if (row === 'cut') builder.faultyLine(number, 'it starts like a JSON object, but is not one');
    else if (row !== undefined) {
      rows++;
      addRow(builder, skipped.size === 0 ? row : row.filter(({ name }) => !skipped.has(name)), number);
    }
  }
  return builder.build({
    what: 'lines of JSON without numbers of a training',
    expected: 'objects such as {"epoch": 1, "loss": 0.5}, with epoch or step',
    got: `${rows} objects`,
  });
}

/** What the line's object says, in deeper ones with their names before it; `cut` where an object starts the line and has no end. */
function objectIn(line: string): Cell[] | 'cut' | undefined {
  const start = line.indexOf('{');
  if (start < 0) return undefined;
  const end = line.lastIndexOf('}');
  const isWhole = end > start && line.slice(end + 1).trim() === '';
  const isFirst = line.slice(0, start).trim() === '';
  if (!isWhole) return isFirst ? 'cut' : undefined;
  try {
    return cellsOf(parseLooseJson(line.slice(start, end + 1), 'line'));
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return isFirst ? 'cut' : undefined;
  }
}

const MOST_DEPTH = 4;

/** The numbers and texts of an object: `{"val": {"loss": 0.5}}` says `val.loss`. */
export function cellsOf(object: unknown): Cell[] {
  const cells: Cell[] = [];
  const collect = (value: unknown, name: string, depth: number): void => {
    if (typeof value === 'number' || typeof value === 'string') cells.push({ name, value });
    else if (typeof value === 'object' && value !== null && !Array.isArray(value) && depth < MOST_DEPTH) {
      for (const [key, inner] of Object.entries(value))
        collect(inner, name === '' ? key : `${name}.${key}`, depth + 1);
    }
  };
  if (typeof object === 'object') collect(object, '', 0);
  return cells;
}
