import type { LenientRun, LenientTestLine, LenientTrainLine } from './read';

/** Views of a log's lines that several rules need. */

export function trainLinesOf({ lines }: LenientRun): LenientTrainLine[] {
  return lines.flatMap((line) => (line.kind === 'train' ? [line] : []));
}

export function testLinesOf({ lines }: LenientRun): LenientTestLine[] {
  return lines.flatMap((line) => (line.kind === 'test' ? [line] : []));
}
