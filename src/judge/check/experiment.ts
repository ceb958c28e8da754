import type { LenientRun } from '../../logs/pytorchExample/read';
import { pythonFixed } from '../../base/printf';
import { printModel } from '../../experiment/print';
import type { Experiment } from '../../experiment/types';
import { isLossOfGuess } from '../collapse';
import { sizesText, type CountedRun } from './batchSizes';
import type { Finding } from './finding';
import { testLinesOf, trainLinesOf } from './parts';

/**
 * Whether what a log says of its training is what the experiment says.
 *
 * @param dataName of the data set that it should be of
 */
export function experimentFindings(counted: CountedRun, experiment: Experiment, dataName: string): Finding[] {
  return [
    ...otherTraining(counted, experiment, dataName),
    ...epochCount(counted.run, experiment),
    ...firstLoss(counted.run, experiment),
  ];
}

/** What makes it the training of something else, which the experiment's runs say nothing about: data, sizes, model. */
export function otherTraining(
  { run, batchSizes }: CountedRun,
  experiment: Experiment,
  dataName: string,
): Finding[] {
  const { data, training } = experiment;
  const [train] = trainLinesOf(run);
  const [test] = testLinesOf(run);
  const findings: Finding[] = [];
  if (run.dataSet !== undefined && run.dataSet.toLowerCase() !== dataName.toLowerCase()) {
    const message = `the data set is ${run.dataSet}, not ${dataName}`;
    findings.push({ rule: 'data-set', line: run.dataSetLine ?? run.firstLine, message });
  }
  if (train !== undefined && train.total !== data.trainCount) {
    const message = `${train.total} training images instead of ${data.trainCount}`;
    findings.push({ rule: 'training-size', line: train.line, message });
  }
  if (test !== undefined && test.testCount !== data.testCount) {
    const message = `${test.testCount} test images instead of ${data.testCount}`;
    findings.push({ rule: 'test-size', line: test.line, message });
  }
  const moving = trainLinesOf(run).find(({ seen }) => seen > 0);
  if (moving !== undefined && batchSizes.length > 0 && !batchSizes.includes(training.batchSize)) {
    const message = `${sizesText(batchSizes)} images in a batch instead of ${training.batchSize}`;
    findings.push({ rule: 'batch-size', line: moving.line, message });
  }
  return [...findings, ...architecture(run, experiment)];
}

/** The first printed module that is not the experiment's. The name of the class may be another. */
function architecture({ modules, firstLine }: LenientRun, { model }: Experiment): Finding[] {
  if (modules === undefined) return [];
  const expected = printModel(model)
    .split('\n')
    .slice(1, -1)
    .map((line) => line.trim());
  const length = Math.max(modules.length, expected.length);
  const index = Array.from({ length }, (_, i) => i).find((i) => modules.at(i)?.text !== expected.at(i));
  if (index === undefined) return [];
  const [got, wanted] = [modules.at(index), expected.at(index)];
  const message = `the model has ${got?.text ?? 'no further module'}, where the experiment has ${wanted ?? 'no further module'}`;
  return [{ rule: 'architecture', line: (got ?? modules.at(-1))?.line ?? firstLine, message }];
}

function epochCount(run: LenientRun, { training }: Experiment): Finding[] {
  const last = run.lines.at(-1);
  const epochs = new Set(trainLinesOf(run).map(({ epoch }) => epoch)).size;
  if (last === undefined || epochs === training.epochs) return [];
  return [
    { rule: 'epoch-count', line: last.line, message: `${epochs} epochs instead of ${training.epochs}` },
  ];
}

/** The first loss precedes every update: it is an untrained model's. */
function firstLoss(run: LenientRun, { data }: Experiment): Finding[] {
  const [first] = trainLinesOf(run);
  if (first?.seen !== 0 || isLossOfGuess(first.loss.value, data.classes)) return [];
  const loss = pythonFixed(first.loss.value, first.loss.decimals);
  const guess = pythonFixed(Math.log(data.classes), 4);
  const message = `the first loss, before any update, is ${loss}; a guess among ${data.classes} classes has ${guess}`;
  return [{ rule: 'first-loss', line: first.line, message }];
}
