import type { Fault, Finding, Point, Run, Stated } from '../../run/run';
import { textOf, type LogFormat, type ReadSettings } from '../format';
import { arithmeticFindings } from './arithmetic';
import { countBatches, type CountedRun } from './batchSizes';
import { testLinesOf, trainLinesOf } from './lines';
import { protocolFindings } from './protocol';
import { readLenientLog, TEST, TRAIN, type LenientRun } from './read';

/** The log that PyTorch's public example for images of digits prints; its grammar is in docs/log-format.md. */
export const pytorchExample: LogFormat = {
  name: 'pytorch-example',
  title: "the lines of PyTorch's example: Train Epoch: … Loss: …, Test set: …",
  detects: (source) => !source.isFolder && [TRAIN, TEST].some((start) => textOf(source).includes(start)),
  read: (source, settings) => runsOfText(textOf(source), source.path, settings),
  isLogLine: (text) => LOG_LINES.some((pattern) => pattern.test(text)),
  numbersOfRule: {
    'correct-count': [{ metric: 'accuracy', what: 'count' }],
    accuracy: [
      { metric: 'accuracy', what: 'count' },
      { metric: 'accuracy', what: 'value' },
    ],
    'loss-of-errors': [
      { metric: 'test loss', what: 'value' },
      { metric: 'accuracy', what: 'count' },
    ],
    'negative-loss': [
      { metric: 'loss', what: 'value' },
      { metric: 'test loss', what: 'value' },
    ],
    'final-accuracy': [{ metric: 'accuracy', what: 'final' }],
  },
};

/** A timestamp and a level may stand before what is printed; a sentence that has the same words goes on otherwise. */
const LOG_LINES: readonly RegExp[] = [
  /Using device: \S+/,
  /Loading \S+( \S+)? dataset\.\.\./,
  /Model architecture:/,
  /\w+\(/,
  /\(\w+\): \w+\(.*\)/,
  /\)/,
  /Starting training\.\.\./,
  /Model saved as \S+/,
  /Saved [a-z ]+ to \S+/,
].map(({ source }) => new RegExp(`^[^A-Za-z(]*(?:(?:DEBUG|INFO|WARNING)[^A-Za-z(]*)?${source}\\s*$`));

/**
 * The runs of a text.
 *
 * @throws AssayError `log-syntax` when there is none
 */
export function runsOfText(text: string, path: string, settings: ReadSettings): Run[] {
  return readLenientLog(text, path, settings.conditions).map((run) => runOf(run, path, settings));
}

function runOf(read: LenientRun, path: string, { batchSize }: ReadSettings): Run {
  const counted = countBatches(read, batchSize);
  const { run } = counted;
  const { conditions, firstLine } = run;
  return {
    conditions,
    series: seriesOf(run),
    source: { path, line: firstLine },
    faults: [
      ...run.faults.map(({ line, message }): Fault => ({ check: 'format', rule: 'format', line, message })),
      ...arithmeticFindings(counted).map(faultOf('arithmetic')),
      ...protocolFindings(run).map(faultOf('protocol')),
    ],
    stated: statedBy(counted),
  };
}

function faultOf(check: Fault['check']): (finding: Finding) => Fault {
  return (finding) => ({ check, ...finding });
}

/**
 * A test belongs to the epoch of the training lines above it. Where an epoch's training lines are missing, its test is that of the epoch
 * after the last one.
 */
function seriesOf({ lines }: LenientRun): Run['series'] {
  const loss: Point[] = [];
  const testLoss: Point[] = [];
  const accuracy: Point[] = [];
  let epoch = 0;
  let isTested = true;
  for (const line of lines) {
    if (line.kind === 'train') {
      epoch = line.epoch;
      isTested = false;
      loss.push({ epoch, step: line.seen, ...line.loss, line: line.line });
      continue;
    }
    if (isTested) epoch++;
    isTested = true;
    const { correctCount: right, testCount: of, accuracy: printed } = line;
    testLoss.push({ epoch, ...line.testLoss, line: line.line });
    // The counts are what is judged: the percent beside them follows from them.
    if (of > 0)
      accuracy.push({ epoch, value: (100 * right) / of, count: { right, of }, printed, line: line.line });
  }
  return { loss, 'test loss': testLoss, accuracy };
}

function statedBy({ run, batchSizes }: CountedRun): Stated {
  const { dataSet, dataSetLine, modules, conditions, finalAccuracy } = run;
  const train = trainLinesOf(run);
  const moving = train.find(({ seen }) => seen > 0);
  const [test] = testLinesOf(run);
  return {
    ...(dataSet !== undefined && { dataName: { value: dataSet, line: dataSetLine } }),
    ...(train.length > 0 && { trainCount: { value: train[0].total, line: train[0].line } }),
    ...(test !== undefined && { testCount: { value: test.testCount, line: test.line } }),
    ...(moving !== undefined &&
      batchSizes.length > 0 && { batchSizes: { value: batchSizes, line: moving.line } }),
    ...(modules && { modules: modules.map(({ text, line }) => ({ value: text, line })) }),
    ...(finalAccuracy && { final: { accuracy: finalAccuracy } }),
    ...(Object.keys(conditions).length > 0 && { conditionsFrom: 'heading' }),
  };
}
