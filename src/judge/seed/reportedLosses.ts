import { AssayError } from '../../base/errors';
import type { Point, Source } from '../../run/run';
import type { Experiment } from '../../experiment/types';
import type { Losses } from './resemblance';

/** What a log says about the seed of its run. */
export interface ReportedLosses {
  /** Of batch 0, before any update. */
  readonly first: Point;
  /** Of the logged batches of the experiment, epoch by epoch; without the first, which has been used when a seed is a candidate. */
  readonly further: Losses;
  readonly epochs: number;
}

/**
 * @param losses of a run, each at the count of samples seen in its epoch before it
 * @param trainCount samples that an epoch goes through
 * @throws AssayError `log-syntax` when the loss of batch 0 is missing
 */
export function reportedLosses(
  losses: readonly Point[],
  { path, line }: Source,
  { batchSize, logInterval }: Experiment['training'],
  trainCount: number,
): ReportedLosses {
  const where = `${path}, the run from line ${line}`;
  const first = losses.find(({ epoch, step }) => epoch === 1 && step === 0);
  if (first === undefined || !Number.isFinite(first.value))
    throw new AssayError('log-syntax', {
      what: 'a run that does not log the loss of its first batch',
      where,
      expected: 'a line of epoch 1 with 0 samples seen',
      got:
        losses.length === 0
          ? 'no training lines'
          : `the first of ${losses.length} training lines is line ${losses[0].line}`,
    });
  const samplesBetween = batchSize * logInterval;
  const perEpoch = Math.ceil(trainCount / samplesBetween);
  const epochs = losses.reduce((most, { epoch = 0 }) => Math.max(most, epoch), 0);
  if (epochs > losses.length)
    throw new AssayError('log-syntax', {
      what: 'a run with fewer training lines than epochs',
      where,
      expected: `at least ${epochs}`,
      got: `${losses.length}`,
    });
  const further: (number | undefined)[] = new Array<undefined>(epochs * perEpoch).fill(undefined);
  for (const { epoch = 0, step = 0, value } of losses) {
    const index = step / samplesBetween;
    if (epoch >= 1 && index < perEpoch && Number.isInteger(index))
      further[(epoch - 1) * perEpoch + index] = value;
  }
  further[0] = undefined;
  return { first, further, epochs };
}
