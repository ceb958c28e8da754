import type { Experiment } from '../../experiment/types';
import { textOf } from './print';
import { checkIsOf, type RunRecord } from '../../run/record';
import { Transcript } from './transcript';

/**
 * The log of a recorded run, as the trainer streamed it: `train.log`.
 *
 * @throws AssayError `record-invalid` when the record is not one of this experiment.
 */
export function renderLog(record: RunRecord, experiment: Experiment): string {
  checkIsOf(record, experiment);
  const { data, losses, epochs, plan } = record;
  const transcript = new Transcript(experiment, data);
  const lines = transcript.soFar(losses, epochs);
  const isFinished = epochs.length === plan.epochs;
  if (isFinished) lines.push(...transcript.footer(epochs[epochs.length - 1]));
  return textOf(lines);
}
