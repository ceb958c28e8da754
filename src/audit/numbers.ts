import type { LenientRun, PrintedNumber } from '../logs/pytorchExample/read';
import { pythonFixed } from '../base/printf';
import type { Interval } from '../statistics/conformal';
import type { Finding } from '../judge/check/finding';
import type { AuditedRun, JudgedNumber, NumberPlacement } from './types';

/** All numbers that print so: half a unit of the last digit to both sides. */
export function roundingOf({ value, decimals }: PrintedNumber): Interval {
  const half = 0.5 / Number(`1e${decimals}`);
  return { lower: value - half, upper: value + half };
}

/** Where a number of a run is among ours. */
export type Place = (
  number: Pick<JudgedNumber, 'what' | 'epoch' | 'seen' | 'value' | 'rounding'>,
) => NumberPlacement;

/**
 * Every number that a run prints, in its order. The percent of a training line is not one: it is the batch's position.
 *
 * @param findings of the run, of which those of a number's line count against it
 */
export function numbersOf(
  { lines, finalAccuracy }: LenientRun,
  { epochs, lr }: AuditedRun,
  findings: readonly Finding[],
  place: Place,
): JudgedNumber[] {
  const rulesOfLine = new Map<number, string[]>();
  for (const { line, rule } of findings) rulesOfLine.set(line, [...(rulesOfLine.get(line) ?? []), rule]);
  const judge = (
    what: JudgedNumber['what'],
    printed: PrintedNumber,
    at: Pick<JudgedNumber, 'line' | 'epoch' | 'seen'>,
  ): JudgedNumber => {
    const { value } = printed;
    const rounding = what === 'correct count' ? { lower: value, upper: value } : roundingOf(printed);
    return {
      ...at,
      ...(lr !== undefined && { lr }),
      what,
      printed: pythonFixed(value, printed.decimals),
      value,
      rounding,
      arithmetic: (rulesOfLine.get(at.line) ?? []).some((rule) => isAbout(rule, what)) ? 'fail' : 'pass',
      reproduction: place({ what, value, rounding, ...at }),
    };
  };
  const epochOfLine = new Map(epochs.map(({ line, epoch }) => [line, epoch]));
  const numbers = lines.flatMap((line) => {
    if (line.kind === 'train') {
      const { epoch, seen } = line;
      return [judge('loss', line.loss, { line: line.line, epoch, seen })];
    }
    const at = { line: line.line, epoch: epochOfLine.get(line.line) };
    return [
      judge('test loss', line.testLoss, at),
      judge('correct count', { value: line.correctCount, decimals: 0 }, at),
      judge('accuracy', line.accuracy, at),
    ];
  });
  return finalAccuracy === undefined
    ? numbers
    : [...numbers, judge('final accuracy', finalAccuracy, { line: finalAccuracy.line })];
}

/** Which numbers of its line a rule of arithmetic is about; of a count and its percent, either may be the wrong one. */
const RULES: Readonly<Record<string, readonly JudgedNumber['what'][]>> = {
  'correct-count': ['correct count'],
  accuracy: ['correct count', 'accuracy'],
  'loss-of-errors': ['test loss', 'correct count'],
  'negative-loss': ['loss', 'test loss'],
  'final-accuracy': ['final accuracy'],
};

function isAbout(rule: string, what: JudgedNumber['what']): boolean {
  return (RULES[rule] ?? []).includes(what);
}
