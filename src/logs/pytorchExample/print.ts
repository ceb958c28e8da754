import { pythonFixed } from '../../base/printf';
import type { Footer, Header, ReportedRun, TestLine, TrainLine } from './reportedRun';

/** Printing of the log; the reverse of `parse.ts`. Lines come without their line feed, numbers are rounded as Python rounds. */

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

/** The log of a run, each line with its line feed. */
export function printRun({ header, epochs, footer }: ReportedRun): string {
  return textOf([
    ...(header ? headerLines(header) : []),
    ...epochs.flatMap(({ train, test }) => [...train.map(trainLine), ...(test ? testLines(test) : [])]),
    ...(footer ? footerLines(footer) : []),
  ]);
}

/** Lines as the text of a file: each with a line feed. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
