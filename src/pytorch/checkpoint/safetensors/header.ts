import { isUtf8 } from '../../../base/utf8';
import { invalid, quoted, refused } from '../fault';
import { MOST_DIMENSIONS } from '../tensor';

export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: ReadonlyMap<string, Entry>;
}

/** What the header says of a tensor, unchecked but for its types. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the end of the header. */
  readonly dataOffsets: readonly number[];
}

/**
 * Parses a header: JSON of just the form that the format has, so that its nesting has an end, no key may stand twice, and no number be inexact
 * (`JSON.parse` would let all three pass).
 *
 * @throws AssayError `checkpoint-invalid`
 */
export function parseHeader(json: Buffer, where: string): Header {
  if (!isUtf8(json)) throw invalid(`${where}, header`, { what: 'the header is not UTF-8' });
  return new HeaderParser(json.toString('utf8'), `${where}, header`).header();
}

/** As many tensors, or entries of metadata, as a file may have: the records of a zip archive without zip64. */
const MOST_KEYS = 65_535;
/** Matches from where the parser is; blanks are JSON's. */
const BLANKS = /[ \t\n\r]*/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NATURAL = /0|[1-9][0-9]*/y;

class HeaderParser {
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly where: string,
  ) {}

  header(): Header {
    let metadata: ReadonlyMap<string, string> = new Map();
    const tensors = new Map<string, Entry>();
    this.match(BLANKS);
    this.object((key) => {
      if (key === '__metadata__') metadata = this.metadata();
      else tensors.set(key, this.entry());
    });
    if (this.at < this.text.length) throw this.unexpected('the end of the header');
    return { metadata, tensors };
  }

  private metadata(): Map<string, string> {
    const metadata = new Map<string, string>();
    this.object((key) => metadata.set(key, this.string()));
    return metadata;
  }

  private entry(): Entry {
    let dtype: string | undefined;
    let shape: number[] | undefined;
    let dataOffsets: number[] | undefined;
    this.object((key) => {
      if (key === 'dtype') dtype = this.string();
      else if (key === 'shape') shape = this.naturals();
      else if (key === 'data_offsets') dataOffsets = this.naturals();
      else throw this.unexpected('dtype, shape or data_offsets', quoted(key));
    });
    if (dtype === undefined || shape === undefined || dataOffsets?.length !== 2) {
      throw this.unexpected('dtype, shape and two data_offsets');
    }
    return { dtype, shape, dataOffsets };
  }

  /** @param readValue is called at the value of each key. */
  private object(readValue: (key: string) => void): void {
    const keys = new Set<string>();
    this.list('{', '}', () => {
      const key = this.string();
      if (keys.has(key)) throw this.unexpected('each key once', quoted(key));
      keys.add(key);
      if (keys.size > MOST_KEYS) {
        const expected = `at most ${MOST_KEYS}`;
        throw refused(this.where, { what: 'the header has too many keys', expected });
      }
      this.expect(':');
      readValue(key);
    });
  }

  private naturals(): number[] {
    const values: number[] = [];
    this.list('[', ']', () => {
      const value = Number(this.match(NATURAL) ?? NaN);
      if (!Number.isSafeInteger(value)) throw this.unexpected('an integer from 0 to 2^53 − 1');
      if (values.push(value) > MOST_DIMENSIONS) {
        const expected = `at most ${MOST_DIMENSIONS}`;
        throw refused(this.where, { what: 'a tensor has too many dimensions', expected });
      }
      this.match(BLANKS);
    });
    return values;
  }

  private list(open: string, close: string, readItem: () => void): void {
    this.expect(open);
    if (this.accept(close)) return;
    do readItem();
    while (this.accept(','));
    this.expect(close);
  }

  private string(): string {
    let end = this.at;
    if (this.text[end] === '"')
      do end += this.text[end] === '\\' ? 2 : 1;
      while (end < this.text.length && this.text[end] !== '"');
    const text = this.text.slice(this.at, end + 1);
    try {
      const value = JSON.parse(text) as unknown;
      if (typeof value === 'string' && !LONE_SURROGATE.test(value)) {
        this.at = end + 1;
        this.match(BLANKS);
        return value;
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw this.unexpected('a string');
  }

  private expect(character: string): void {
    if (!this.accept(character)) throw this.unexpected(`'${character}'`);
  }

  /** Takes a character and the blanks behind it. */
  private accept(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at++;
    this.match(BLANKS);
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [text] = pattern.exec(this.text) ?? [];
    if (text !== undefined) this.at += text.length;
    return text;
  }

  private unexpected(expected: string, got?: string): Error {
    const rest = this.text.slice(this.at, this.at + 40);
    return invalid(`${this.where}, character ${this.at}`, {
      what: 'the header is not what the format asks for',
      expected,
      got: got ?? (rest === '' ? 'the end' : quoted(rest)),
    });
  }
}
