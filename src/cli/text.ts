import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import type { Colours } from '../report/text/colours';
import { coloursFor } from './door';

/** Where text goes: a terminal, or something else. */
interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/**
 * Prints text for people: every command has the same colours, and the same width.
 *
 * @param textOf makes the text for that many columns, of which there are infinitely many where the width is not known
 */
export function printText(textOf: (colours: Colours, columns: number) => string): void {
  const { stdout } = process;
  process.stdout.write(wrapped(textOf(coloursFor(stdout), columnsOf(stdout) ?? Infinity), stdout));
}

/** Says something beside the results, on stderr. */
export function printNote(text: string): void {
  console.error(wrapped(text, process.stderr));
}

/** Less is no width that somebody reads at. */
const LEAST_COLUMNS = 40;

/** The width of a terminal; else, as for a pipe, what `COLUMNS` says; undefined where that says nothing. */
export function columnsOf({ isTTY, columns }: Stream): number | undefined {
  // A terminal that does not know its width says 0.
  if (isTTY === true && columns) return columns;
  const stated = /^\d+$/.test(process.env.COLUMNS ?? '') ? Number(process.env.COLUMNS) : 0;
  return stated >= LEAST_COLUMNS ? stated : undefined;
}

/** Text for people, with its words wrapped; its lines stay whole where the width is not known. */
export function wrapped(text: string, stream: Stream): string {
  return wrappedAt(text, columnsOf(stream) ?? Infinity);
}

/** Columns where the width is not known, as commander has it: of a help, and of a progress bar. */
export const DEFAULT_COLUMNS = 80;

/** A help, wrapped wherever it goes: what commander does not wrap, what follows the options, is as wide as the rest then. */
export function wrappedHelp(text: string, stream: Stream): string {
  return wrappedAt(text, columnsOf(stream) ?? DEFAULT_COLUMNS);
}

/** Colours take no width. */
export function wrappedAt(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

/** `  expected: `, `  bands       `, `  - `, or the indentation alone. */
const LABEL = /^ *(?:\S+(?: \S+)* {2,}|\S+: +|- )?/;

/** A row up to its last column, which is wrapped where it has room. */
const BEFORE_LAST_COLUMN = /^ *(?:\S+(?: \S+)* {2,})*/;

/** Left as it is: a command, and a line of a log. */
const TO_BE_COPIED = /\t|\bnpx |\bnpm /;

/** A number stays with its `%`, a range in one piece. */
const BETWEEN_WORDS = /(?<!…) (?![%…])/;

/** Columns of text beside its label. */
const NARROWEST = 25;

function wrappedLine(line: string, columns: number): string {
  if (stringWidth(line) <= columns) return line;
  const visible = stripVTControlCharacters(line);
  let [label] = LABEL.exec(visible) ?? [''];
  const rest = visible.slice(label.length);
  if (TO_BE_COPIED.test(rest)) return line;
  if (rest.includes('  ')) {
    [label] = BEFORE_LAST_COLUMN.exec(visible) ?? [''];
    if (columns - stringWidth(label) < NARROWEST) return line;
  }
  const indentation = visible.length - visible.trimStart().length;
  const labelWidth = stringWidth(label);
  const besideLabel = labelWidth > indentation && columns - labelWidth >= NARROWEST;
  const hang = besideLabel ? labelWidth : indentation === 0 ? 0 : indentation + 2;
  const start = Math.max(hang, labelWidth);
  let column = 0;
  const words = line.split(BETWEEN_WORDS).map((word, i) => {
    const width = stringWidth(word);
    const isBroken = column > start && column + 1 + width > columns && hang + width <= columns;
    column = isBroken ? hang + width : column + width + (i === 0 ? 0 : 1);
    return isBroken ? `\n${' '.repeat(hang)}${word}` : `${i === 0 ? '' : ' '}${word}`;
  });
  return words.join('');
}
