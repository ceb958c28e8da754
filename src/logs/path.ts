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
  const values: Record<string, ConditionValue> = {};
  let seed: number | undefined;
  for (const [i, name] of names.entries()) {
    const text = found[i + 1];
    const condition = conditions.find((condition) => condition.name === name);
    if (condition !== undefined) {
      const value = valueOf(text, condition);
      if (value !== undefined) values[name] = value;
    } else if (/^\d{1,15}$/.test(text)) seed = Number(text);
  }
  return { conditions: values, ...(seed !== undefined && { seed }) };
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
