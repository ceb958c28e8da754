import { pythonFixed } from '../../base/printf';
import type { LenientRun, LenientTrainLine } from './read';
import { trainLinesOf } from './lines';

/** A log with its samples counted in whole batches, and the batch sizes that it can be of. */
export interface CountedRun {
  readonly run: LenientRun;
  /**
   * A log does not state its batch size: these are all that fit as many training lines as any does, from the greatest on. Empty where
   * no line is after the first batch of an epoch. What is judged has to hold for all of them.
   */
  readonly batchSizes: readonly number[];
}

/** More images than a batch ever has; it keeps the search for divisors short. */
const LARGEST = 2 ** 20;

/**
 * A size fits a line when it divides the count of samples seen, and the percent is that of its batch. PyTorch's public example prints
 * `batch_idx * len(data)`, which of a last batch that is smaller is too few: 937 · 32 for the last one of 60,000 images in batches
 * of 64. Such a line counts by the size of the others.
 *
 * @param expected where it is known, which of several sizes such a last line is counted by, if it is among them
 */
export function countBatches(run: LenientRun, expected?: number): CountedRun {
  const train = trainLinesOf(run);
  const last = lastOfEpochs(run);
  const divisor = divisorOf(train.filter((line) => !last.has(line)));
  // 0 is a multiple of every size: of a log of first and last batches, the last ones are all that is known.
  const candidates =
    divisor === 0
      ? [...divisorsOf(divisorOf(train)), ...(expected === undefined ? [] : [expected])]
      : divisorsOf(divisor);
  const isMoving = train.some(({ seen }) => seen > 0);
  let batchSizes: number[] = [];
  let fewest = Infinity;
  for (const size of isMoving ? candidates : []) {
    const misfits = misfitsOf(train, last, size, fewest);
    if (misfits < fewest) [batchSizes, fewest] = [[], misfits];
    if (misfits === fewest && !batchSizes.includes(size)) batchSizes.push(size);
  }
  const size = expected !== undefined && batchSizes.includes(expected) ? expected : batchSizes.at(0);
  if (size === undefined) return { run, batchSizes };
  const lines = run.lines.map((line) =>
    line.kind === 'train' && last.has(line) ? inWholeBatches(line, size) : line,
  );
  return { run: { ...run, lines }, batchSizes };
}

/** How many lines a size does not fit; of more than `most` of them, no further line is looked at. */
function misfitsOf(
  lines: readonly LenientTrainLine[],
  last: ReadonlySet<LenientTrainLine>,
  size: number,
  most: number,
): number {
  let misfits = 0;
  for (const line of lines) {
    if (!fitsBatches(last.has(line) ? inWholeBatches(line, size) : line, size)) misfits++;
    if (misfits > most) break;
  }
  return misfits;
}

/** Whether a training line is one of batches of this size. */
export function fitsBatches({ seen, total, percent }: LenientTrainLine, size: number): boolean {
  return (
    seen % size === 0 &&
    pythonFixed(percent.value, percent.decimals) === percentOf(seen, total, size, percent.decimals)
  );
}

export function percentOf(seen: number, total: number, batchSize: number, decimals: number): string {
  return pythonFixed((100 * (seen / batchSize)) / Math.ceil(total / batchSize), decimals);
}

function inWholeBatches(line: LenientTrainLine, size: number): LenientTrainLine {
  const batch = Math.ceil(line.total / size) - 1;
  return line.seen === batch * (line.total - batch * size) ? { ...line, seen: batch * size } : line;
}

function lastOfEpochs({ lines }: LenientRun): ReadonlySet<LenientTrainLine> {
  const last = new Set<LenientTrainLine>();
  for (const [i, line] of lines.entries()) {
    const next = lines.at(i + 1);
    if (line.kind === 'train' && (next?.kind !== 'train' || next.epoch !== line.epoch)) last.add(line);
  }
  return last;
}

function divisorOf(lines: readonly LenientTrainLine[]): number {
  return lines.reduce((divisor, { seen }) => greatestCommonDivisor(divisor, seen), 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** From the greatest on. */
function divisorsOf(n: number): number[] {
  const divisors = new Set<number>();
  for (let d = 1; d <= LARGEST && d * d <= n; d++) {
    if (n % d === 0) divisors.add(d).add(n / d);
  }
  return [...divisors].filter((d) => d <= LARGEST).sort((a, b) => b - a);
}
