import { AssayError } from '../../base/errors';
import type { PrintedNumber } from './read';

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

  /** A number with any number of decimals: trainers print as many as they like. */
  printed(): PrintedNumber {
    const text = this.match(/-?(nan|inf|\d+(\.\d+)?)(?![\d.])/y) ?? this.fail('a number');
    const decimals = text.includes('.') ? text.length - text.indexOf('.') - 1 : 0;
    return { value: Number(text.replace('inf', 'Infinity')), decimals };
  }

  /** Spaces and tabs, at least one. */
  blanks(): void {
    if (this.match(/[ \t]+/y) === undefined) this.fail('a blank');
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
