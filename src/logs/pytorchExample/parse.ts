import type { Footer, Header, Located, ReportedEpoch, ReportedRun, TestLine, TrainLine } from './reportedRun';
import { LineReader } from './scanner';

/** Parsing of the log; the reverse of `print.ts`. The grammar is in `docs/log-format.md`. */

/**
 * The run that a log tells of. It says what is printed, not whether that is right: counts and percents may contradict each other.
 *
 * @param text the log of one run; its tabs may be expanded to 8 columns
 * @param where names the text in messages: usually its path
 * @param firstLine number of the text's first line there, 1-based
 * @throws AssayError `log-syntax` with line and column
 */
export function parseRun(text: string, where: string, firstLine = 1): ReportedRun {
  const reader = new LineReader(text, where, firstLine);
  reader.expectOneOf(DEVICE, TRAIN);
  const header = reader.startsWith(DEVICE) ? { header: parseHeader(reader) } : {};
  const epochs = [parseEpoch(reader)];
  while (reader.startsWith(TRAIN)) epochs.push(parseEpoch(reader));
  if (reader.atEnd()) return { ...header, epochs };
  reader.expectOneOf(TRAIN, MODEL);
  const footer = parseFooter(reader);
  reader.end();
  return { ...header, epochs, footer };
}

const DEVICE = 'Using device: ';
const TRAIN = 'Train Epoch: ';
const MODEL = 'Model saved as ';

function parseHeader(reader: LineReader): Located<Header> {
  const first = reader.lineAfter(DEVICE);
  const device = first.restBefore('a device');
  const dataSet = reader.lineAfter('Loading ').restBefore('a data set', ' dataset...');
  reader.skip('');
  reader.skip('Model architecture:');
  const architecture = parseArchitecture(reader);
  reader.skip('');
  reader.skip('Starting training...');
  return { line: first.line, device, dataSet, architecture };
}

/** `Name(`, indented lines, `)`: what the modules are is left to those who compare it. */
function parseArchitecture(reader: LineReader): string {
  const name = reader.lineAfter('').restBefore('the name of a model', '(');
  const modules: string[] = [];
  while (reader.startsWith(INDENT)) modules.push(INDENT + reader.lineAfter(INDENT).restBefore('a module'));
  reader.skip(')');
  return [`${name}(`, ...modules, ')'].join('\n');
}

const INDENT = '  ';

function parseEpoch(reader: LineReader): ReportedEpoch {
  const train = [parseTrainLine(reader)];
  while (reader.startsWith(TRAIN)) train.push(parseTrainLine(reader));
  if (reader.atEnd()) return { train };
  reader.skip('');
  const test = parseTestLine(reader);
  reader.skip('');
  return { train, test };
}

function parseTrainLine(reader: LineReader): Located<TrainLine> {
  const scanner = reader.lineAfter(TRAIN);
  const epoch = scanner.integer();
  scanner.literal(' [');
  const seen = scanner.integer();
  scanner.literal('/');
  const total = scanner.integer();
  scanner.literal(' (');
  const percent = scanner.integer();
  scanner.literal('%)]');
  scanner.tab();
  scanner.literal('Loss: ');
  const loss = scanner.fixed(6);
  scanner.end();
  return { line: scanner.line, epoch, seen, total, percent, loss };
}

function parseTestLine(reader: LineReader): Located<TestLine> {
  const scanner = reader.lineAfter('Test set: Average loss: ');
  const testLoss = scanner.fixed(4);
  scanner.literal(', Accuracy: ');
  const correctCount = scanner.integer();
  scanner.literal('/');
  const testCount = scanner.integer();
  scanner.literal(' (');
  const accuracy = scanner.fixed(2);
  scanner.literal('%)');
  scanner.end();
  return { line: scanner.line, testLoss, correctCount, testCount, accuracy };
}

function parseFooter(reader: LineReader): Located<Footer> {
  const first = reader.lineAfter(MODEL);
  const model = first.restBefore('a file name');
  const predictions = reader.lineAfter('Saved predictions visualization to ').restBefore('a file name');
  const history = reader.lineAfter('Saved training history to ').restBefore('a file name');
  reader.skip('');
  const last = reader.lineAfter('Final Test Accuracy: ');
  const finalAccuracy = last.fixed(2);
  last.literal('%');
  last.end();
  return { line: first.line, model, predictions, history, finalAccuracy };
}
