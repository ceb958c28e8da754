import type { RunRecord } from './record';
import type { Point, Run } from './run';
import type { Metric } from '../study/types';
import { placeText } from './words';

/** A run's entry at one place; entries are in the order in which the run makes them. */
export interface Entry {
  /** Names the place; the same place of two runs has the same name. */
  readonly place: string;
  readonly value: EntryValue;
  /** In a log, 1-based. */
  readonly line?: number;
  /** Steps that the run has done by this place, to run up to it again; missing where unknown. */
  readonly untilStep?: number;
}

export type EntryValue =
  | {
      readonly kind: 'sha256';
      readonly value: string;
      /** Nothing was computed yet. */ readonly isInitial?: true;
    }
  | { readonly kind: 'float32' | 'float64'; readonly value: number }
  /** Samples, and how many the test set has. */
  | {
      readonly kind: 'count';
      readonly value: number;
      readonly of: number;
      /** The share that stands beside it. */
      readonly share?: PrintedValue;
    }
  | { readonly kind: 'exact'; readonly what: Metric['kind']; readonly value: number }
  | PrintedValue;

interface PrintedValue {
  readonly kind: 'printed';
  readonly what: Metric['kind'];
  readonly value: number;
  readonly decimals: number;
}

/** @param stepsPerEpoch decides where among the losses an evaluation stands; unknown: after all of them. */
export function entriesOfRecord(record: RunRecord, stepsPerEpoch: number | undefined): Entry[] {
  const epochs = record.epochs.map((evaluated): Entry[] => {
    const { epoch, testLoss, correctCount, testCount, weightsSha256 } = evaluated;
    const untilStep = stepsPerEpoch && epoch * stepsPerEpoch;
    const at = `epoch ${epoch}:`;
    return [
      { place: `${at} weights`, value: { kind: 'sha256', value: weightsSha256 }, untilStep },
      { place: `${at} test loss`, value: { kind: 'float64', value: testLoss }, untilStep },
      {
        place: `${at} correct count`,
        value: { kind: 'count', value: correctCount, of: testCount },
        untilStep,
      },
    ];
  });
  const initial: Entry = {
    place: 'initial weights',
    value: { kind: 'sha256', value: record.initialWeightsSha256, isInitial: true },
    untilStep: 1,
  };
  const entries = [initial];
  for (const [index, value] of record.losses.entries()) {
    const step = index + 1;
    entries.push({ place: `step ${step}: loss`, value: { kind: 'float32', value }, untilStep: step });
    if (stepsPerEpoch !== undefined && step % stepsPerEpoch === 0) entries.push(...(epochs.shift() ?? []));
  }
  entries.push(...epochs.flat());
  const untilStep = record.losses.length;
  const final = { kind: 'sha256', value: record.finalWeightsSha256 } as const;
  entries.push({ place: 'final weights', value: final, untilStep });
  if (record.logitsSha256 !== undefined) {
    const logits = { kind: 'sha256', value: record.logitsSha256 } as const;
    entries.push({ place: 'logits of the test set', value: logits, untilStep });
  }
  return entries;
}

/**
 * Steps of an epoch, as far as the records tell: one of a finished run tells.
 */
export function stepsPerEpochOf(records: readonly RunRecord[]): number | undefined {
  const finished = records.find(({ plan }) => plan.untilStep === undefined);
  return finished && finished.losses.length / finished.epochs.length;
}

/**
 * The numbers of a run, epoch by epoch: of each, what is told per step, then what is told of the whole epoch.
 *
 * @param batchSize where it is known, the entries know their steps.
 */
export function entriesOfRun(
  { series, stated }: Run,
  metrics: readonly Metric[],
  batchSize: number | undefined,
): Entry[] {
  const total = stated.trainCount?.value;
  const stepsOf = ({ epoch = 0, step = total }: Point): number | undefined => {
    if (batchSize === undefined || total === undefined || step === undefined) return undefined;
    const inEpoch = Math.ceil(step / batchSize) + (step === total ? 0 : 1);
    return (epoch - 1) * Math.ceil(total / batchSize) + inEpoch;
  };
  const entries = metrics.flatMap((metric, order) =>
    (series[metric.name] ?? []).map((point) => ({ metric, order, point })),
  );
  const inOrder = entries.sort(
    (a, b) =>
      (a.point.epoch ?? 0) - (b.point.epoch ?? 0) ||
      (a.point.step ?? Infinity) - (b.point.step ?? Infinity) ||
      a.order - b.order,
  );
  const final = metrics.flatMap((metric): Entry[] => {
    const point = stated.final?.[metric.name];
    return point === undefined
      ? []
      : [{ place: `final ${metric.name}`, value: valueOf(metric, point), line: point.line }];
  });
  return [
    ...inOrder.map(({ metric, point }): Entry => ({
      place: `${placeText(point, metric.steps)}: ${metric.name}`,
      value: valueOf(metric, point),
      ...(point.line !== undefined && { line: point.line }),
      untilStep: stepsOf(point),
    })),
    ...final,
  ];
}

function valueOf({ kind: what }: Metric, { value, decimals, count, printed }: Point): EntryValue {
  if (count === undefined)
    return decimals === undefined
      ? { kind: 'exact', what, value }
      : { kind: 'printed', what, value, decimals };
  const share =
    printed?.decimals === undefined
      ? undefined
      : ({ kind: 'printed', what, value: printed.value, decimals: printed.decimals } as const);
  return { kind: 'count', value: count.right, of: count.of, ...(share && { share }) };
}
