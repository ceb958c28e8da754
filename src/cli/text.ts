import { stripVTControlCharacters } from 'node:util';
import type { Colours } from '../report/text/colours';
import { coloursFor } from './door';

/** Prints text for people: every command has the same colours, and the same width. */
export function printText(textOf: (colours: Colours) => string): void {
  process.stdout.write(wrapped(textOf(coloursFor(process.stdout)), process.stdout));
}

/** Text for people, with its words wrapped where the stream is a terminal; a pipe or a file gets the lines whole. */
export function wrapped(
  text: string,
  { isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number },
): string {
  // A terminal that does not know its width says 0.
  return isTTY === true && columns ? wrappedAt(text, columns) : text;
}

/** Columns of a help where the terminal's are not known, as commander has it. */
const COLUMNS_OF_HELP = 80;

/** A help, wrapped wherever it goes: what commander does not wrap, what follows the options, is as wide as the rest then. */
export function wrappedHelp(
  text: string,
  { isTTY, columns }: { readonly isTTY?: boolean; readonly columns?: number },
): string {
  return wrappedAt(text, isTTY === true && columns ? columns : COLUMNS_OF_HELP);
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

/** What is to be copied, and what has columns, is left as it is. */
const WHOLE = / {2}|\t|\bnpx |\bnpm /;

/** Columns of text beside its label. */
const NARROWEST = 25;

function wrappedLine(line: string, columns: number): string {
  const visible = stripVTControlCharacters(line);
  if (visible.length <= columns) return line;
  const [label] = LABEL.exec(visible) ?? [''];
  if (WHOLE.test(visible.slice(label.length))) return line;
  const indentation = visible.length - visible.trimStart().length;
  const besideLabel = label.length > indentation && columns - label.length >= NARROWEST;
  const hang = besideLabel ? label.length : indentation === 0 ? 0 : indentation + 2;
  const start = Math.max(hang, label.length);
  let column = 0;
  const words = line.split(' ').map((word, i) => {
    const width = stripVTControlCharacters(word).length;
    const isBroken = column > start && column + 1 + width > columns;
    column = isBroken ? hang + width : column + width + (i === 0 ? 0 : 1);
    return isBroken ? `\n${' '.repeat(hang)}${word}` : `${i === 0 ? '' : ' '}${word}`;
  });
  return words.join('');
}
