import { AssayError } from '../errors';
import type { Experiment } from '../spec/types';
import { textOf } from './print';
import type { RunRecord } from './record';
import { Transcript } from './transcript';

/**
 * The log of a recorded run, as the trainer streamed it: `train.log`.
 *
 * @throws AssayError `record-invalid` when the record is not one of this experiment.
 */
export function renderLog({ spec, data, losses, epochs, plan }: RunRecord, experiment: Experiment): string {
  if (spec.sha256 !== experiment.sha256) {
    throw new AssayError('record-invalid', {
      what: `the record is not one of the experiment ${experiment.name}`,
      where: 'spec.sha256',
      expected: experiment.sha256,
      got: spec.sha256,
    });
  }
  const transcript = new Transcript(experiment, data);
  const lines = transcript.soFar(losses, epochs);
  const isFinished = epochs.length === plan.epochs;
  if (isFinished) lines.push(...transcript.footer(epochs[epochs.length - 1]));
  return textOf(lines);
}
