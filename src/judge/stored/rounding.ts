import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import { schemaOf } from '../../base/schema';
import type { Conditions } from '../../run/run';
import type { Experiment } from '../../experiment/types';
import { roundingFile, type Store } from '../../study/store';

/** How far apart the losses of two runs of one seed are that differ by rounding alone, relative to a loss, as it was measured. */
export interface Rounding {
  readonly experiment: { readonly name: string; readonly sha256: string };
  /** What was measured. */
  readonly pairs: readonly { readonly of: string; readonly count: number }[];
  /** The greatest distance of any pair, of any setting, up to each step. */
  readonly greatest: readonly number[];
  readonly settings: readonly RoundingOfSetting[];
}

export interface RoundingOfSetting {
  readonly conditions: Conditions;
  readonly pairs: number;
  /** Pairs that are nowhere further apart than `most`. */
  readonly inside: number;
  /** What nine of ten pairs are apart at most, at every step. */
  readonly most: readonly number[];
}

const schema = schemaOf<Rounding>('rounding', 'golden-invalid');

/**
 * What was measured with an experiment; undefined where nothing was.
 *
 * @throws AssayError `json-syntax`, `golden-invalid`, `file-unreadable`
 */
export async function readStoredRounding(
  store: Store,
  { name, sha256 }: Experiment,
): Promise<Rounding | undefined> {
  const path = roundingFile(store, name);
  try {
    const rounding = schema.parse(await readTextOrFail(path), path);
    return rounding.experiment.sha256 === sha256 ? rounding : undefined;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'file-not-found') return undefined;
    throw error;
  }
}
