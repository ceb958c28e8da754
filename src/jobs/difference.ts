import { canonicalJson } from '../base/canonical';

/** The first place, in the order of `a`, where two JSON values part: `epochs[1].correctCount: 7 against 8`. */
export function firstDifference(a: unknown, b: unknown, path = ''): string {
  if (isBranch(a) && isBranch(b) && Array.isArray(a) === Array.isArray(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const [one, other] = [a[key], b[key]];
      if (canonicalJson(one) === canonicalJson(other)) continue;
      const step = Array.isArray(a) ? `[${key}]` : path === '' ? key : `.${key}`;
      return firstDifference(one, other, path + step);
    }
  }
  return `${path === '' ? 'it' : path}: ${show(a)} against ${show(b)}`;
}

function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : canonicalJson(value);
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
