import { entriesOfRecord, stepsPerEpochOf } from '../../run/entries';
import type { RunRecord } from '../../run/record';

/** How far a golden moved from the one before. */
export interface Moved {
  /** Greatest relative difference between two losses of one step, with NaN counted as Infinity; the step is 1-based. */
  readonly losses: { readonly relative: number; readonly step: number };
  /** Of the tests that both have. */
  readonly results: readonly { readonly place: string; readonly old: number; readonly now: number }[];
}

/** @param old of the same plan as `now`, which both may have left early */
export function howFarMoved(old: RunRecord, now: RunRecord): Moved {
  const steps = Math.min(old.losses.length, now.losses.length);
  let losses = { relative: 0, step: 1 };
  for (let i = 0; i < steps; i++) {
    const relative = relativeDifference(old.losses[i], now.losses[i]);
    if (relative > losses.relative) losses = { relative, step: i + 1 };
  }
  const after = new Map(resultsOf(now));
  const results = resultsOf(old).flatMap(([place, value]) => {
    const other = after.get(place);
    return other === undefined ? [] : [{ place, old: value, now: other }];
  });
  return { losses, results };
}

function resultsOf(record: RunRecord): [place: string, value: number][] {
  return entriesOfRecord(record, stepsPerEpochOf([record])).flatMap(({ place, value }) =>
    value.kind === 'float64' || value.kind === 'count' ? [[place, value.value]] : [],
  );
}

function relativeDifference(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Number.isNaN(relative) ? Infinity : relative;
}
