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
  const batches = Math.ceil(data.trainCount / experiment.training.batchSize);
  const lines = transcript.header();
  for (const [step, loss] of losses.entries()) {
    const epoch = Math.floor(step / batches) + 1;
    const batch = step % batches;
    lines.push(...transcript.step(epoch, batch, loss));
    const evaluation = epochs[epoch - 1];
    if (batch === batches - 1 && evaluation) lines.push(...transcript.evaluated(evaluation));
  }
  const last = epochs[plan.epochs - 1];
  if (last) lines.push(...transcript.footer(last));
  return textOf(lines);
}
