import { AssayError } from '../../base/errors';
import type { Experiment } from '../../experiment/types';
import { textOf } from './print';
import type { RunRecord } from '../../run/record';
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

/**
 * Checks that a record is one of this very experiment.
 *
 * @throws AssayError `record-invalid`
 */
export function checkIsOf({ spec }: RunRecord, { name, sha256 }: Experiment): void {
  if (spec.sha256 === sha256) return;
  throw new AssayError('record-invalid', {
    what: `the record is not one of the experiment ${name}`,
    where: 'spec.sha256',
    expected: sha256,
    got: spec.sha256,
    hint: `give the study of its experiment, ${spec.name}, with --study`,
  });
}
