import type { LenientRun } from '../../log/lenient';
import type { Divergence } from './divergence';

/** A log, and the model that it prints. */
export interface StatedRun {
  readonly log: LenientRun;
  /** In PyTorch's notation; missing where the log prints none. */
  readonly architecture?: string;
}

/** The first of what two logs say of their experiments that is not the same. What one of them does not say is not compared. */
export function otherExperiment(a: StatedRun, b: StatedRun): Divergence | undefined {
  for (const [place, of] of STATED) {
    const [ofA, ofB] = [of(a), of(b)];
    if (ofA === undefined || ofB === undefined || normal(ofA) === normal(ofB)) continue;
    return { place, kind: 'value', a: { value: ofA }, b: { value: ofB } };
  }
  return undefined;
}

const STATED: readonly [place: string, of: (run: StatedRun) => string | undefined][] = [
  ['data set', ({ log }) => log.dataSet],
  ['number of training images', ({ log }) => sizeOf(log, 'train')],
  ['number of test images', ({ log }) => sizeOf(log, 'test')],
  ['architecture', ({ architecture }) => architecture],
];

function sizeOf({ lines }: LenientRun, kind: 'train' | 'test'): string | undefined {
  const line = lines.find((line) => line.kind === kind);
  if (line === undefined) return undefined;
  return String(line.kind === 'train' ? line.total : line.testCount);
}

/** Data sets are named in upper and lower case, and terminals change blanks. */
function normal(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
