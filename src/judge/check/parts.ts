import type {
  LenientRun,
  LenientTestLine,
  LenientTrainLine,
  PrintedNumber,
} from '../../logs/pytorchExample/read';

/** Views of a log's lines that several rules need. */

export function trainLinesOf({ lines }: LenientRun): LenientTrainLine[] {
  return lines.flatMap((line) => (line.kind === 'train' ? [line] : []));
}

export function testLinesOf({ lines }: LenientRun): LenientTestLine[] {
  return lines.flatMap((line) => (line.kind === 'test' ? [line] : []));
}

/** Of the numbers that are printed so, the one that is nearest to a value. */
export function nearestTo({ value, decimals }: PrintedNumber, wanted: number): number {
  const half = 0.5 / Number(`1e${decimals}`);
  return Math.min(Math.max(wanted, value - half), value + half);
}
