import { AssayError } from '../../base/errors';
import type { LenientRun, LenientTrainLine, PrintedNumber } from '../../logs/pytorchExample/read';
import type { Experiment } from '../../experiment/types';
import type { Losses } from './resemblance';

/** What a log says about the seed of its run. */
export interface ReportedLosses {
  /** Of batch 0, before any update. */
  readonly first: PrintedNumber;
  /** Of the logged batches of the experiment, epoch by epoch; without the first, which has been used when a seed is a candidate. */
  readonly further: Losses;
  readonly epochs: number;
}

/**
 * @param trainCount images that an epoch goes through
 * @param where names the log in messages
 * @throws AssayError `log-syntax` when the loss of batch 0 is missing
 */
export function reportedLosses(
  run: LenientRun,
  { batchSize, logInterval }: Experiment['training'],
  trainCount: number,
  where: string,
): ReportedLosses {
  const train = run.lines.filter((line): line is LenientTrainLine => line.kind === 'train');
  const first = train.find(({ epoch, seen }) => epoch === 1 && seen === 0);
  if (first === undefined || !Number.isFinite(first.loss.value))
    throw new AssayError('log-syntax', {
      what: 'a run that does not say the loss of its first batch',
      where: `${where}, the run from line ${run.firstLine}`,
      expected: 'a line of epoch 1 with 0 samples seen',
      got:
        train.length === 0
          ? 'no training lines'
          : `the first of ${train.length} training lines is line ${train[0].line}`,
    });
  const samplesBetween = batchSize * logInterval;
  const perEpoch = Math.ceil(trainCount / samplesBetween);
  const epochs = train.reduce((most, { epoch }) => Math.max(most, epoch), 0);
  if (epochs > train.length)
    throw new AssayError('log-syntax', {
      what: 'a run with fewer training lines than epochs',
      where: `${where}, the run from line ${run.firstLine}`,
      expected: `at least ${epochs}`,
      got: `${train.length}`,
    });
  const further: (number | undefined)[] = new Array<undefined>(epochs * perEpoch).fill(undefined);
  for (const { epoch, seen, loss } of train) {
    const index = seen / samplesBetween;
    if (epoch >= 1 && index < perEpoch && Number.isInteger(index))
      further[(epoch - 1) * perEpoch + index] = loss.value;
  }
  further[0] = undefined;
  return { first: first.loss, further, epochs };
}
