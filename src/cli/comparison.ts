import { pythonFixed } from '../base/printf';
import type { EpochRecord, RunRecord } from '../run/record';
import type { ReportedSection } from '../logs/pytorchExample/report';
import type { Located, TestLine } from '../logs/pytorchExample/reportedRun';
import { accuracyOf } from '../logs/pytorchExample/transcript';
import { table } from '../report/text/table';

/** What a report says of an epoch, beside what came out here. */
export interface EpochPair {
  readonly lr: number;
  readonly epoch: number;
  /** Missing where the report has no such run or epoch. */
  readonly reported?: Located<TestLine>;
  readonly reproduced: EpochRecord;
}

/** Pairs each epoch of the runs with the same epoch of the reported run of the same learning rate. */
export function pairEpochs(records: readonly RunRecord[], report: readonly ReportedSection[]): EpochPair[] {
  return records.flatMap(({ lr, epochs }) => {
    const run = report.find((section) => section.lr === lr)?.run;
    return epochs.map((reproduced, i) => ({
      lr,
      epoch: reproduced.epoch,
      reported: run?.epochs[i]?.test,
      reproduced,
    }));
  });
}

/** @param comparable whether both were trained on the same data; a difference means something only then. */
export function comparisonTable(pairs: readonly EpochPair[], comparable: boolean): string {
  const metric = (reported: number | undefined, reproduced: number, decimals: number): string[] => {
    const printed = pythonFixed(reproduced, decimals);
    if (reported === undefined) return ['–', printed, '–'];
    // Of the printed numbers, so that the columns add up.
    const difference = comparable ? signed(Number(printed) - reported, decimals) : '–';
    return [pythonFixed(reported, decimals), printed, difference];
  };
  const sides = ['reported', 'reproduced', 'difference'];
  const groups = [
    { heading: '', columns: ['lr', 'epoch'] },
    { heading: 'test loss', columns: sides },
    { heading: 'accuracy in %', columns: sides },
  ];
  const rows = pairs.map(({ lr, epoch, reported, reproduced }) => [
    epoch === 1 ? String(lr) : '',
    String(epoch),
    ...metric(reported?.testLoss, reproduced.testLoss, 4),
    ...metric(reported?.accuracy, accuracyOf(reproduced), 2),
  ]);
  return table(groups, rows);
}

function signed(value: number, decimals: number): string {
  const text = pythonFixed(value, decimals);
  return value > 0 ? `+${text}` : text;
}
