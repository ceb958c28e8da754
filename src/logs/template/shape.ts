/** A number in a line. */
export interface PrintedNumber {
  readonly text: string;
  /** Where it starts and ends in the line, with a percent sign. */
  readonly at: number;
  readonly end: number;
  readonly isPercent: boolean;
  /** The words before it, from the nearest on; none where only signs are between it and the number before. */
  readonly words: readonly string[];
  /** The total behind a slash follows: `3/10`. */
  readonly isOf: boolean;
  /** Such a total. */
  readonly isTotal: boolean;
  /** A time or a date. */
  readonly isTime: boolean;
  /** It has no name and no unit, and belongs to one with a name: `0.5 (0.6)`, with a mean behind for one. */
  readonly isSecond: boolean;
}

/** A line with numbers that have names, from the first of them to the last. */
export interface Shape {
  readonly line: string;
  readonly start: number;
  readonly end: number;
  readonly numbers: readonly PrintedNumber[];
  /** The same for lines that differ in their numbers alone. */
  readonly key: string;
  /** Numbers before and behind. */
  readonly outside: readonly string[];
}

const ONE = String.raw`(?:\d{1,60}(?:\.\d{0,60})?|\.\d{1,60})(?:e[+-]?\d{1,9})?`;
const TOKEN = new RegExp(
  [
    // `E001`, `ep3`
    String.raw`(?<![\w./-])(?<place>epoch|ep|e|step|iter|it)(?=\d{1,60}(?![\w.]))`,
    // `12:00:01`, `2024-01-31`, `1.2.3`
    String.raw`(?<![\w.])(?<aside>\d{1,60}(?:\.\d{1,60}){2,9}|\d{1,60}(?:[-:]\d{1,60}(?:\.\d{0,60})?){1,9})`,
    String.raw`(?<number>(?<![\w.)%])[+-]?(?:${ONE}|(?:nan|inf(?:inity)?)(?!\w))|(?<=[/)%-])${ONE}|(?<=\b(?:epoch|ep|e|step|iter|it))\d{1,60})`,
    String.raw`(?<word>[A-Za-z][\w./@-]{0,60})`,
  ].join('|'),
  'gi',
);
/** Before a name, a part of it: `train loss` is another number than `val loss`. */
const QUALIFIER =
  /^(train(ing)?|val(id(ation)?)?|test(ing)?|eval(uation)?|dev|best|last|final|avg|average|mean|median|min|max|running|total|teacher|student|source|target)$/i;
/** What may stand between a name and its number, and between the words of a name. */
const BETWEEN = /^[ \t]*[=:]?[ \t]*[[(]?[ \t]*$/;
/** Behind a number without a blank: `12.3ms`, `3.2GB`, `5.1it/s`. */
const UNIT = /^[\p{L}_][\p{L}\p{N}_]{0,20}(?:\/[A-Za-z]{1,20})?/u;

/** What follows a number of the clock or the machine: `12.1s`, `2.2 min`, `7250 img/s`. */
const MEASURED =
  /^[ \t]?(?:\p{L}{1,20}\/|(?:[num]?s|secs?|seconds?|min|minutes?|h|hours?|[kmgt]?i?b)(?![\p{L}\p{N}_])|(?<![ \t])\p{L})/iu;

/** Undefined where no number has a name. */
export function shapeOf(line: string): Shape | undefined {
  const numbers: (PrintedNumber & { readonly nameAt: number })[] = [];
  let words: { readonly text: string; readonly at: number; readonly end: number }[] = [];
  let isUnitAt = -1;
  for (const { 0: text, index: at, groups = {} } of line.matchAll(TOKEN)) {
    const end = at + text.length;
    if (groups.word !== undefined || groups.place !== undefined) {
      if (at === isUnitAt) continue;
      if (words.length > 0 && !BETWEEN.test(line.slice(words[0].end, at))) words = [];
      words.unshift({ text: text.replace(/[./@-]+$/, ''), at, end });
      continue;
    }
    if (words.length > 0 && !BETWEEN.test(line.slice(words[0].end, at))) words = [];
    const percent = groups.number === undefined ? undefined : /^ ?%/.exec(line.slice(end, end + 2))?.[0];
    const before = numbers.at(-1);
    const isNamed = words.length > 0;
    const gap = before === undefined ? '' : line.slice(before.end, at);
    const isTotal = before?.isOf === true && gap === '/';
    numbers.push({
      ...{ text, at, end: end + (percent?.length ?? 0), isPercent: percent !== undefined },
      words: words.map((word) => word.text),
      nameAt: words[wordsOfName(words.map((word) => word.text)) - 1]?.at ?? at,
      isOf: /^\d+$/.test(text) && /^\/\d/.test(line.slice(end)),
      isTotal,
      isTime: groups.aside !== undefined,
      isSecond:
        !isNamed &&
        !isTotal &&
        /^[ \t]*[(/][ \t]*$/.test(gap) &&
        !MEASURED.test(line.slice(end)) &&
        isJudged(before),
    });
    words = [];
    isUnitAt = end;
  }
  const isUsed = ({ words, isOf, isTime }: PrintedNumber): boolean => !isTime && (words.length > 0 || isOf);
  const first = numbers.findIndex(isUsed);
  if (first < 0) return undefined;
  let last = numbers.findLastIndex(isUsed);
  while (numbers[last + 1]?.isTotal || numbers[last + 1]?.isSecond) last++;
  const { nameAt } = numbers[first];
  const start = /[[(]/.test(line[nameAt - 1] ?? '') ? nameAt - 1 : nameAt;
  const unit = UNIT.exec(line.slice(numbers[last].end))?.[0].length ?? 0;
  const end = numbers[last].end + unit;
  const used = numbers.slice(first, last + 1);
  const outside = numbers.filter((number) => !used.includes(number));
  let key = '';
  let at = start;
  for (const number of used) {
    key += `${line.slice(at, number.at)}\0`;
    at = number.end;
  }
  return {
    ...{ line, start, end: end + (/[\])]/.test(line[end] ?? '') ? 1 : 0), numbers: used },
    key: `${key}${line.slice(at, end)}`.replace(/[ \t]+/g, ' '),
    outside: outside.map(({ text }) => text),
  };
}

function isJudged(number: PrintedNumber | undefined): boolean {
  return (
    number !== undefined && !number.isTotal && !number.isOf && (number.words.length > 0 || number.isSecond)
  );
}

/** How many words from the nearest on are a name: it, and those before that say which one it is. */
export function wordsOfName(words: readonly string[]): number {
  const other = words.findIndex((word, i) => i > 0 && !QUALIFIER.test(word));
  return other < 0 ? words.length : other;
}
