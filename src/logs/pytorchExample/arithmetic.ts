import type { LenientRun, LenientTestLine, LenientTrainLine, PrintedNumber } from './read';
import { pythonFixed } from '../../base/printf';
import type { Finding } from '../../run/run';
import { sizesText } from '../../base/words';
import { fitsBatches, percentOf, type CountedRun } from './batchSizes';
import { testLinesOf, trainLinesOf } from './lines';

/** Numbers of one log that follow from each other, computed again. */
export function arithmeticFindings({ run, batchSizes }: CountedRun): Finding[] {
  const tests = testLinesOf(run);
  return [
    ...trainLinesOf(run).flatMap((line) => trainFindings(line, batchSizes)),
    ...tests.flatMap(testFindings),
    ...finalFindings(run, tests),
  ];
}

function trainFindings(train: LenientTrainLine, batchSizes: readonly number[]): Finding[] {
  const { line, seen, total, percent, loss } = train;
  const findings: Finding[] = [];
  if (seen >= total)
    findings.push({ rule: 'seen', line, message: `${seen} of ${total} samples seen before a batch` });
  else if (!isPercentOfBatch(train, batchSizes)) {
    const [size] = batchSizes;
    const is = size === undefined ? '0' : percentOf(seen, total, size, percent.decimals);
    const sizes = size === undefined ? 'any size' : sizesText(batchSizes);
    const message = `${seen}/${total} in batches of ${sizes} is ${is} %, not ${show(percent)} %`;
    findings.push({ rule: 'percent', line, message });
  }
  return [...findings, ...negativeLoss(line, loss)];
}

/** By one of the batch sizes that fit the log; before the first batch, 0 % whatever the size is. */
function isPercentOfBatch(train: LenientTrainLine, batchSizes: readonly number[]): boolean {
  return train.seen === 0 ? train.percent.value === 0 : batchSizes.some((size) => fitsBatches(train, size));
}

function testFindings({ line, testLoss, correctCount, testCount, accuracy }: LenientTestLine): Finding[] {
  if (correctCount > testCount || testCount === 0) {
    return [{ rule: 'correct-count', line, message: `${correctCount} of ${testCount} images right` }];
  }
  const findings = negativeLoss(line, testLoss);
  const is = pythonFixed((100 * correctCount) / testCount, accuracy.decimals);
  if (is !== show(accuracy)) {
    findings.push({
      rule: 'accuracy',
      line,
      message: `${correctCount}/${testCount} is ${is} %, not ${show(accuracy)} %`,
    });
  }
  // The true class of an image that is classified wrong has a probability of at most 1/2: a loss of at least ln 2.
  const wrong = testCount - correctCount;
  const least = (wrong / testCount) * Math.LN2;
  if (testLoss.value >= 0 && testLoss.value + 0.5 / Number(`1e${testLoss.decimals}`) < least) {
    const message = `${wrong} wrong of ${testCount} make an average loss of at least ${pythonFixed(least, 4)}, not ${show(testLoss)}`;
    findings.push({ rule: 'loss-of-errors', line, message });
  }
  return findings;
}

function negativeLoss(line: number, loss: PrintedNumber): Finding[] {
  const message = `a cross-entropy is never negative: ${show(loss)}`;
  return loss.value < 0 ? [{ rule: 'negative-loss', line, message }] : [];
}

function finalFindings({ finalAccuracy }: LenientRun, tests: readonly LenientTestLine[]): Finding[] {
  const last = tests.at(-1);
  if (finalAccuracy === undefined || last === undefined) return [];
  const { correctCount, testCount, line: lastLine } = last;
  const is = pythonFixed((100 * correctCount) / testCount, finalAccuracy.decimals);
  if (is === show(finalAccuracy)) return [];
  const message = `the last test, in line ${lastLine}, is ${is} %, not ${show(finalAccuracy)} %`;
  return [{ rule: 'final-accuracy', line: finalAccuracy.line, message }];
}

function show({ value, decimals }: PrintedNumber): string {
  return pythonFixed(value, decimals);
}
