import { pythonFixed } from '../../base/printf';

/** Printing of the log; the reverse of `read.ts`. Lines come without their line feed, numbers are rounded as Python rounds. */

export interface Header {
  /** PyTorch's name: `cpu`. */
  readonly device: string;
  /** As printed. */
  readonly dataSet: string;
  /** The model in PyTorch's notation, several lines, without a final line feed. */
  readonly architecture: string;
}

export interface TrainLine {
  /** 1-based. */
  readonly epoch: number;
  /** Samples seen in this epoch before this batch. */
  readonly seen: number;
  /** Samples of an epoch. */
  readonly total: number;
  /** 100 · batch / batches, printed without decimals. */
  readonly percent: number;
  /** Mean loss of the batch, printed with 6 decimals. */
  readonly loss: number;
}

export interface TestLine {
  /** Mean loss of the test set, printed with 4 decimals. */
  readonly testLoss: number;
  readonly correctCount: number;
  readonly testCount: number;
  /** In percent, printed with 2 decimals. */
  readonly accuracy: number;
}

export interface Footer {
  /** Names of the files that were written. */
  readonly model: string;
  readonly predictions: string;
  readonly history: string;
  /** In percent, printed with 2 decimals. */
  readonly finalAccuracy: number;
}

export function headerLines({ device, dataSet, architecture }: Header): string[] {
  return [
    `Using device: ${device}`,
    `Loading ${dataSet} dataset...`,
    '',
    'Model architecture:',
    ...architecture.split('\n'),
    '',
    'Starting training...',
  ];
}

export function trainLine({ epoch, seen, total, percent, loss }: TrainLine): string {
  const progress = `[${seen}/${total} (${pythonFixed(percent, 0)}%)]`;
  return `Train Epoch: ${epoch} ${progress}\tLoss: ${pythonFixed(loss, 6)}`;
}

export function testLine({ testLoss, correctCount, testCount, accuracy }: TestLine): string {
  const counts = `${correctCount}/${testCount} (${pythonFixed(accuracy, 2)}%)`;
  return `Test set: Average loss: ${pythonFixed(testLoss, 4)}, Accuracy: ${counts}`;
}

/** The test line between the blank lines that the report puts around it. */
export function testLines(line: TestLine): string[] {
  return ['', testLine(line), ''];
}

export function footerLines({ model, predictions, history, finalAccuracy }: Footer): string[] {
  return [
    `Model saved as ${model}`,
    `Saved predictions visualization to ${predictions}`,
    `Saved training history to ${history}`,
    '',
    `Final Test Accuracy: ${pythonFixed(finalAccuracy, 2)}%`,
  ];
}

/** Lines as the text of a file: each with a line feed. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
