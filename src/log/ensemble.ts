import { createHash } from 'node:crypto';
import type { Experiment } from '../spec/types';
import { encodeNumber, type EncodedNumber, type EpochRecord, type RunRecord } from './record';

/** A run's line in an ensemble, as JSON has it: numbers that JSON lacks are strings. */
export interface EncodedEnsembleRun {
  readonly lr: number;
  readonly seed: number;
  readonly initialWeightsSha256: string;
  /** Of the losses of all steps, as little-endian float64. */
  readonly lossesSha256: string;
  /** Those that the log prints. */
  readonly loggedLosses: readonly EncodedNumber[];
  readonly epochs: readonly (Omit<EpochRecord, 'testLoss'> & { readonly testLoss: EncodedNumber })[];
  readonly finalWeightsSha256: string;
  readonly logitsSha256: string;
}

/** What an ensemble keeps of a run of whole epochs. */
export function ensembleRunOf(
  record: RunRecord,
  { batchSize, logInterval }: Pick<Experiment['training'], 'batchSize' | 'logInterval'>,
): EncodedEnsembleRun {
  const { lr, seed, initialWeightsSha256, losses, finalWeightsSha256, logitsSha256, data } = record;
  if (logitsSha256 === undefined) throw new Error('a run without an evaluated epoch');
  const bytes = Buffer.alloc(8 * losses.length);
  losses.forEach((loss, i) => bytes.writeDoubleLE(loss, 8 * i));
  const stepsPerEpoch = Math.ceil(data.trainCount / batchSize);
  const loggedLosses = losses
    .filter((_, step) => (step % stepsPerEpoch) % logInterval === 0)
    .map(encodeNumber);
  const epochs = record.epochs.map((epoch) => ({ ...epoch, testLoss: encodeNumber(epoch.testLoss) }));
  const lossesSha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    ...{ lr, seed, initialWeightsSha256, lossesSha256, loggedLosses, epochs },
    ...{ finalWeightsSha256, logitsSha256 },
  };
}
