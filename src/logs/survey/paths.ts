import type { ConditionValue } from '../../run/run';

/** A name in a path, and what each of the paths has there. */
export interface PathName {
  readonly name: string;
  readonly values: readonly number[];
}

/** What paths that are alike but for numbers say: a pattern for logs.path, and the names in it. */
export interface PathSurvey {
  /** `lr{lr}/seed-{seed}.csv` */
  readonly pattern: string;
  readonly names: readonly PathName[];
}

const NUMBER = /(\d+(?:\.\d+)?(?:e-?\d+)?)/i;

/** The word right before a number is its name: `seed-001`, `lr0.01`, `version_3`. */
const WORD = /([A-Za-z]+)[-_=.]?$/;

/** Undefined where paths differ in other ways, or not at all. */
export function surveyPaths(paths: readonly string[]): PathSurvey | undefined {
  const pieces = paths.map((path) => path.replaceAll('\\', '/').split(NUMBER));
  const [first] = pieces;
  const isAlike = pieces.every(
    (other) => other.length === first.length && other.every((piece, i) => i % 2 === 1 || piece === first[i]),
  );
  if (paths.length < 2 || !isAlike) return undefined;
  const varying = first.flatMap((_, i) =>
    i % 2 === 1 && pieces.some((other) => other[i] !== first[i]) ? [i] : [],
  );
  const words = varying.map((i) => WORD.exec(first[i - 1])?.[1] ?? '');
  if (varying.length === 0 || new Set(words).size < words.length) return undefined;
  const seedAt = seedIn(words);
  const named = varying.map((i, n) => ({
    at: i,
    name: n === seedAt ? 'seed' : words[n],
    values: pieces.map((other) => Number(other[i])),
  }));
  if (named.some(({ name }) => name === '')) return undefined;
  const text = first.map((piece, i) => {
    const place = named.find(({ at }) => at === i);
    return place === undefined ? piece : `{${place.name}}`;
  });
  return { pattern: endFrom(text.join('')), names: named.map(({ name, values }) => ({ name, values })) };
}

/** The one that is called so, else the only one. */
function seedIn(words: readonly string[]): number {
  for (const wanted of SEEDS) {
    const at = words.findIndex((word) => word.toLowerCase() === wanted);
    if (at >= 0) return at;
  }
  return words.length === 1 ? 0 : -1;
}

const SEEDS = ['seed', 's', 'run', 'trial', 'version', 'rep'];

/** From the folder on in which the first name is. */
function endFrom(pattern: string): string {
  return pattern.slice(pattern.lastIndexOf('/', pattern.indexOf('{')) + 1);
}

export function valuesDiffer(values: readonly ConditionValue[]): boolean {
  return values.some((value) => value !== values[0]);
}
