/** Paths of JSON values as people write them: `model.modules[3].kernelSize`, `counts['conv1.bias']`; the whole document is `$`. */

/** From a JSON pointer (RFC 6901), as ajv gives it: `/model/modules/3/kernelSize`. */
export function jsonPath(pointer: string): string {
  const keys = pointer.split('/').slice(1);
  return pathOf(keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')));
}

/** The paths of all values below (and of) `value`, parents before their children, each with whether it is a leaf. */
export function pathsOf(value: unknown, keys: readonly string[] = []): { path: string; isLeaf: boolean }[] {
  const isLeaf = typeof value !== 'object' || value === null;
  const below = isLeaf ? [] : Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...keys, key]));
  return [{ path: pathOf(keys), isLeaf }, ...below];
}

/** The paths of the values that hold the one at `path`, the nearest first, itself included. */
export function pathAndParents(path: string): string[] {
  const parent = /^(.*)(\.[^.[\]]+|\[\d+\])$/.exec(path)?.[1];
  return parent === undefined ? [path] : [path, ...pathAndParents(parent)];
}

function pathOf(keys: readonly string[]): string {
  if (keys.length === 0) return '$';
  return keys.reduce((path, key) => path + stepTo(key, path === ''), '');
}

function stepTo(key: string, isFirst: boolean): string {
  if (/^\d+$/.test(key)) return `[${key}]`;
  if (/\W/.test(key)) return `['${key}']`;
  return isFirst ? key : `.${key}`;
}
