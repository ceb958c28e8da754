import Papa from 'papaparse';
import type { Run } from '../run/run';
import {
  pathOf,
  textOfFile,
  type LogFile,
  type LogFormat,
  type LogSource,
  type ReadSettings,
} from './format';
import { numberOf } from './number';
import { placeAt, pointAt } from './point';
import { placeNumber, rolesOf, sayPlace } from './rows';
import { RunBuilder } from './runBuilder';
import { addHparams } from './settingsFile';

/**
 * A table with a line of names: Keras' `CSVLogger`, Lightning's `metrics.csv`, and others. A column `epoch` or `step` says where a row is;
 * every other column of numbers is a metric. A cell may be empty: Lightning writes a row for each moment at which something was logged.
 */
export const csv: LogFormat = {
  name: 'csv',
  title: 'a table with commas, semicolons or TABs, whose first line has names, epoch or step among them',
  isInFolder: (name) => /(^|\/)(metrics\.csv|hparams\.yaml)$/.test(name),
  detects: (source) => tablesIn(source).some((file) => looksLikeTable(textOfFile(file))),
  isLogLine: (text) => looksLikeTable(text),
  read: (source, settings) => tablesIn(source).flatMap((file) => readTable(file, source, settings)),
};

const TABLE = /(^|\/)metrics\.csv$/;

/** In a folder, Lightning's. */
function tablesIn({ files, isFolder }: LogSource): readonly LogFile[] {
  return isFolder ? files.filter(({ name }) => TABLE.test(name)) : files;
}

/** The first line has names, of which one says where a row is, and the second as many cells. */
function looksLikeTable(text: string): boolean {
  const [names, cells] = Papa.parse<string[]>(text.slice(0, 1 << 16), { preview: 2, delimitersToGuess }).data;
  return (
    names !== undefined &&
    names.length > 1 &&
    sayPlace(names) &&
    names.every((name) => numberOf(name) === undefined) &&
    (cells === undefined || cells.length === names.length || (cells.length === 1 && cells[0].trim() === ''))
  );
}

const delimitersToGuess = [',', ';', '\t'];

/** A table: its names, its rows, and how its numbers are written. */
export interface Table {
  readonly names: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly numberOf: (text: string) => number | undefined;
}

export function tableOf(text: string): Table {
  const { data: rows, meta } = Papa.parse<string[]>(text, { delimitersToGuess });
  const [names = []] = rows;
  return {
    names: names.map((name) => name.trim()),
    rows,
    numberOf:
      meta.delimiter !== ',' && hasDecimalCommas(rows)
        ? (cell) => numberOf(cell.replace(',', '.'))
        : numberOf,
  };
}

/** As programs write numbers in much of Europe; a table with a single point in a number has none. */
function hasDecimalCommas(rows: readonly (readonly string[])[]): boolean {
  let isSeen = false;
  for (const row of rows) {
    for (const cell of row) {
      if (/^\s*[+-]?\d+\.\d/.test(cell)) return false;
      isSeen ||= /^\s*[+-]?\d+,\d+(e[+-]?\d+)?\s*$/i.test(cell);
    }
  }
  return isSeen;
}

/** What stands for a number that is not there. */
const MISSING: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'null', 'none', '-']);

/**
 * @param skipped columns that are no metrics
 */
export function readTable(
  file: LogFile,
  source: LogSource,
  settings: ReadSettings,
  skipped: ReadonlySet<string> = new Set(),
): Run[] {
  const { names, rows, numberOf } = tableOf(textOfFile(file));
  const path = pathOf(source, file);
  const builder = new RunBuilder(path, settings);
  addHparams(builder, source.files, file.name.replace(/[^/]*$/, ''));
  const roles = rolesOf(names, (name) => builder.isSetting(name));
  const firstAt = new Map(names.map((name, column) => [name, column] as const).reverse());
  const isFirst = names.map((name, column) => firstAt.get(name) === column);
  const [epochAt, stepAt] = [roles.indexOf('epoch'), roles.indexOf('step')];
  const metricsAt = names.flatMap((name, at) =>
    roles[at] === 'number' && name !== '' && !skipped.has(name) && isFirst[at] ? [at] : [],
  );
  const settingsAt = names.flatMap((_, at) => (roles[at] === 'setting' ? [at] : []));
  const hasNumbers = new Set<number>();
  const noNumbers: { readonly line: number; readonly column: number; readonly text: string }[] = [];
  for (const [column, name] of names.entries()) {
    if (!isFirst[column] && name !== '') builder.faultyLine(1, `two columns are called ${name}`);
  }
  // A quoted cell may have line feeds: rows are counted as lines up to there.
  for (const [index, row] of rows.entries()) {
    const line = index + 1;
    if (index === 0 || (row.length === 1 && row[0].trim() === '')) continue;
    if (row.length !== names.length) {
      builder.faultyLine(line, `${row.length} cells, where the first line has ${names.length} names`);
      continue;
    }
    if (row.every((cell, column) => cell.trim() === names[column])) {
      const message = 'the table starts again: its header is repeated';
      builder.fault({ check: 'protocol', rule: 'table-again', line, message });
      continue;
    }
    const number = (column: number): number | undefined =>
      column < 0 ? undefined : placeNumber(numberOf(row[column]) ?? '');
    const place = placeAt(number(epochAt), number(stepAt));
    if (place === undefined) {
      builder.faultyLine(line, 'neither an epoch nor a step');
      continue;
    }
    for (const column of settingsAt)
      if (row[column].trim() !== '') builder.setting(names[column], row[column].trim(), line);
    for (const column of metricsAt) {
      const text = row[column];
      if (text === '') continue;
      const value = numberOf(text);
      if (value !== undefined) {
        hasNumbers.add(column);
        builder.point(names[column], pointAt(place, { value }, line));
      } else if (!MISSING.has(text.trim().toLowerCase())) noNumbers.push({ line, column, text });
    }
  }
  for (const { line, column, text } of noNumbers) {
    if (hasNumbers.has(column))
      builder.faultyLine(line, `${names[column]} is not a number: ${text.slice(0, 50)}`);
  }
  return builder.build({
    what: 'a table without numbers',
    expected: `rows of numbers below ${names.join(', ') || 'a line of names'}`,
    got: `${Math.max(0, rows.length - 1)} rows`,
  });
}
