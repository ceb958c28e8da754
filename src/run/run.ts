import { printable } from '../base/printable';

/**
 * One view of a training run, whoever made it and wherever it was read: a record of ours, a log, a line of an ensemble, a section of a
 * report. It is made once, where the run is read; everything that judges takes it.
 */
export interface Run {
  /** What is known of the settings that runs of its study differ by. */
  readonly conditions: Conditions;
  readonly seed?: number;
  /** By the name of the metric. */
  readonly series: Readonly<Record<string, readonly Point[]>>;
  readonly source: Source;
  /** Faults found while it was read. */
  readonly faults: readonly Fault[];
  /** What it says of its experiment, apart from its numbers. */
  readonly stated: Stated;
}

/** `{ lr: 0.001 }`: a run's setting, by the name of the condition. */
export type Conditions = Readonly<Record<string, ConditionValue>>;
export type ConditionValue = number | string;

/** One number of a run. Points of a series are in the order of the run. */
export interface Point {
  /** As the run numbers it, from 0 or from 1. */
  readonly epoch?: number;
  /** Within the epoch, or in all where there is no epoch; in the unit that the metric says. */
  readonly step?: number;
  readonly value: number;
  /** Decimals with which it was printed: it stands for every value that rounds to it. Missing where the value is exact. */
  readonly decimals?: number;
  /** Of a share that was counted: the value follows from it. */
  readonly count?: { readonly of: number; readonly right: number };
  /** The number in the file, where the value is computed from the count instead: the printed one may be wrong. */
  readonly printed?: Pick<Point, 'value' | 'decimals'>;
  /** In the file, 1-based. */
  readonly line?: number;
}

export interface Source {
  /** The file, as given. */
  readonly path: string;
  /** Where the run starts in it, 1-based. */
  readonly line: number;
}

/** Something in a log that does not hold. The rules are in docs/check.md. */
export interface Finding {
  readonly rule: string;
  /** In the file, 1-based; missing where the run has no lines. */
  readonly line?: number;
  readonly message: string;
}

/**
 * What reading finds. `format`: a line that starts as the format's do and goes on otherwise. `arithmetic`: numbers that follow from each
 * other, and do not agree. `protocol`: what does not go as a training does.
 */
export interface Fault extends Finding {
  readonly check: 'format' | 'arithmetic' | 'protocol';
}

/** A statement, and where it stands. */
export interface Statement<T> {
  readonly value: T;
  readonly line?: number;
}

/** What a run may say of its experiment; what is missing was not said. */
export interface Stated {
  readonly experimentSha256?: Statement<string>;
  readonly dataName?: Statement<string>;
  readonly dataSha256?: Statement<string>;
  /** Samples of an epoch. */
  readonly trainCount?: Statement<number>;
  readonly testCount?: Statement<number>;
  /** All that fit, the greatest first: a log may leave several open. */
  readonly batchSizes?: Statement<readonly number[]>;
  /** Of the model, in PyTorch's notation, each with its line. */
  readonly modules?: readonly Statement<string>[];
  /** Results that are repeated at the end, by the name of the metric. */
  readonly final?: Readonly<Record<string, Point>>;
  /** Names of all series that it has, where none of them is a metric of the study. */
  readonly otherSeries?: readonly string[];
  /** The tracker's name of the run. */
  readonly name?: string;
  /** All settings that it states, including those that are not conditions of a study. */
  readonly settings?: Conditions;
  /** Of the settings that stand in lines of their own or at numbers, in their order. */
  readonly settingLines?: readonly number[];
  /** Where the conditions come from. */
  readonly conditionsFrom?: 'record' | 'heading' | 'log' | 'path';
}

/** Two places of one name are the same. */
export function placeOf({ epoch, step }: Pick<Point, 'epoch' | 'step'>): string {
  return `${epoch ?? ''}:${step ?? ''}`;
}

/** Half a unit of the last digit: all values that print the same are within it. 0 for an exact number. */
export function halfOfLastDigit({ decimals }: Pick<Point, 'decimals'>): number {
  return decimals === undefined ? 0 : 0.5 / Number(`1e${decimals}`);
}

/** `lr 0.001, batch 64`; empty for a run without conditions. For people: control characters are escaped. */
export function conditionsText(conditions: Conditions): string {
  return Object.entries(conditions)
    .map(([name, value]) => printable(`${name} ${value}`))
    .join(', ');
}

export function sameConditions(a: Conditions, b: Conditions): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.is(a[name], b[name]));
}

/** Each that occurs once, numbers from the least on, texts by their letters. */
export function distinctConditions(runs: readonly Pick<Run, 'conditions'>[]): Conditions[] {
  const distinct: Conditions[] = [];
  for (const { conditions } of runs)
    if (!distinct.some((other) => sameConditions(other, conditions))) distinct.push(conditions);
  return distinct.sort(compareConditions);
}

export function compareConditions(a: Conditions, b: Conditions): number {
  for (const name of Object.keys(a)) {
    const [x, y] = [a[name], b[name]];
    if (x === y) continue;
    return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1;
  }
  return 0;
}
