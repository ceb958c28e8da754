import { AssayError } from '../../base/errors';

/** A template, ready to be looked for in lines. */
export interface Pattern {
  readonly text: string;
  readonly parts: readonly Part[];
}

export type Part =
  /** What has to be there. */
  | { readonly kind: 'text'; readonly text: string }
  /** Spaces and TABs, at least one. */
  | { readonly kind: 'blanks' }
  | { readonly kind: 'place'; readonly name: string; readonly holds: Holds };

/** A number, one with a percent sign or without, or whatever has no blank in it. */
export type Holds = 'number' | 'percent' | 'word';

/** A place of this name is skipped. */
export const SKIPPED = '_';

/**
 * @param texts names of places that hold words
 * @throws AssayError `study-invalid`
 */
export function patternOf(template: string, texts: ReadonlySet<string>): Pattern {
  const pieces = template.trim().split(/\{([^{}]*)\}/);
  const parts = pieces.flatMap((piece, i) =>
    i % 2 === 0 ? textParts(piece) : [placeOf(piece, template, texts)],
  );
  if (!parts.some(({ kind }) => kind === 'place'))
    throw invalid(template, 'a name in braces, such as {loss}', 'none');
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'place' && parts[i + 1]?.kind === 'place') {
      throw invalid(template, `something between {${part.name}} and what follows it`, 'nothing');
    }
  }
  return { text: template, parts };
}

function textParts(piece: string): Part[] {
  const words = piece.split(/([ \t]+)/);
  return words.flatMap((text, i): Part[] =>
    i % 2 === 1 ? [{ kind: 'blanks' }] : text === '' ? [] : [{ kind: 'text', text }],
  );
}

function placeOf(inside: string, template: string, texts: ReadonlySet<string>): Part {
  const [name, kind, ...rest] = inside.split(':');
  const isKnown = name !== '' && rest.length === 0 && (kind === undefined || kind === 'percent');
  if (!isKnown) throw invalid(template, 'a name in braces, {loss}, or {val_acc:percent}', `{${inside}}`);
  return {
    kind: 'place',
    name,
    holds: name === SKIPPED || texts.has(name) ? 'word' : kind === undefined ? 'number' : kind,
  };
}

function invalid(template: string, expected: string, got: string): AssayError {
  return new AssayError('study-invalid', {
    what: 'not a template of a log',
    where: `logs.template, ${template}`,
    expected,
    got,
  });
}

/** What a template found at a place of a line: the texts of its places, and where it ends. */
export interface Match {
  readonly found: readonly (readonly [name: string, text: string])[];
  readonly end: number;
}

/** The most that one place holds: a line is looked through in time that grows with its length alone. */
const LONGEST = 400;
const NUMBER = new RegExp(
  `[+-]?(?:(?:\\d{1,${LONGEST}}(?:\\.\\d{0,${LONGEST}})?|\\.\\d{1,${LONGEST}})(?:e[+-]?\\d{1,9})?|nan|inf(?:inity)?)`,
  'iy',
);
const BLANKS = /[ \t]+/y;
const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/**
 * The matches of a pattern in a line, from left to right: it may stand anywhere. What stands before or behind it is no part of a longer
 * word or number: `loss {loss}` does not fit into `val_loss 0.5`.
 *
 * @returns `cut` instead of a match where a line goes on otherwise behind at least two places, or has no number where a word says that one is
 *   due: `epoch 3 loss n/a`
 */
export function* matchesIn(line: string, { parts }: Pattern): Generator<Match | 'cut'> {
  for (let at = nextStart(line, parts[0], 0); at >= 0;) {
    const match = isWithinWord(line, at) ? undefined : matchAt(line, at, parts);
    if (match !== undefined) yield match;
    at = nextStart(line, parts[0], match === undefined || match === 'cut' ? at + 1 : match.end);
  }
}

/** Where a match may start, from `from` on; −1 where nowhere. */
function nextStart(line: string, first: Part, from: number): number {
  if (first.kind === 'text') return line.indexOf(first.text, from);
  for (let at = from; at < line.length; at++)
    if (/[\d.+\-ni]/i.test(line[at]) && !isWithinWord(line, at)) return at;
  return -1;
}

function isWithinWord(line: string, at: number): boolean {
  if (at === 0 || !WORD_CHARACTER.test(line[at])) return false;
  return WORD_CHARACTER.test(line[at - 1]) || /[-/.]/.test(line[at - 1]);
}

function matchAt(line: string, start: number, parts: readonly Part[]): Match | 'cut' | undefined {
  const found: (readonly [string, string])[] = [];
  let at = start;
  /** Whether a text stands between this part and the place before it. */
  let isNamed = false;
  let hasAll = true;
  const otherwise = (): 'cut' | undefined => (found.length >= 2 ? 'cut' : undefined);
  const withoutNumber = (): 'cut' | undefined => (isNamed && found.length > 0 ? 'cut' : otherwise());
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') {
      if (!line.startsWith(part.text, at)) return otherwise();
      at += part.text.length;
      isNamed = true;
      continue;
    }
    BLANKS.lastIndex = at;
    const blanks = BLANKS.exec(line)?.[0].length ?? 0;
    if (part.kind === 'blanks') {
      if (blanks === 0)
        return at === line.length && parts[i + 1]?.kind === 'place' ? withoutNumber() : otherwise();
      at += blanks;
      continue;
    }
    at += blanks; // numbers are padded
    const number = part.holds === 'word' ? undefined : numberAt(line, at, parts[i + 1]);
    if (number === undefined && part.holds !== 'word') {
      if (!isNamed || found.length > 0) return withoutNumber();
      hasAll = false; // the first one: whether this line is meant, the rest of it shows
    }
    const text = number ?? wordAt(line, at, parts[i + 1]);
    if (text === undefined) return otherwise();
    if (part.name !== SKIPPED && (number !== undefined || part.holds === 'word'))
      found.push([part.name, text]);
    at += text.length;
    isNamed = false;
    if (part.holds === 'percent' && /^ ?%/.test(line.slice(at, at + 2))) at += line[at] === '%' ? 1 : 2;
  }
  if (hasAll) return { found, end: at };
  return found.length > 0 ? 'cut' : undefined;
}

function numberAt(line: string, at: number, next: Part | undefined): string | undefined {
  NUMBER.lastIndex = at;
  const text = NUMBER.exec(line)?.[0];
  if (text === undefined || next?.kind === 'text') return text;
  const behind = line.slice(at + text.length, at + text.length + 2);
  return /^([\p{L}\p{N}_]|\.\d)/u.test(behind) ? undefined : text;
}

/** Up to what follows, or to a blank. */
function wordAt(line: string, at: number, next: Part | undefined): string | undefined {
  const rest = line.slice(at, at + LONGEST);
  const blank = rest.search(/[ \t]/);
  const word = blank < 0 ? rest : rest.slice(0, blank);
  const end = next?.kind === 'text' ? word.indexOf(next.text) : word.length;
  return end <= 0 ? undefined : word.slice(0, end);
}
