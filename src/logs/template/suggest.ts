import { startOf } from '../format';
import { drawnTexts } from '../lines';
import { SKIPPED } from './pattern';

/**
 * A template for the most frequent line of a log that has numbers: `epoch {epoch} loss {loss}`. Each number is called by the word before it.
 * Undefined where no such line is there twice.
 */
export function suggestedTemplate(text: string): string | undefined {
  const counts = new Map<string, number>();
  for (const [drawn] of drawnTexts(startOf(text))) {
    const template = drawn.length > LONGEST_LINE ? undefined : templateOf(drawn);
    if (template !== undefined) counts.set(template, (counts.get(template) ?? 0) + 1);
  }
  const isBetter = ([a, timesA]: [string, number], [b, timesB]: [string, number]): boolean =>
    timesA * placesIn(a) > timesB * placesIn(b);
  const [most] = [...counts]
    .filter(([, count]) => count > 1)
    .sort((a, b) => (isBetter(a, b) ? -1 : isBetter(b, a) ? 1 : 0));
  return most?.[0];
}

const LONGEST_LINE = 2000;

function placesIn(template: string): number {
  return template.split('{').length - 1;
}

/** With what may stand between a name and its number. */
const NAMED =
  /(?<![\w./-])([A-Za-z][\w./-]*)([ \t]*(?:[=:][ \t]*)?)([+-]?(?:\d+(?:\.\d*)?(?:e[+-]?\d+)?|nan|inf)\b)(%?)/gi;
const OF = /^(\/\d+)/;

/** Of a line with a place, which says an epoch or a step, and a metric; from the first of them to the last. */
function templateOf(line: string): string | undefined {
  const counted = /\[(\d+)\/\d+\]/.exec(line);
  const named = [...line.matchAll(NAMED)];
  const isCounted = counted !== null && !named.some(([, name]) => PLACE.test(name));
  const first = named.findIndex(({ index }) => !isCounted || index > counted.index);
  if (first < 0) return undefined;
  const used = named.slice(first);
  if (!isCounted && !used.some(([, name]) => PLACE.test(name))) return undefined;
  const names = new Set<string>();
  let template = isCounted
    ? `[{epoch}/{${SKIPPED}}]${escaped(line.slice(counted.index + counted[0].length, used[0].index))}`
    : '';
  let at = used[0].index;
  for (const { 0: whole, 1: name, 2: between, 4: percent, index } of used) {
    const place = placeName(name);
    const isNew = !names.has(place);
    names.add(place);
    const braces = !isNew ? `{${SKIPPED}}` : percent === '%' ? `{${place}:percent}` : `{${place}}`;
    template += `${escaped(line.slice(at, index))}${name}${between}${braces}`;
    at = index + whole.length;
    const total = OF.exec(line.slice(at));
    if (total === null) continue;
    template += `/{${SKIPPED}}`;
    at += total[0].length;
  }
  return names.size > (isCounted ? 0 : 1) ? template.trim() : undefined;
}

const PLACE = /^(epoch|step|iter|iteration|it)$/i;

function placeName(word: string): string {
  if (/^epoch$/i.test(word)) return 'epoch';
  return PLACE.test(word) ? 'step' : word;
}

/** Numbers without names, such as times, are of no use, and braces would be places. */
function escaped(text: string): string {
  return text.replace(/[{}]/g, '').replace(/\d[\d.:]*/g, `{${SKIPPED}}`);
}
