import type { Run, Stated } from '../../run/run';
import type { Divergence } from './divergence';

/** The first of what two runs say of their experiments that is not the same. What one of them does not say is not compared. */
export function otherExperiment(a: Run, b: Run): Divergence | undefined {
  for (const [place, of] of STATED) {
    const [ofA, ofB] = [of(a.stated), of(b.stated)];
    if (ofA === undefined || ofB === undefined || normal(ofA) === normal(ofB)) continue;
    return { place, kind: 'value', a: { value: ofA }, b: { value: ofB } };
  }
  return undefined;
}

/** `lr (0.1, 0.11)`: numbers that two runs state of their training under one name. Texts, such as paths and hosts, are not compared. */
export function otherSettings(a: Run, b: Run): string[] {
  const [ofA, ofB] = [a, b].map(({ stated }) => stated.settings ?? {});
  return Object.entries(ofA).flatMap(([name, value]) => {
    const other = Object.hasOwn(ofB, name) ? ofB[name] : undefined;
    return typeof value === 'number' && typeof other === 'number' && value !== other
      ? [`${name} (${value}, ${other})`]
      : [];
  });
}

const STATED: readonly [place: string, of: (stated: Stated) => string | undefined][] = [
  ['data set', ({ dataName }) => dataName?.value],
  ['number of training images', ({ trainCount }) => textOf(trainCount?.value)],
  ['number of test images', ({ testCount }) => textOf(testCount?.value)],
  ['architecture', ({ modules }) => modules?.map(({ value }) => value).join('\n')],
];

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Data sets are named in upper and lower case, and terminals change blanks. */
function normal(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim();
}
