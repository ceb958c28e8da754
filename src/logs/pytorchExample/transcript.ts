import { printModel } from '../../experiment/print';
import type { Experiment } from '../../experiment/types';
import { footerLines, headerLines, testLines, trainLine } from './print';
import { accuracyOf, type EpochRecord } from '../../run/record';

export type Evaluation = Pick<EpochRecord, 'testLoss' | 'correctCount' | 'testCount'>;

/**
 * The lines of a run's log as the run goes on: what the trainer streams, and what {@link renderLog} renders afterwards.
 * Call `header` once, `step` after each step, `evaluated` after each epoch, `footer` when all epochs are done.
 */
export class Transcript {
  /** @param data the data set that is trained on: its name, and the number of its training samples. */
  constructor(
    private readonly experiment: Experiment,
    private readonly data: { readonly name: string; readonly trainCount: number },
  ) {}

  header(): string[] {
    return headerLines({
      device: 'cpu',
      dataSet: this.dataSetTitle(),
      architecture: printModel(this.experiment.model),
    });
  }

  /**
   * @param epoch 1-based
   * @param batch 0-based, in the epoch
   * @param loss mean loss of the batch
   * @returns the training line of every `logInterval`-th batch, nothing for the others
   */
  step(epoch: number, batch: number, loss: number): string[] {
    const { batchSize, logInterval } = this.experiment.training;
    if (batch % logInterval !== 0) return [];
    const total = this.data.trainCount;
    const percent = (100 * batch) / this.batches();
    return [trainLine({ epoch, seen: batch * batchSize, total, percent, loss })];
  }

  evaluated(evaluation: Evaluation): string[] {
    return testLines({ ...evaluation, accuracy: accuracyOf(evaluation) });
  }

  /** @param last the evaluation of the last epoch */
  footer(last: Evaluation): string[] {
    return footerLines({ ...this.experiment.artifacts, finalAccuracy: accuracyOf(last) });
  }

  /** The lines of a run up to where its losses and evaluations go, from the header on, without the footer. */
  soFar(losses: readonly number[], epochs: readonly Evaluation[]): string[] {
    const batches = this.batches();
    const lines = this.header();
    for (const [step, loss] of losses.entries()) {
      const epochsBefore = Math.floor(step / batches);
      const batch = step % batches;
      lines.push(...this.step(epochsBefore + 1, batch, loss));
      const isLast = batch === batches - 1;
      if (isLast && epochsBefore < epochs.length) lines.push(...this.evaluated(epochs[epochsBefore]));
    }
    return lines;
  }

  /** Of an epoch. */
  private batches(): number {
    return Math.ceil(this.data.trainCount / this.experiment.training.batchSize);
  }

  /** The experiment's own is printed in its upper and lower case. */
  private dataSetTitle(): string {
    const title = this.experiment.data.name;
    return this.data.name.toLowerCase() === title.toLowerCase() ? title : this.data.name;
  }
}
