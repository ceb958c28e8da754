import type { LenientRun, LenientTestLine, LenientTrainLine, PrintedNumber } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import type { Interval } from '../conformal';

/** Views of a log's lines that several rules need. */

export function trainLinesOf({ lines }: LenientRun): LenientTrainLine[] {
  return lines.flatMap((line) => (line.kind === 'train' ? [line] : []));
}

export function testLinesOf({ lines }: LenientRun): LenientTestLine[] {
  return lines.flatMap((line) => (line.kind === 'test' ? [line] : []));
}

/** Of the numbers that are printed so, the one that is nearest to an interval. */
export function nearestTo({ value, decimals }: PrintedNumber, { lower, upper }: Interval): number {
  const half = 0.5 / Number(`1e${decimals}`);
  const inside = Math.min(Math.max(value, lower), upper);
  return Math.min(Math.max(inside, value - half), value + half);
}

/** Whether a training line prints the percent of its batch, if batches are of this size. */
export function percentFits({ seen, total, percent }: LenientTrainLine, batchSize: number): boolean {
  return pythonFixed(percent.value, percent.decimals) === percentOf(seen, total, batchSize, percent.decimals);
}

export function percentOf(seen: number, total: number, batchSize: number, decimals: number): string {
  return pythonFixed((100 * (seen / batchSize)) / Math.ceil(total / batchSize), decimals);
}

/**
 * The batch size that a log does not state: it divides the counts of samples seen, and the percents are those of its batches. Of several
 * that fit as many lines, the expected one if it is among them, otherwise the greatest. The last line of an epoch need not be a multiple
 * of it, see {@link withWholeBatches}.
 */
export function batchSizeOf(run: LenientRun, expected: number): number {
  const train = trainLinesOf(run);
  const last = lastOfEpochs(run);
  // 0 is a multiple of every size: of a log of first and last batches, the last ones are all that is known.
  const divisor = divisorOf(train.filter((line) => !last.has(line)));
  const known = divisor || divisorOf(train);
  if (known === 0) return expected;
  const candidates = [expected, ...divisorsOf(known)].filter((size) => divisor % size === 0);
  let best = { size: expected, fits: -1 };
  for (const size of candidates) {
    const fits = trainLinesOf(inWholeBatches(run, size)).filter(fitsIn(size)).length;
    if (fits > best.fits) best = { size, fits };
    if (fits === train.length) break;
  }
  return best.size;
}

const fitsIn = (size: number) => (line: LenientTrainLine) =>
  line.seen % size === 0 && percentFits(line, size);

/**
 * The run with samples counted in whole batches. PyTorch's public example prints `batch_idx * len(data)`, which of a last batch that is
 * smaller is too few: 937 · 32 for the last one of 60,000 images in batches of 64.
 */
export function withWholeBatches(run: LenientRun, expectedBatchSize: number): LenientRun {
  return inWholeBatches(run, batchSizeOf(run, expectedBatchSize));
}

function inWholeBatches(run: LenientRun, batchSize: number): LenientRun {
  const last = lastOfEpochs(run);
  const lines = run.lines.map((line) => {
    if (line.kind === 'test' || !last.has(line)) return line;
    const batch = Math.ceil(line.total / batchSize) - 1;
    const inBatch = line.total - batch * batchSize;
    return line.seen === batch * inBatch ? { ...line, seen: batch * batchSize } : line;
  });
  return { ...run, lines };
}

function lastOfEpochs({ lines }: LenientRun): ReadonlySet<LenientRun['lines'][number]> {
  const isLast = (i: number): boolean => {
    const [line, next] = [lines[i], lines.at(i + 1)];
    return line.kind === 'train' && (next?.kind !== 'train' || next.epoch !== line.epoch);
  };
  return new Set(lines.filter((_, i) => isLast(i)));
}

function divisorOf(lines: readonly LenientTrainLine[]): number {
  return lines.reduce((divisor, { seen }) => greatestCommonDivisor(divisor, seen), 0);
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
