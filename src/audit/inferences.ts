import { pythonFixed } from '../base/printf';
import { listOf, sizesText } from '../base/words';
import type { Experiment } from '../experiment/types';
import { couldBeOfOneSeed } from '../judge/seed/candidates';
import type { Point, Run } from '../run/run';
import { lossMetricOf } from '../study/metrics';
import type { Metric, Study } from '../study/types';
import type { DocumentLine, Inference } from './types';
import { titlesOf } from './words';

/** What the numbers of a report imply beyond what it says. An inference is made only where its premises stand in the document. */
export function inferencesOf(
  lines: readonly DocumentLine[],
  runs: readonly Run[],
  study: Pick<Study, 'conditions' | 'metrics' | 'chance'>,
  experiment: Experiment | undefined,
): Inference[] {
  const loss = lossMetricOf(study);
  return [
    ...batchSize(runs, study.metrics, experiment),
    ...(loss === undefined || study.chance === undefined
      ? []
      : [
          ...crossEntropy(runs, loss, study.chance.classes),
          ...differentStarts(lines, runs, loss, titlesOf(study.conditions, 'or')),
        ]),
  ];
}

/** The batch sizes that all runs fit, where that says anything: a log does not state its batch size. */
function batchSize(
  runs: readonly Run[],
  metrics: readonly Metric[],
  experiment: Experiment | undefined,
): Inference[] {
  const [first = [], ...others] = runs.map(({ stated }) => stated.batchSizes?.value ?? []);
  const sizes = first.filter((size) => others.every((sizes) => sizes.includes(size)));
  const moving = runs
    .flatMap(({ series }) => metrics.flatMap(({ name, per }) => (per === 'step' ? (series[name] ?? []) : [])))
    .find(({ step = 0 }) => step > 0);
  if (sizes.length === 0 || moving?.line === undefined) return [];
  const { batchSize = NaN } = experiment?.training ?? {};
  const expected =
    sizes.length > 1 && sizes.includes(batchSize) ? `; the experiment's ${batchSize} is among them` : '';
  return [
    {
      what: `batches of ${sizesText(sizes)} samples${expected}`,
      because: `of all sizes, ${sizes.length === 1 ? 'it divides' : 'they divide'} the counts of samples seen of most lines (the first: ${moving.step}) and give their percents`,
      lines: [moving.line],
    },
  ];
}

/** Relative to ln(classes). */
const NEAR = 0.02;

function crossEntropy(runs: readonly Run[], metric: Metric, classes: number): Inference[] {
  const firsts = firstLosses(runs, metric);
  const guess = Math.log(classes);
  if (firsts.length === 0 || !firsts.every(({ loss }) => Math.abs(loss.value / guess - 1) <= NEAR)) return [];
  return [
    {
      what: `a first loss like that of cross-entropy over ${classes} classes, by a model that gives each about the same probability`,
      because: `the first losses, ${listOf(firsts.map(({ text }) => text))}, are within ${100 * NEAR} % of ln ${classes} = ${pythonFixed(guess, 6)}`,
      lines: firsts.map(({ line }) => line),
    },
  ];
}

/** Only of runs of one model and data set, of which each has its first loss: others have other losses from the same random numbers. */
function differentStarts(
  lines: readonly DocumentLine[],
  runs: readonly Run[],
  metric: Metric,
  titles: string,
): Inference[] {
  const firsts = firstLosses(runs, metric);
  const settings = new Set(runs.map((run) => settingOf(run, lines)));
  if (firsts.length < 2 || firsts.length < runs.length || settings.size > 1) return [];
  const apart = firsts.every(({ loss }, i) =>
    firsts.slice(i + 1).every((other) => areApart(loss, other.loss)),
  );
  if (!apart) return [];
  const not = titles === '' ? '' : `that it does not depend on the ${titles}, but `;
  return [
    {
      what:
        'no two runs began with the same random numbers, if they had the same batch size, normalisation and order of layers: then no two were ' +
        'started alike with one seed',
      because:
        `the loss of batch 0 precedes every update, so ${not === '' ? 'that it depends ' : not}on initial weights, samples and ` +
        `dropout alone; it is ${listOf(firsts.map(({ text }) => text))}`,
      lines: firsts.map(({ line }) => line),
    },
  ];
}

function areApart(a: Point, b: Point): boolean {
  return !Number.isNaN(a.value - b.value) && !couldBeOfOneSeed(a, b);
}

/** What stands above a run's numbers, such as device, data set and model, and how many samples it has. */
function settingOf({ series, source, stated }: Run, lines: readonly DocumentLine[]): string {
  const ofNumbers = Object.values(series).flatMap((points) => points.flatMap(({ line }) => line ?? []));
  const first = ofNumbers.reduce((a, b) => Math.min(a, b), Infinity);
  const above = lines.filter(({ line, kind }) => kind === 'run' && line >= source.line && line < first);
  return JSON.stringify([above.map(({ text }) => text.trim()), stated.trainCount?.value]);
}

interface FirstLoss {
  readonly line: number;
  readonly loss: Point;
  readonly text: string;
}

function firstLosses(runs: readonly Run[], { name, decimals }: Metric): FirstLoss[] {
  return runs.flatMap(({ series, source }): FirstLoss[] => {
    const first = (series[name] ?? []).find(({ epoch = 1, step }) => epoch <= 1 && step === 0);
    if (first === undefined) return [];
    const text = pythonFixed(first.value, first.decimals ?? decimals);
    return [{ line: first.line ?? source.line, loss: first, text }];
  });
}
