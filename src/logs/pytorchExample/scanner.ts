import { AssayError } from '../../base/errors';
import { pythonFixed } from '../../base/printf';
import type { PrintedNumber } from './read';

const TAB_STOP = 8;

/** Reads one line from left to right; what is not as the grammar says is a `log-syntax` error with line and column. */
export class Scanner {
  /**
   * @param line 1-based
   * @param position where in the line reading starts, 0-based
   */
  constructor(
    private readonly text: string,
    readonly line: number,
    private readonly where: string,
    private position = 0,
  ) {}

  literal(expected: string): void {
    if (!this.text.startsWith(expected, this.position)) this.fail(quote(expected));
    this.position += expected.length;
  }

  /** A whole number without sign and leading zeros, of at most 15 digits so that it is exact. */
  integer(): number {
    return Number(this.match(/(0|[1-9]\d{0,14})(?!\d)/y) ?? this.fail('a whole number'));
  }

  /** A number as Python's `:.{decimals}f` prints it: `nan`, `inf` and `-inf` are among them. */
  fixed(decimals: number): number {
    const start = this.position;
    const text = this.match(/-?(nan|inf|\d+(\.\d+)?)(?![\d.])/y);
    const value = Number(text?.replace('inf', 'Infinity'));
    if (text === undefined || pythonFixed(value, decimals) !== text) {
      this.position = start;
      this.fail(`a number as Python's :.${decimals}f prints it`);
    }
    return value;
  }

  /** A number with any number of decimals, as trainers other than the report's print it. */
  printed(): PrintedNumber {
    const text = this.match(/-?(nan|inf|\d+(\.\d+)?)(?![\d.])/y) ?? this.fail('a number');
    const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
    return { value: Number(text.replace('inf', 'Infinity')), decimals };
  }

  /** Spaces and tabs, at least one. */
  blanks(): void {
    if (this.match(/[ \t]+/y) === undefined) this.fail('a blank');
  }

  /** A TAB, or the spaces that it was expanded to. */
  tab(): void {
    const spaces = ' '.repeat(TAB_STOP - (this.position % TAB_STOP));
    if (this.text.startsWith('\t', this.position)) this.position += 1;
    else if (this.text.startsWith(spaces, this.position)) this.position += spaces.length;
    else this.fail(`a TAB, or ${spaces.length} spaces in its place`);
  }

  /** What stands between here and `suffix`, the end of the line: at least one character, none of them a control character. */
  restBefore(what: string, suffix = ''): string {
    const rest = this.text.slice(this.position);
    if (rest.length <= suffix.length || !rest.endsWith(suffix) || /\p{Cc}/u.test(rest)) {
      this.fail(suffix === '' ? what : `${what}, then ${quote(suffix)}`);
    }
    this.position = this.text.length;
    return rest.slice(0, rest.length - suffix.length);
  }

  end(): void {
    if (this.position < this.text.length)
      this.fail(this.position === 0 ? 'an empty line' : 'the end of the line');
  }

  fail(expected: string): never {
    const rest = this.text.slice(this.position);
    const got = rest === '' ? 'the end of the line' : quote(rest);
    throw syntaxError(`${this.where}, line ${this.line}, column ${this.position + 1}`, expected, got);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const text = pattern.exec(this.text)?.[0];
    this.position += text?.length ?? 0;
    return text;
  }
}

/** Reads a text line by line. */
export class LineReader {
  private readonly lines: readonly string[];
  private index = 0;

  /**
   * @param where names the text in messages
   * @param firstLine number of its first line there
   */
  constructor(
    text: string,
    private readonly where: string,
    private readonly firstLine: number,
  ) {
    const lines = text.split('\n');
    // A line feed ends the last line, and starts none.
    this.lines = lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  }

  atEnd(): boolean {
    return this.index === this.lines.length;
  }

  startsWith(prefix: string): boolean {
    return !this.atEnd() && this.lines[this.index].startsWith(prefix);
  }

  /** Fails unless the next line starts with one of the prefixes. */
  expectOneOf(...prefixes: string[]): void {
    if (prefixes.some((prefix) => this.startsWith(prefix))) return;
    const expected = prefixes.map(quote).join(' or ');
    if (this.atEnd()) this.failAtEnd(expected);
    this.lineAfter('').fail(expected);
  }

  /** A scanner of the next line, behind the prefix that it has to start with. */
  lineAfter(prefix: string): Scanner {
    if (this.atEnd()) this.failAtEnd(quote(prefix));
    const line = this.firstLine + this.index;
    const scanner = new Scanner(this.lines[this.index++], line, this.where);
    scanner.literal(prefix);
    return scanner;
  }

  /** Reads a line that has to be this one. */
  skip(line: string): void {
    this.lineAfter(line).end();
  }

  /** Reads the end of the text. */
  end(): void {
    if (!this.atEnd()) this.lineAfter('').fail('the end of the log');
  }

  private failAtEnd(expected: string): never {
    throw syntaxError(`${this.where}, line ${this.firstLine + this.index}`, expected, 'the end of the log');
  }
}

/** Characters of a line that a message shows. */
const SHOWN = 40;

function quote(text: string): string {
  if (text === '') return 'an empty line';
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
}

function syntaxError(where: string, expected: string, got: string): AssayError {
  return new AssayError('log-syntax', {
    what: 'not a log in the format of the report',
    where,
    expected,
    got,
  });
}
