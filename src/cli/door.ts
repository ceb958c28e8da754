import { randomInt } from 'node:crypto';
import { fstatSync } from 'node:fs';
import pico from 'picocolors';
import { writeWholeSync } from '../base/files';
import { printableLines } from '../base/printable';

/**
 * The one door through which text leaves for a terminal: whatever was in a file, a name or another's answer, no control character of it
 * is printed. Our own colours pass, because they have a mark that nobody outside can know.
 */
export function guard(stream: NodeJS.WriteStream & { readonly fd: number }): void {
  const write: Write = stream.write.bind(stream);
  unguardedWrites.set(stream, write);
  const guarded: Write = (chunk, ...rest) =>
    write(typeof chunk === 'string' ? throughDoor(chunk) : chunk, ...rest);
  stream.write = guarded;
  if (fstatSync(stream.fd).isFile()) stream._write = wholeWrite(stream.fd);
}

/** Node's own takes a part for the whole, so that a file on a disk that fills up was cut without an error. */
function wholeWrite(file: number): NodeJS.WriteStream['_write'] {
  return (bytes: Uint8Array, _, done) => {
    try {
      writeWholeSync(file, bytes);
    } catch (error) {
      return done(error as Error);
    }
    done();
  };
}

type Write = (chunk: string | Uint8Array, ...rest: never[]) => boolean;

const unguardedWrites = new WeakMap<NodeJS.WriteStream, Write>();

/** The stream for what steers the terminal itself, a progress bar; its texts have to be printable. */
export function unguarded(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const write = unguardedWrites.get(stream);
  return write === undefined
    ? stream
    : (Object.create(stream, { write: { value: write } }) as NodeJS.WriteStream);
}

/** What an escape sequence of ours begins with, before the door. It is a colour to what counts the columns of a text. */
const OURS = `\x1b[${Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(';')};`;

export function throughDoor(text: string): string {
  return text.split(OURS).map(printableLines).join('\x1b[');
}

type Colours = ReturnType<typeof pico.createColors>;

/**
 * Colours for a terminal, and none for anything else, if neither `NO_COLOR` nor `FORCE_COLOR` says otherwise; the second wins, as in Node.
 * (picocolors alone would colour wherever `CI` is set, terminal or not.)
 */
export function coloursFor(stream: { readonly isTTY?: boolean }): Colours {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  const isWanted = FORCE_COLOR ? FORCE_COLOR !== '0' : stream.isTTY === true && !NO_COLOR;
  const { isColorSupported, ...colours } = pico.createColors(isWanted);
  const marked = Object.entries(colours).map(([name, colour]) => [name, markedColour(colour)] as const);
  return { isColorSupported, ...(Object.fromEntries(marked) as typeof colours) };
}

function markedColour(colour: (text: string) => string): (text: string) => string {
  const [open, close] = colour('|').split('|');
  const mark = (sequence: string): string => sequence.replace('\x1b[', OURS);
  return (text) => `${mark(open)}${text}${mark(close)}`;
}
