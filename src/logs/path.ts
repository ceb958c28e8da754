import { AssayError } from '../base/errors';
import type { Conditions, ConditionValue } from '../run/run';
import { valueOf } from './heading';
import type { ReadSettings } from './format';

/** What a path says of its run. */
export interface SaidByPath {
  readonly conditions: Conditions;
  readonly seed?: number;
}

/**
 * Reads conditions and seed from the end of a path, by a pattern such as `lr{lr}/seed-{seed}.csv`: a name in braces stands for what is
 * there, up to what follows it in the pattern.
 *
 * @param paths the first that fits counts: of the file, of the folder that it was found in, the name that a tracker has for the run
 */
export function saidByPath(
  paths: readonly (string | undefined)[],
  { path: pattern, conditions }: ReadSettings,
): SaidByPath {
  if (pattern === undefined) return { conditions: {} };
  const { expression, names } = expressionOf(pattern);
  const found = paths
    .map((path) => (path === undefined ? null : expression.exec(path.replaceAll('\\', '/'))))
    .find((match) => match !== null);
  if (found === undefined) return { conditions: {} };
  const values = conditions.flatMap((condition): [string, ConditionValue][] => {
    const value = agreed(
      textsOf(condition.name, names, found).map((text) => valueOf(decoded(text), condition)),
    );
    return value === undefined ? [] : [[condition.name, value]];
  });
  const seeds = conditions.some(({ name }) => name === 'seed') ? [] : textsOf('seed', names, found);
  const seed = agreed(seeds.map((text) => (/^\d{1,15}$/.test(text) ? Number(text) : undefined)));
  return { conditions: Object.fromEntries(values), ...(seed !== undefined && { seed }) };
}

function textsOf(name: string, names: readonly string[], found: RegExpExecArray): string[] {
  return names.flatMap((other, i) => (other === name ? [found[i + 1]] : []));
}

/** What a path says twice and not alike, it does not say. */
function agreed<T>([first, ...others]: readonly T[]): T | undefined {
  return others.every((other) => other === first) ? first : undefined;
}

/** As `assay sweep` names its folders, `/` is `%2F`. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Refuses a pattern with names that stand for nothing.
 *
 * @throws AssayError `study-invalid`
 */
export function checkPathPattern({ path: pattern, conditions }: ReadSettings): void {
  if (pattern === undefined) return;
  const known = ['seed', ...conditions.map(({ name }) => name)];
  const unknown = expressionOf(pattern).names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new AssayError('study-invalid', {
    what: 'a name in the pattern of paths that is no condition',
    where: `logs.path, ${pattern}`,
    expected: known.map((name) => `{${name}}`).join(', '),
    got: `{${unknown}}`,
  });
}

function expressionOf(pattern: string): { readonly expression: RegExp; readonly names: readonly string[] } {
  const parts = pattern.split(/\{([^{}]*)\}/);
  const source = parts
    .map((part, i) => (i % 2 === 0 ? part.replace(/[^\w/-]/g, '\\$&') : '([^/]+?)'))
    .join('');
  return {
    expression: new RegExp(`(?:^|[^A-Za-z0-9])${source}$`),
    names: parts.filter((_, i) => i % 2 === 1),
  };
}
