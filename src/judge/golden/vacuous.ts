import { AssayError } from '../../base/errors';
import { entriesOfRecord, stepsPerEpochOf } from '../../run/entries';
import type { RunRecord } from '../../run/record';

/**
 * Refuses a run that approves nothing: against a NaN, an infinity, or a model that does not move, too much is right.
 *
 * @throws AssayError `golden-refused`
 */
export function checkNotVacuous(record: RunRecord, name: string): void {
  const { losses } = record;
  const refuse = (what: string, got: string): never => {
    throw new AssayError('golden-refused', { what, where: name, expected: 'a run whose losses differ', got });
  };
  if (losses.length < 2) refuse('a golden without losses', `${losses.length}`);
  for (const { place, value } of entriesOfRecord(record, stepsPerEpochOf([record])))
    if (typeof value.value === 'number' && !Number.isFinite(value.value))
      refuse('a golden with a loss that is not finite', `${value.value}, ${place}`);
  if (losses.every((loss) => loss === losses[0])) refuse('a golden with a constant loss', `${losses[0]} in every step`);
}
