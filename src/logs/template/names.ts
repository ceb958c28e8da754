import { wordsOfName, type PrintedNumber } from './shape';

const MOST_WORDS = 4;

/**
 * What each number is called: by the word before it, with those before that which say which one it is. Undefined for what cannot be
 * judged. No two are called alike: names take more words, and are numbered where there are none.
 */
export function namesOf(
  numbers: readonly PrintedNumber[],
  places: ReadonlyMap<number, string>,
): (string | undefined)[] {
  const names = numbers.map((_, i) => nameOf(numbers, i, places.get(i)));
  for (let length = 2; length <= MOST_WORDS; length++) {
    const repeated = repeatedIn(names);
    for (const [i, { words }] of numbers.entries()) {
      const name = names[i];
      if (name === undefined || places.has(i) || !repeated.has(name)) continue;
      if (words.length >= length) names[i] = joined(words.slice(0, length));
    }
  }
  const taken = new Set<string>();
  return names.map((name) => {
    if (name === undefined) return undefined;
    let free = name;
    for (let n = 2; taken.has(free); n++) free = `${name}_${n}`;
    taken.add(free);
    return free;
  });
}

function nameOf(numbers: readonly PrintedNumber[], i: number, place: string | undefined): string | undefined {
  const { words, isTime, isTotal, isSecond } = numbers[i];
  if (place !== undefined) return place;
  if (isTime || isTotal) return undefined;
  if (words.length > 0) return joined(words.slice(0, wordsOfName(words)));
  return isSecond ? nameOf(numbers, i - 1, undefined) : undefined;
}

/** From the nearest on. */
function joined(words: readonly string[]): string {
  return words.toReversed().join('_');
}

function repeatedIn(names: readonly (string | undefined)[]): Set<string | undefined> {
  return new Set(names.filter((name, i) => names.indexOf(name) !== i));
}
