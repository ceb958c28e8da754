/** `a, b and c`. */
export function listOf(items: readonly (string | number)[], conjunction: 'and' | 'or' = 'and'): string {
  return items.length < 2
    ? items.join('')
    : `${items.slice(0, -1).join(', ')} ${conjunction} ${items[items.length - 1]}`;
}

/** `1 run`, `2 runs` */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `losses`, `accuracies`, `scores` */
export function pluralOf(noun: string): string {
  if (/(s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** Sizes, the greatest first, for a reader: `64`, `32 or 64`, `20 sizes from 2 to 6400`. */
export function sizesText(sizes: readonly number[]): string {
  const ordered = [...sizes].reverse();
  return ordered.length > 3
    ? `${ordered.length} sizes from ${ordered[0]} to ${ordered[ordered.length - 1]}`
    : ordered.join(' or ');
}
