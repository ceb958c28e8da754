import { isBinary, startOf } from '../format';
import { drawnTexts } from '../lines';
import { metricOf } from '../survey/metrics';
import { namesOf } from './names';
import { matchesIn, patternOf, SKIPPED, type Pattern } from './pattern';
import { shapeOf, type PrintedNumber, type Shape } from './shape';

/** A template for the lines of a log, and what is in them beside. */
export interface Suggestion {
  /** Of the most frequent line. */
  readonly template: string;
  /** Of other lines that name results of their own and say where they are, such as those of an evaluation. */
  readonly further: readonly { readonly template: string; readonly line: string }[];
  /** Numbers without a name in one of the lines, such as times: the template skips them. */
  readonly skipped: readonly string[];
  /** Lines with numbers that none of them reads, one of each kind that is there more than once. */
  readonly otherLines: readonly string[];
}

/**
 * A template for the most frequent line of a log that has numbers: `epoch {epoch} loss {loss}`. Each number is called by the words before
 * it. Undefined where no such line is there twice, and for a binary file.
 */
export function suggestedTemplate(text: string): string | undefined {
  return suggestionFor(text)?.template;
}

/** The same, with what it leaves out. */
export function suggestionFor(text: string): Suggestion | undefined {
  if (isBinary(startOf(text))) return undefined;
  const groups = new Map<string, Shape[]>();
  for (const [drawn] of drawnTexts(startOf(text))) {
    const shape = drawn.length > LONGEST_LINE ? undefined : shapeOf(drawn);
    if (shape === undefined) continue;
    const group = groups.get(shape.key);
    if (group === undefined) groups.set(shape.key, [shape]);
    else group.push(shape);
  }
  const weightOf = (group: readonly Shape[]): number => group.length * group[0].numbers.length;
  const often = [...groups.values()]
    .filter(({ length }) => length > 1)
    .sort((a, b) => weightOf(b) - weightOf(a));
  const found: Found[] = [];
  for (const group of often) {
    const suggestion = found.length < MOST_KINDS ? suggestionOf(group) : undefined;
    if (suggestion !== undefined) found.push(suggestion);
  }
  if (found.length === 0) return undefined;
  const [best] = found;
  const chosen = [best];
  for (const other of found) if (chosen.length < MOST_TEMPLATES && isApart(other, chosen)) chosen.push(other);
  const { template, skipped } = best;
  const otherLines = often
    .filter(([{ line }]) => !line.startsWith('#') && !chosen.some(({ template }) => reads(template, line)))
    .slice(0, MOST_LINES)
    .map(([{ line }]) => shown(line));
  return {
    template,
    further: chosen.slice(1).map(({ template, line }) => ({ template, line: shown(line) })),
    skipped: [...new Set([skipped, ...chosen.slice(1).map(({ skipped }) => skipped)].flat())],
    otherLines,
  };
}

function shown(line: string): string {
  return line.trim().slice(0, LONGEST_SHOWN);
}

interface Found extends Pick<Suggestion, 'template' | 'skipped'> {
  /** Of its series. */
  readonly names: readonly string[];
  /** That it is made from. */
  readonly line: string;
}

/** Whether it reads other lines than those that are chosen, and results by names of its own in them. */
function isApart({ template, names, line }: Found, chosen: readonly Found[]): boolean {
  return (
    names.some((name) => metricOf(name, []) !== undefined) &&
    chosen.every(
      (one) =>
        !reads(one.template, line) &&
        !reads(template, one.line) &&
        !names.some((name) => one.names.includes(name)),
    )
  );
}

function reads(template: string, line: string): boolean {
  return hasMatch(patternOf(template, new Set()), line);
}

function hasMatch(pattern: Pattern, line: string): boolean {
  for (const match of matchesIn(line, pattern)) if (match !== 'cut') return true;
  return false;
}

/** Whether a log has a line with what the template names. */
export function hasLineFor(template: string, text: string): boolean {
  const pattern = patternOf(template, new Set());
  for (const [drawn] of drawnTexts(text)) if (hasMatch(pattern, drawn)) return true;
  return false;
}

