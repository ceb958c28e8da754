import { bitsOf, ulpDistance } from '../../base/f32';
import { pythonFixed } from '../../base/printf';
import type { Entry, EntryValue } from '../../run/entries';

/** Where two runs part. */
export interface Divergence {
  readonly place: string;
  /** `value`: both have this place and say something else. The others: an entry is missing, or stands in another order. */
  readonly kind: 'value' | 'missing in A' | 'missing in B' | 'reordered';
  readonly a?: Said;
  readonly b?: Said;
  /** Representable numbers between two losses at full precision. */
  readonly ulps?: number;
  /** Steps after which both have come by here, as for `assay run --until-step`. */
  readonly untilStep?: number;
}

export interface Said {
  /** As text, in full. */
  readonly value: string;
  /** In hex, of a float32. */
  readonly bits?: string;
  /** In a log, 1-based. */
  readonly line?: number;
}

export function differingValues(a: Entry, b: Entry): Divergence {
  const isFloat32 = a.value.kind === 'float32' && b.value.kind === 'float32';
  return {
    place: a.place,
    kind: 'value',
    a: saidBy(a),
    b: saidBy(b),
    ...(isFloat32 && { ulps: ulpDistance(Number(a.value.value), Number(b.value.value)) }),
    untilStep: a.untilStep ?? b.untilStep,
  };
}

/**
 * The divergence of two lists that are equal up to here and go on differently: at least one of `a` and `b` is there.
 *
 * @param after what follows in each
 */
export function differingOrder(
  a: Entry | undefined,
  b: Entry | undefined,
  after: { readonly a: readonly Entry[]; readonly b: readonly Entry[] },
): Divergence {
  const has = (entries: readonly Entry[], entry: Entry): boolean =>
    entries.some(({ place }) => place === entry.place);
  const missing = (entry: Entry, kind: Divergence['kind']): Divergence => ({
    place: entry.place,
    kind,
    ...(kind === 'missing in B' ? { a: saidBy(entry) } : { b: saidBy(entry) }),
    untilStep: entry.untilStep,
  });
  if (a !== undefined && (b === undefined || !has(after.b, a))) return missing(a, 'missing in B');
  if (b !== undefined && (a === undefined || !has(after.a, b))) return missing(b, 'missing in A');
  const first = a as Entry;
  return {
    place: first.place,
    kind: 'reordered',
    a: saidBy(first),
    b: b && saidBy(b),
    untilStep: first.untilStep,
  };
}

function saidBy({ value, line }: Entry): Said {
  const bits =
    value.kind === 'float32' ? `0x${bitsOf(value.value).toString(16).padStart(8, '0')}` : undefined;
  return { value: textOf(value), ...(bits && { bits }), ...(line !== undefined && { line }) };
}

function textOf(value: EntryValue): string {
  switch (value.kind) {
    case 'sha256':
      return value.value;
    case 'count':
      return `${value.value}/${value.of}${value.share === undefined ? '' : ` (${textOf(value.share)})`}`;
    case 'printed':
      return pythonFixed(value.value, value.decimals);
    default:
      return Object.is(value.value, -0) ? '-0' : String(value.value);
  }
}
