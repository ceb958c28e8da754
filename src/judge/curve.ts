import type { RunRecord } from '../run/record';
import { accuracyOf } from '../logs/pytorchExample/transcript';
import type { Experiment } from '../experiment/types';

/** What a run reached, epoch by epoch. */
export interface Curve {
  readonly epochs: readonly CurvePoint[];
}

export interface CurvePoint {
  /** Mean over the test set. */
  readonly testLoss: number;
  /** In percent. */
  readonly accuracy: number;
}

export const METRICS = ['testLoss', 'accuracy'] as const;
export type Metric = (typeof METRICS)[number];

/** What bands are about: the test of an epoch and the training losses that it logs, in their places. What is missing is not judged. */
export interface JudgedEpoch {
  readonly test?: CurvePoint;
  readonly losses: readonly (number | undefined)[];
}

/** A run as it is held against a band. */
export interface JudgedRun {
  readonly epochs: readonly JudgedEpoch[];
  /** All training losses that it logs, those that have no place in an epoch of the band among them. */
  readonly loggedLosses: readonly number[];
}

/** What a recorded run reached, with the losses that its log prints. */
export function judgedRunOfRecord(
  { epochs, losses, data }: Pick<RunRecord, 'epochs' | 'losses' | 'data'>,
  { batchSize, logInterval }: Pick<Experiment['training'], 'batchSize' | 'logInterval'>,
): JudgedRun {
  const stepsPerEpoch = Math.ceil(data.trainCount / batchSize);
  const trained = Math.ceil(losses.length / stepsPerEpoch);
  const ofEpochs = Array.from({ length: trained }, (_, i): JudgedEpoch => {
    const evaluated = epochs.at(i);
    return {
      ...(evaluated && { test: { testLoss: evaluated.testLoss, accuracy: accuracyOf(evaluated) } }),
      losses: losses
        .slice(i * stepsPerEpoch, (i + 1) * stepsPerEpoch)
        .filter((_, step) => step % logInterval === 0),
    };
  });
  return {
    epochs: ofEpochs,
    loggedLosses: ofEpochs.flatMap(({ losses }) => losses.filter((loss) => loss !== undefined)),
  };
}
