import type { RunRecord } from '../../run/record';
import type { Trace } from '../../run/trace';

export interface TraceComparison {
  /** Places that were compared and found equal, before the first that is not. */
  readonly equal: number;
  readonly first?: { readonly place: string; readonly recorded: string; readonly computed: string };
}

/**
 * Holds a record against a trace, in the order in which a run comes by its places: the initial weights, the loss of each step, the
 * weights where the record has them, the logits of the test set where both have done as many steps.
 */
export function compareWithTrace(record: RunRecord, trace: Trace): TraceComparison {
  let equal = 0;
  for (const [place, recorded, computed] of placesOf(record, trace)) {
    if (recorded !== computed) return { equal, first: { place, recorded, computed } };
    equal++;
  }
  return { equal };
}

function* placesOf(
  record: RunRecord,
  { initialWeightsSha256, steps, logitsSha256 }: Trace,
): Generator<readonly [place: string, recorded: string, computed: string]> {
  yield ['initial weights', initialWeightsSha256, record.initialWeightsSha256];
  const { losses, epochs } = record;
  const stepsPerEpoch = epochs.length > 0 ? Math.floor(losses.length / epochs.length) : Infinity;
  for (const [index, { loss, weightsSha256 }] of steps.slice(0, losses.length).entries()) {
    const step = index + 1;
    yield [`step ${step}: loss`, String(loss), String(losses[index])];
    const epoch = epochs.find((candidate) => candidate.epoch * stepsPerEpoch === step);
    if (epoch !== undefined) yield [`epoch ${epoch.epoch}: weights`, weightsSha256, epoch.weightsSha256];
    else if (step === losses.length) yield ['final weights', weightsSha256, record.finalWeightsSha256];
  }
  const isWhole = losses.length === steps.length;
  if (isWhole && logitsSha256 !== undefined && record.logitsSha256 !== undefined)
    yield ['logits of the test set', logitsSha256, record.logitsSha256];
}
