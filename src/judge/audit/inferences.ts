import type { LenientRun, PrintedNumber } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import type { Experiment } from '../../spec/types';
import type { LogJudgement } from '../check';
import { sizesText } from '../check/batchSizes';
import { testLinesOf, trainLinesOf } from '../check/parts';
import { couldBeOfOneSeed } from '../seed/candidates';
import { listOf } from './list';
import type { Inference } from './types';

/** What the numbers of a report imply beyond what it says. An inference is made only where its premises stand in the document. */
export function inferencesOf(
  runs: readonly LenientRun[],
  judgements: readonly LogJudgement[],
  experiment: Experiment,
): Inference[] {
  return [
    ...batchSize(runs, judgements, experiment),
    ...adaptiveOptimizer(runs, experiment),
    ...crossEntropy(runs, experiment),
    ...differentSeeds(runs),
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

/**
 * Plain gradient descent steps by lr · gradient, an adaptive optimizer by about lr in each weight, however small the gradient is. Up
 * to this learning rate the former does not come to `LEARNED` in an epoch (measured: docs/audit.md).
 */
const SMALL_LR = 3e-4;
/** In percent, after one epoch. */
const LEARNED = 90;

function adaptiveOptimizer(runs: readonly LenientRun[], { optimizer }: Experiment): Inference[] {
  return runs.flatMap((run) => {
    const [test] = testLinesOf(run);
    const { lr } = run;
    if (lr === undefined || lr > SMALL_LR || test === undefined) return [];
    const accuracy = (100 * test.correctCount) / test.testCount;
    if (accuracy < LEARNED) return [];
    return [
      {
        what: `an optimizer with adaptive steps, such as ${optimizer.type}`,
        because:
          `${pythonFixed(accuracy, 2)} % after one epoch with a learning rate of ${lr}: steps of ${lr} times the gradient do not come ` +
          `that far in one epoch`,
        lines: [test.line],
      },
    ];
  });
}

/** Relative to ln(classes). */
const NEAR = 0.02;

function crossEntropy(runs: readonly LenientRun[], { data }: Experiment): Inference[] {
  const firsts = firstLosses(runs);
  const guess = Math.log(data.classes);
  if (firsts.length === 0 || firsts.some(({ loss }) => Math.abs(loss.value / guess - 1) > NEAR)) return [];
  return [
    {
      what: `cross-entropy over ${data.classes} classes, from weights that do not know anything yet`,
      because: `the first losses, ${listOf(firsts.map(({ text }) => text))}, are within ${100 * NEAR} % of ln ${data.classes} = ${pythonFixed(guess, 6)}`,
      lines: firsts.map(({ line }) => line),
    },
  ];
}

function differentSeeds(runs: readonly LenientRun[]): Inference[] {
  const firsts = firstLosses(runs);
  if (firsts.length < 2) return [];
  const lines = firsts.map(({ line }) => line);
  const apart = firsts.every(({ loss }, i) =>
    firsts.slice(i + 1).every((other) => !couldBeOfOneSeed(loss, other.loss)),
  );
  const shown = listOf(firsts.map(({ text }) => text));
  if (apart) {
    return [
      {
        what: 'no two runs shared a seed',
        because: `the loss of batch 0 precedes every update, so that it does not depend on the learning rate; it is ${shown}`,
        lines,
      },
    ];
  }
  return [];
}

function firstLosses(runs: readonly LenientRun[]): { line: number; loss: PrintedNumber; text: string }[] {
  return runs.flatMap((run) => {
    const first = trainLinesOf(run).find(({ epoch, seen }) => epoch === 1 && seen === 0);
    if (first === undefined) return [];
    return [{ line: first.line, loss: first.loss, text: pythonFixed(first.loss.value, first.loss.decimals) }];
  });
}
