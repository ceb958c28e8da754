import { sha256Of } from '../../base/sha256';
import type { Conditions, Point } from '../../run/run';
import type { Rng } from '../../experiment/rng';
import { schemaOf } from '../../base/schema';
import type { Confirmed } from './confirm';

/** A search for the seeds of the runs of one log. */
export interface SeedSearch {
  readonly experiment: { readonly name: string; readonly sha256: string };
  readonly data: { readonly name: string; readonly sha256: string };
  readonly rng: Rng;
  /** Both were tried, and all between. */
  readonly range: { readonly from: number; readonly to: number };
  readonly runs: readonly SearchedRun[];
}

export interface SearchedRun {
  /** The first line of the run, 1-based. */
  readonly line: number;
  readonly conditions: Conditions;
  /** See {@link sha256OfLosses}. */
  readonly lossesSha256: string;
  /** Of batch 0. */
  readonly loss: { readonly value: number; readonly decimals: number };
  /** To which those that were undecided the longest were trained; 0 when there was no candidate. */
  readonly epochs: number;
  readonly expectedByChance: number;
  /** Seeds that print this loss, the likeliest first. */
  readonly candidates: readonly Confirmed[];
  readonly found?: number;
}

/** Of a run's training losses as printed: what a search has looked for, wherever the run stands. */
export function sha256OfLosses(losses: readonly Point[]): string {
  const printed = losses.map(({ epoch, step, value, decimals }) => [epoch, step, value, decimals]);
  return sha256Of(JSON.stringify(printed));
}

const schema = schemaOf<SeedSearch>('seed-search', 'golden-invalid');

/**
 * What `find-seed --json` printed.
 *
 * @param where names the text in messages
 * @throws AssayError `json-syntax`, `golden-invalid`
 */
export function parseSeedSearch(text: string, where: string): SeedSearch {
  return schema.parse(text, where);
}
