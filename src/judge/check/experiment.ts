import { pythonFixed } from '../../base/printf';
import { sizesText } from '../../base/words';
import { modulesOf } from '../../experiment/print';
import type { Experiment } from '../../experiment/types';
import type { Finding, Run, Stated } from '../../run/run';
import { lossMetricOf } from '../../study/metrics';
import type { Study } from '../../study/types';
import { isLossOfGuess } from '../collapse';

/** What a run is to be of. */
export interface ExperimentReferences {
  readonly study: Pick<Study, 'metrics' | 'chance'>;
  readonly experiment: Experiment;
  /** Of the data set that it should be of. */
  readonly dataName: string;
}

/** Whether what a run says of its training is what the experiment says. */
export function experimentFindings(run: Run, references: ExperimentReferences): Finding[] {
  return [
    ...otherTraining(run, references),
    ...epochCount(run, references.experiment),
    ...firstLoss(run, references.study),
  ];
}

/** What makes it the training of something else, which the experiment's runs say nothing about: data, sizes, model. */
export function otherTraining(
  { stated, source }: Pick<Run, 'stated' | 'source'>,
  { experiment, dataName }: Pick<ExperimentReferences, 'experiment' | 'dataName'>,
): Finding[] {
  const { data, training } = experiment;
  const { trainCount, testCount, batchSizes } = stated;
  const findings: Finding[] = [];
  if (stated.dataName !== undefined && stated.dataName.value.toLowerCase() !== dataName.toLowerCase()) {
    const { value, line = source.line } = stated.dataName;
    findings.push({ rule: 'data-set', line, message: `the data set is ${value}, not ${dataName}` });
  }
  if (trainCount !== undefined && trainCount.value !== data.trainCount) {
    const message = `${trainCount.value} training images instead of ${data.trainCount}`;
    findings.push({ rule: 'training-size', line: trainCount.line, message });
  }
  if (testCount !== undefined && testCount.value !== data.testCount) {
    const message = `${testCount.value} test images instead of ${data.testCount}`;
    findings.push({ rule: 'test-size', line: testCount.line, message });
  }
  if (batchSizes !== undefined && !batchSizes.value.includes(training.batchSize)) {
    const message = `${sizesText(batchSizes.value)} images in a batch instead of ${training.batchSize}`;
    findings.push({ rule: 'batch-size', line: batchSizes.line, message });
  }
  return [...findings, ...architecture(stated.modules, source.line, experiment)];
}

/** The first printed module that is not the experiment's. The name of the class may be another. */
function architecture(modules: Stated['modules'], firstLine: number, { model }: Experiment): Finding[] {
  if (modules === undefined) return [];
  const expected = modulesOf(model);
  const length = Math.max(modules.length, expected.length);
  const index = Array.from({ length }, (_, i) => i).find((i) => modules.at(i)?.value !== expected.at(i));
  if (index === undefined) return [];
  const [got, wanted] = [modules.at(index), expected.at(index)];
  const message = `the model has ${got?.value ?? 'no further module'}, where the experiment has ${wanted ?? 'no further module'}`;
  return [{ rule: 'architecture', line: (got ?? modules.at(-1))?.line ?? firstLine, message }];
}

function epochCount({ series }: Run, { training }: Experiment): Finding[] {
  const points = Object.values(series).flat();
  const epochs = new Set(points.flatMap(({ epoch }) => epoch ?? [])).size;
  if (epochs === 0 || epochs === training.epochs) return [];
  const lines = points.flatMap(({ line }) => line ?? []);
  const last = lines.reduce((most, line) => Math.max(most, line), 0);
  const message = `${epochs} epochs instead of ${training.epochs}`;
  return [{ rule: 'epoch-count', ...(last > 0 && { line: last }), message }];
}

/** The first loss precedes every update: it is an untrained model's. */
function firstLoss({ series }: Run, { metrics, chance }: ExperimentReferences['study']): Finding[] {
  const metric = lossMetricOf({ metrics, chance });
  if (chance === undefined || metric === undefined) return [];
  const { classes } = chance;
  const first = series[metric.name]?.at(0);
  if (first?.step !== 0 || isLossOfGuess(first.value, classes)) return [];
  const loss = pythonFixed(first.value, first.decimals ?? metric.decimals);
  const guess = pythonFixed(Math.log(classes), 4);
  const message = `the first loss, before any update, is ${loss}; a guess among ${classes} classes has ${guess}`;
  return [{ rule: 'first-loss', line: first.line, message }];
}