/** Of the kinds of lines from which a template can be made, the most frequent ones. */
const MOST_KINDS = 20;
const MOST_TEMPLATES = 4;
const MOST_LINES = 5;
const LONGEST_SHOWN = 100;

const LONGEST_LINE = 2000;

/** Undefined where nothing says which epoch or step a line is of, or that is all it says. */
function suggestionOf(group: readonly Shape[]): Found | undefined {
  const [first] = group;
  const { line, numbers, start, end } = first;
  const places = placesIn(group);
  const names = namesOf(numbers, places);
  if (places.size === 0 || names.every((name, i) => name === undefined || places.has(i))) return undefined;
  let template = '';
  let at = start;
  for (const [i, number] of numbers.entries()) {
    const name = names[i] ?? SKIPPED;
    template += `${line.slice(at, number.at)}{${name}${number.isPercent && name !== SKIPPED ? ':percent' : ''}}`;
    at = number.end;
  }
  template = `${template}${line.slice(at, end)}`.replace(/[ \t]+/g, ' ').trim();
  const nameless = numbers.filter(({ isTotal }, i) => names[i] === undefined && !isTotal);
  return isRight(template, first, names)
    ? {
        ...{ template, line },
        names: names.flatMap((name, i) => (name === undefined || places.has(i) ? [] : [name])),
        skipped: [...first.outside, ...nameless.map(({ text }) => text)],
      }
    : undefined;
}

/** Which numbers say where a line is: those that are called so, else one with its total, `[3/10]`, else the first that counts the lines. */
function placesIn(group: readonly Shape[]): Map<number, 'epoch' | 'step'> {
  const [{ numbers }] = group;
  const places = new Map<number, 'epoch' | 'step'>();
  const taken = new Set<string>();
  for (const [i, number] of numbers.entries()) {
    const place = placeCalled(number);
    if (place === undefined || taken.has(place)) continue;
    taken.add(place);
    places.set(i, place);
  }
  if (places.size === 0) {
    const counted = numbers.findIndex(({ isOf }) => isOf);
    const counting = counted >= 0 ? counted : numbers.findIndex((_, i) => counts(group, i));
    if (counting >= 0) places.set(counting, 'epoch');
  } else if (!taken.has('step')) {
    // `Epoch: [3][ 10/100]`
    const counted = numbers.findIndex(({ isOf, words }, i) => isOf && words.length === 0 && !places.has(i));
    if (counted >= 0) places.set(counted, 'step');
  }
  return places;
}

function placeCalled({ words: [word = ''], text, isOf }: PrintedNumber): 'epoch' | 'step' | undefined {
  if (/^epoch$/i.test(word) || (/^(ep|e)$/i.test(word) && /^\d+$/.test(text))) return 'epoch';
  return /^(step|iter|iteration|it)$/i.test(word) || (isOf && /^batch$/i.test(word)) ? 'step' : undefined;
}

/** Whether a number grows by one from line to line, or starts again. */
function counts(group: readonly Shape[], i: number): boolean {
  const texts = group.map(({ numbers }) => numbers[i].text);
  const values = texts.map(Number);
  return (
    texts.every((text) => /^\d+$/.test(text)) &&
    values[1] === values[0] + 1 &&
    values.every((value, n) => n === 0 || value === values[n - 1] + 1 || value === values[0])
  );
}

/** Whether it can be read as a template, and finds in the line what it was made from. */
function isRight(
  template: string,
  { line, numbers }: Shape,
  names: readonly (string | undefined)[],
): boolean {
  try {
    const expected = numbers.flatMap(({ text }, i) =>
      names[i] === undefined ? [] : [`${names[i]} ${text}`],
    );
    for (const match of matchesIn(line, patternOf(template, new Set()))) {
      if (match === 'cut') continue;
      return match.found.map((found) => found.join(' ')).join() === expected.join();
    }
    return false;
  } catch {
    return false; // braces in the line, for one
  }
}
