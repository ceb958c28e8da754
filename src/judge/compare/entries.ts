import type { LenientRun, PrintedNumber } from '../../logs/pytorchExample/read';
import type { RunRecord } from '../../run/record';

/** What a run says at one place, in the order in which the run comes by its places. */
export interface Entry {
  /** Names the place; the same place of two runs has the same name. */
  readonly place: string;
  readonly value: EntryValue;
  /** In a log, 1-based. */
  readonly line?: number;
  /** Steps after which the run has come by here, to run up to it again; missing where that is not known. */
  readonly untilStep?: number;
}

export type EntryValue =
  | {
      readonly kind: 'sha256';
      readonly value: string;
      /** Nothing was computed yet. */ readonly isInitial?: true;
    }
  | { readonly kind: 'float32' | 'float64'; readonly value: number }
  /** Images, of as many in the test set. */
  | { readonly kind: 'count'; readonly value: number; readonly of: number }
  | ({ readonly kind: 'printed'; readonly what: 'loss' | 'accuracy' } & PrintedNumber);

/** @param stepsPerEpoch decides where between the losses an evaluation stands; unknown: after all of them. */
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

/** @param batchSize where it is known, the entries know their steps. */
export function entriesOfLog({ lines, finalAccuracy }: LenientRun, batchSize: number | undefined): Entry[] {
  let epoch = 0;
  let total = 0;
  const stepOf = (seen: number): number | undefined =>
    batchSize && (epoch - 1) * Math.ceil(total / batchSize) + Math.ceil(seen / batchSize);
  const entries = lines.flatMap((line): Entry[] => {
    if (line.kind === 'train') {
      ({ epoch, total } = line);
      const step = stepOf(line.seen);
      const untilStep = step === undefined ? undefined : step + 1;
      const place = `epoch ${epoch}, ${line.seen} samples seen: loss`;
      return [{ place, value: { kind: 'printed', what: 'loss', ...line.loss }, line: line.line, untilStep }];
    }
    const { testLoss, correctCount, testCount, accuracy } = line;
    const of = { line: line.line, untilStep: stepOf(total) };
    const at = `epoch ${epoch}:`;
    return [
      { place: `${at} test loss`, value: { kind: 'printed', what: 'loss', ...testLoss }, ...of },
      { place: `${at} correct count`, value: { kind: 'count', value: correctCount, of: testCount }, ...of },
      { place: `${at} accuracy`, value: { kind: 'printed', what: 'accuracy', ...accuracy }, ...of },
    ];
  });
  if (finalAccuracy === undefined) return entries;
  const { line, value, decimals } = finalAccuracy;
  const untilStep = stepOf(total);
  entries.push({
    place: 'final accuracy',
    value: { kind: 'printed', what: 'accuracy', value, decimals },
    line,
    untilStep,
  });
  return entries;
}
