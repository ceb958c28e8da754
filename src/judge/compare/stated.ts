import type { LenientRun } from '../../logs/pytorchExample/read';
import type { Divergence } from './divergence';

/** The first of what two logs say of their experiments that is not the same. What one of them does not say is not compared. */
export function otherExperiment(a: LenientRun, b: LenientRun): Divergence | undefined {
  for (const [place, of] of STATED) {
    const [ofA, ofB] = [of(a), of(b)];
    if (ofA === undefined || ofB === undefined || normal(ofA) === normal(ofB)) continue;
    return { place, kind: 'value', a: { value: ofA }, b: { value: ofB } };
  }
  return undefined;
}

const STATED: readonly [place: string, of: (log: LenientRun) => string | undefined][] = [
  ['data set', ({ dataSet }) => dataSet],
  ['number of training images', (log) => sizeOf(log, 'train')],
  ['number of test images', (log) => sizeOf(log, 'test')],
  ['architecture', ({ modules }) => modules?.map(({ text }) => text).join('\n')],
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
