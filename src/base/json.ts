import { AssayError } from './errors';

/** Longer than anything that is read here, and short enough for V8, which ends the process when an array has more than 2^27 elements. */
const MOST_CHARACTERS = 2 ** 26;
/** Deeper than any schema admits, and shallow enough for functions that call themselves. */
const MOST_DEPTH = 100;

/**
 * Parses JSON from anywhere.
 *
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, also for what is too long or nested too deeply
 */
export function parseJson(text: string, where: string): unknown {
  if (text.length > MOST_CHARACTERS) {
    const [expected, got] = [`at most ${MOST_CHARACTERS} characters`, `${text.length}`];
    throw new AssayError('json-syntax', { what: 'the JSON is too long', where, expected, got });
  }
  const tooDeepAt = placeBeyond(MOST_DEPTH, text);
  if (tooDeepAt !== undefined) {
    throw new AssayError('json-syntax', {
      what: 'the JSON is nested too deeply',
      where: `${where}, ${lineAndColumn(text, tooDeepAt)}`,
      expected: `at most ${MOST_DEPTH} arrays and objects within each other`,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = (cause as SyntaxError).message;
    const position = /at position (\d+)/.exec(message)?.[1];
    throw new AssayError(
      'json-syntax',
      {
        what: 'not JSON',
        where: position === undefined ? where : `${where}, ${lineAndColumn(text, Number(position))}`,
        got: message,
      },
      { cause },
    );
  }
}

/** Where an array or object begins that lies in `depth` others. */
function placeBeyond(depth: number, text: string): number | undefined {
  let open = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') isInText = !isInText;
    else if (isInText) at += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') open++;
    else if (character === ']' || character === '}') open--;
    if (open > depth) return at;
  }
  return undefined;
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position);
  const lines = before.match(/\n/g)?.length ?? 0;
  return `line ${lines + 1}, column ${position - before.lastIndexOf('\n')}`;
}

/** The start of a value's JSON, for messages: no more of the value is looked at than is shown. */
export function shortJson(value: unknown): string {
  const writer = new ShortJson();
  writer.write(value);
  return writer.text();
}

const MOST_SHOWN = 100;

class ShortJson {
  private shown = '';

  text(): string {
    return this.isFull() ? `${this.shown.slice(0, MOST_SHOWN - 1)}…` : this.shown;
  }

  write(value: unknown): void {
    if (this.isFull()) return;
    if (Array.isArray(value)) this.list('[]', value, (item) => this.write(item));
    else if (typeof value === 'object' && value !== null) {
      this.list('{}', Object.keys(value), (key) => {
        this.write(key);
        this.shown += ':';
        this.write((value as Record<string, unknown>)[key]);
      });
    } else if (typeof value === 'string') this.shown += JSON.stringify(value.slice(0, MOST_SHOWN + 1));
    else this.shown += value === undefined ? 'nothing' : JSON.stringify(value);
  }

  private list<T>([open, close]: string, items: readonly T[], writeItem: (item: T) => void): void {
    this.shown += open;
    for (const [i, item] of items.entries()) {
      if (this.isFull()) return;
      if (i > 0) this.shown += ',';
      writeItem(item);
    }
    this.shown += close;
  }

  private isFull(): boolean {
    return this.shown.length > MOST_SHOWN;
  }
}

/** JSON for programs; a number that JSON cannot say is the string that `run.json` has for it: `"NaN"`, `"Infinity"`. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_, part: unknown) => (typeof part === 'number' && !Number.isFinite(part) ? String(part) : part),
    2,
  );
  return `${text}\n`;
}
