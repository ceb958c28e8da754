import { isBinary, startOf } from '../format';
import { drawnTexts } from '../lines';
import { namesOf } from './names';
import { matchesIn, patternOf, SKIPPED } from './pattern';
import { shapeOf, type PrintedNumber, type Shape } from './shape';

/** A template for the lines of a log, and what is in them beside. */
export interface Suggestion {
  readonly template: string;
  /** Numbers without a name in one of the lines, such as times: the template skips them. */
  readonly skipped: readonly string[];
  /** Lines with numbers that it does not read, one of each kind that is there more than once. */
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
  let best: (Found & { readonly weight: number }) | undefined;
  for (const group of groups.values()) {
    const weight = group.length * group[0].numbers.length;
    if (group.length < 2 || weight <= (best?.weight ?? 0)) continue;
    const suggestion = suggestionOf(group);
    if (suggestion !== undefined) best = { ...suggestion, weight };
  }
  if (best === undefined) return undefined;
  const { template, skipped } = best;
  const others = [...groups.values()].filter(
    ([{ line }, second]) => second !== undefined && !reads(template, line),
  );
  const otherLines = others.slice(0, MOST_LINES).map(([{ line }]) => line.trim().slice(0, LONGEST_SHOWN));
  return { template, skipped, otherLines };
}

type Found = Pick<Suggestion, 'template' | 'skipped'>;

/** A heading is read without a template. */
function reads(template: string, line: string): boolean {
  return line.startsWith('#') || !matchesIn(line, patternOf(template, new Set())).next().done;
}

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
    ? { template, skipped: [...first.outside, ...nameless.map(({ text }) => text)] }
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
