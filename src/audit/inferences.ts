import type { LenientRun, PrintedNumber } from '../logs/pytorchExample/read';
import { pythonFixed } from '../base/printf';
import type { Experiment } from '../experiment/types';
import type { LogJudgement } from '../judge/check';
import { sizesText } from '../judge/check/batchSizes';
import { trainLinesOf } from '../judge/check/parts';
import { couldBeOfOneSeed } from '../judge/seed/candidates';
import { listOf } from './list';
import type { DocumentLine, Inference } from './types';

/** What the numbers of a report imply beyond what it says. An inference is made only where its premises stand in the document. */
export function inferencesOf(
  lines: readonly DocumentLine[],
  runs: readonly LenientRun[],
  judgements: readonly LogJudgement[],
  experiment: Experiment,
): Inference[] {
  return [
    ...batchSize(runs, judgements, experiment),
    ...crossEntropy(runs, experiment),
    ...differentStarts(lines, runs),
  ];
}

/** The batch sizes that all runs fit, where that says anything: a log does not state its batch size. */
function batchSize(
  runs: readonly LenientRun[],
  judgements: readonly LogJudgement[],
  { training }: Experiment,
): Inference[] {
  const [first = [], ...others] = judgements.map(({ batchSizes }) => batchSizes);
  const sizes = first.filter((size) => others.every((sizes) => sizes.includes(size)));
  const moving = runs.flatMap(trainLinesOf).find(({ seen }) => seen > 0);
  if (sizes.length === 0 || moving === undefined) return [];
  const expected =
    sizes.length > 1 && sizes.includes(training.batchSize)
      ? `; the experiment's ${training.batchSize} is among them`
      : '';
  return [
    {
      what: `batches of ${sizesText(sizes)} images${expected}`,
      because: `of all sizes, ${sizes.length === 1 ? 'it divides' : 'they divide'} the counts of images seen of most lines (the first: ${moving.seen}) and give their percents`,
      lines: [moving.line],
    },
  ];
}

/** Relative to ln(classes). */
const NEAR = 0.02;

function crossEntropy(runs: readonly LenientRun[], { data }: Experiment): Inference[] {
  const firsts = firstLosses(runs);
  const guess = Math.log(data.classes);
  if (firsts.length === 0 || !firsts.every(({ loss }) => Math.abs(loss.value / guess - 1) <= NEAR)) return [];
  return [
    {
      what: `a first loss like that of cross-entropy over ${data.classes} classes, by a model that gives each about the same probability`,
      because: `the first losses, ${listOf(firsts.map(({ text }) => text))}, are within ${100 * NEAR} % of ln ${data.classes} = ${pythonFixed(guess, 6)}`,
      lines: firsts.map(({ line }) => line),
    },
  ];
}

/** Only of runs of one model and data set, of which each has its first loss: others have other losses from the same random numbers. */
function differentStarts(lines: readonly DocumentLine[], runs: readonly LenientRun[]): Inference[] {
  const firsts = firstLosses(runs);
  const settings = new Set(runs.map((run) => settingOf(run, lines)));
  if (firsts.length < 2 || firsts.length < runs.length || settings.size > 1) return [];
  const apart = firsts.every(({ loss }, i) =>
    firsts.slice(i + 1).every((other) => areApart(loss, other.loss)),
  );
  if (!apart) return [];
  return [
    {
      what:
        'no two runs began with the same random numbers, if they had the same batch size, normalisation and order of layers: then no two were ' +
        'started alike with one seed',
      because:
        'the loss of batch 0 precedes every update, so that it does not depend on the learning rate, but on initial weights, images and ' +
        `dropout alone; it is ${listOf(firsts.map(({ text }) => text))}`,
      lines: firsts.map(({ line }) => line),
    },
  ];
}

function areApart(a: PrintedNumber, b: PrintedNumber): boolean {
  return !Number.isNaN(a.value - b.value) && !couldBeOfOneSeed(a, b);
}

/** What stands above a run's numbers, such as device, data set and model, and how many images it has. */
function settingOf(run: LenientRun, lines: readonly DocumentLine[]): string {
  const above = lines.filter(
    ({ line, kind }) => kind === 'run' && line >= run.firstLine && line < (run.lines.at(0)?.line ?? 0),
  );
  const totals = new Set(trainLinesOf(run).map(({ total }) => total));
  return JSON.stringify([above.map(({ text }) => text.trim()), [...totals]]);
}

function firstLosses(runs: readonly LenientRun[]): { line: number; loss: PrintedNumber; text: string }[] {
  return runs.flatMap((run) => {
    const first = trainLinesOf(run).find(({ epoch, seen }) => epoch === 1 && seen === 0);
    if (first === undefined) return [];
    return [{ line: first.line, loss: first.loss, text: pythonFixed(first.loss.value, first.loss.decimals) }];
  });
}
