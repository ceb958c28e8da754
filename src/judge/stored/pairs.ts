import { AssayError } from '../../base/errors';
import { schemaOf } from '../../base/schema';
import type { Experiment } from '../../experiment/types';
import type { EncodedNumber } from '../../run/record';
import { sameConditions, type Conditions, type Point } from '../../run/run';
import type { Store } from '../../study/store';
import type { Pair } from '../paired/apart';
import { readStored } from '.';

/** Pairs of runs of one seed by two implementations, which differ by rounding alone: what it makes of their first epochs. */
export interface Pairs {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: { readonly name: string; readonly sha256: string };
  /** Where the numbers of each pair stand, in their order, and with which decimals they are told; exactly, where there are none. */
  readonly places: readonly (Pick<Point, 'epoch' | 'step' | 'decimals'> & { readonly metric: string })[];
  readonly pairs: readonly StoredPair[];
}

export interface StoredPair {
  /** The two implementations. */
  readonly of: string;
  readonly conditions: Conditions;
  readonly seed: number;
  readonly a: readonly EncodedNumber[];
  readonly b: readonly EncodedNumber[];
}

const schema = schemaOf<Pairs>('pairs', 'golden-invalid');

/**
 * Those of an experiment on a data set that a study keeps; undefined where none were measured.
 *
 * @throws AssayError `json-syntax`, `golden-invalid`, `file-unreadable`
 */
export async function readStoredPairs(
  store: Store,
  experiment: Experiment,
  dataName: string,
): Promise<Pairs | undefined> {
  const stored = await readStored(store, experiment, dataName, { folder: 'pairs' }, parsePairs);
  return stored.at(0);
}

/**
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `golden-invalid`
 */
export function parsePairs(text: string, where: string): Pairs {
  const pairs = schema.parse(text, where);
  const { length } = pairs.places;
  for (const [i, { a, b }] of pairs.pairs.entries())
    for (const numbers of [a, b])
      if (numbers.length !== length)
        throw new AssayError('golden-invalid', {
          what: 'a run without a number for each place',
          where: `${where}, pairs[${i}]`,
          expected: `${length} numbers`,
          got: `${numbers.length}`,
        });
  return pairs;
}

/**
 * The pairs of one setting.
 *
 * @param except a seed whose pairs are left out: one of them may be of the very run that is judged
 */
export function pairsAt(conditions: Conditions, { places, pairs }: Pairs, except?: number): Pair[] {
  const seriesOf = (values: readonly EncodedNumber[]): Pair['a'] => {
    const series: Record<string, Point[]> = {};
    for (const [i, { metric, ...place }] of places.entries())
      (series[metric] ??= []).push({ ...place, value: Number(values[i]) });
    return { series };
  };
  return pairs
    .filter((pair) => sameConditions(pair.conditions, conditions) && pair.seed !== except)
    .map(({ a, b }) => ({ a: seriesOf(a), b: seriesOf(b) }));
}
