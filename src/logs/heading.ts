import type { ConditionValue, Conditions } from '../run/run';
import type { Condition } from '../study/types';

/** A line of a document that starts with `#`. */
export interface Heading {
  /** How many `#`. */
  readonly level: number;
  /** Whether it names a condition, whatever value stands there. */
  readonly isOfRun: boolean;
  /** What it says. */
  readonly conditions: Conditions;
}

/**
 * Reads `## LR = 0.001` as people write it: `### lr: 1e-3`, `# Learning rate 0.001`, `## LR = 0.001 (best)`, `## lr = 0.1, batch = 32`.
 *
 * @param known the conditions that a heading may name, by their names or titles
 */
export function headingOf(text: string, known: readonly Condition[]): Heading | undefined {
  const marks = /^(#+)\s*/.exec(text);
  if (marks === null) return undefined;
  const level = marks[1].length;
  const rest = withoutEnd(withoutEnd(text.slice(marks[0].length)).replace(/\([^()]*\)$/, ''));
  const named = rest.split(',').map((part) => readCondition(part.trim(), known));
  if (named.every((condition) => condition !== undefined) && named.length > 0) {
    const said = named.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]));
    return { level, isOfRun: true, conditions: Object.fromEntries(said) };
  }
  return /^#+\s/.test(text) ? { level, isOfRun: false, conditions: {} } : undefined;
}

/** Without blanks, marks and colons at the end; in one pass, however many there are. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[\s#:]/.test(text[end - 1])) end--;
  return text.slice(0, end);
}

interface Named {
  readonly name: string;
  /** Missing where what stands there is no value. */
  readonly value?: ConditionValue;
}

/** `lr = 0.001`, `lr: 0.001`, `learning rate 0.001` */
function readCondition(text: string, known: readonly Condition[]): Named | undefined {
  for (const condition of known) {
    const { name, title } = condition;
    for (const word of title === undefined ? [name] : [name, title]) {
      const start = startOf(text, word);
      if (start === undefined) continue;
      const given = /^\s*[=:]\s*(\S+)$/.exec(start)?.[1];
      if (given !== undefined) return { name, value: valueOf(given, condition) };
      const number = /^\s+(\d[\d.]*(?:e[+-]?\d+)?)$/i.exec(start)?.[1];
      if (number !== undefined) return { name, value: valueOf(number, condition) };
    }
  }
  return undefined;
}

/** What follows the word, in upper or lower case, with blanks, `_` and `-` alike; undefined where the text does not start with it. */
function startOf(text: string, word: string): string | undefined {
  const letters = (of: string): string => of.toLowerCase().replace(/[ _-]/g, '');
  const wanted = letters(word);
  let length = 0;
  for (let seen = ''; seen.length < wanted.length; length++) {
    if (length === text.length) return undefined;
    seen += letters(text[length]);
    if (!wanted.startsWith(seen)) return undefined;
  }
  return text.slice(length);
}

/** Undefined where the text is no value of the condition. */
export function valueOf(text: string, { values }: Condition): ConditionValue | undefined {
  if (values?.some((value) => typeof value === 'string')) return text;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}
