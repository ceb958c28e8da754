import type { LenientRun, LenientTestLine, LenientTrainLine } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';

/** Views of a log's lines that several rules need. */

export function trainLinesOf({ lines }: LenientRun): LenientTrainLine[] {
  return lines.flatMap((line) => (line.kind === 'train' ? [line] : []));
}

export function testLinesOf({ lines }: LenientRun): LenientTestLine[] {
  return lines.flatMap((line) => (line.kind === 'test' ? [line] : []));
}

/** Whether a training line prints the percent of its batch, if batches are of this size. */
export function percentFits({ seen, total, percent }: LenientTrainLine, batchSize: number): boolean {
  return pythonFixed(percent.value, percent.decimals) === percentOf(seen, total, batchSize, percent.decimals);
}

export function percentOf(seen: number, total: number, batchSize: number, decimals: number): string {
  return pythonFixed((100 * (seen / batchSize)) / Math.ceil(total / batchSize), decimals);
}

/**
 * The batch size that a log does not state: it divides every count of samples seen, and the percents are those of its batches. Of
 * several that fit as many lines, the expected one if it is among them, otherwise the greatest.
 */
export function batchSizeOf(run: LenientRun, expected: number): number {
  const train = trainLinesOf(run);
  const divisor = train.reduce((divisor, { seen }) => greatestCommonDivisor(divisor, seen), 0);
  if (divisor === 0) return expected;
  const candidates = [expected, ...divisorsOf(divisor)].filter((size) => divisor % size === 0);
  const fits = candidates.map((size) => train.filter((line) => percentFits(line, size)).length);
  return candidates[fits.indexOf(Math.max(...fits))];
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** From the greatest on. */
function divisorsOf(n: number): number[] {
  const small: number[] = [];
  for (let d = 1; d * d <= n; d++) if (n % d === 0) small.push(d);
  return [...new Set([...small.map((d) => n / d), ...small.reverse()])];
}
