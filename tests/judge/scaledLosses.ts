import { findingsIn, linesWith, lossIn, scaled, torchLogs, type TorchLog } from './torchLogs';

/**
 * How often `assay check` sees one loss of a log of PyTorch that is multiplied by ten, and how often it finds something in a log
 * that nothing was done to.
 *
 *     node -r esbuild-register tests/judge/scaledLosses.ts
 */
export interface ScaledLosses {
  readonly logs: number;
  /** Logs in which a rule about bands or losses finds something though nothing was done to them. */
  readonly falseAlarms: number;
  /** Shares of the scaled losses that are found, in their line. */
  readonly found: {
    readonly training: number;
    /** Of each log the quarter of its training losses that is lowest. */
    readonly lowest: number;
    readonly test: number;
    /** As the log of a run whose learning rate is not given. */
    readonly testWithoutLr: number;
  };
}

export function scaledLosses(logs: readonly TorchLog[]): ScaledLosses {
  const share = (what: (log: TorchLog) => readonly number[], lrOf: (log: TorchLog) => number | undefined) => {
    const found = logs.flatMap((log) =>
      what(log).map((i) =>
        findingsIn(scaled(log.lines, i, 10), lrOf(log)).some(({ line }) => line === i + 1),
      ),
    );
    return found.filter(Boolean).length / found.length;
  };
  const training = ({ lines }: TorchLog): number[] => linesWith('Train Epoch', lines);
  const lowest = (log: TorchLog): number[] => {
    const ordered = training(log).sort((a, b) => lossIn(log.lines[a]) - lossIn(log.lines[b]));
    return ordered.slice(0, Math.floor(ordered.length / 4));
  };
  const test = ({ lines }: TorchLog): number[] => linesWith('Test set', lines);
  return {
    logs: logs.length,
    falseAlarms: logs.filter(({ lines, lr }) => findingsIn(lines, lr).length > 0).length,
    found: {
      training: share(training, ({ lr }) => lr),
      lowest: share(lowest, ({ lr }) => lr),
      test: share(test, ({ lr }) => lr),
      testWithoutLr: share(test, () => undefined),
    },
  };
}

/** A row per learning rate and fate. */
export function scaledLossesOfAll(): (ScaledLosses & { readonly lr: number; readonly collapsed: boolean })[] {
  return [0.0001, 0.001, 0.01].flatMap((lr) =>
    [false, true].flatMap((collapsed) => {
      const logs = torchLogs.filter((log) => log.lr === lr && log.hasCollapsed === collapsed);
      return logs.length === 0 ? [] : [{ lr, collapsed, ...scaledLosses(logs) }];
    }),
  );
}

if (require.main === module) {
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`.padStart(8);
  console.log(
    '    lr              logs  false alarms  training  lowest quarter      test  test, without --lr',
  );
  for (const { lr, collapsed, logs, falseAlarms, found } of scaledLossesOfAll()) {
    const { training, lowest, test, testWithoutLr } = found;
    const cells = [String(lr).padStart(6), collapsed ? ' collapsed' : '          ', String(logs).padStart(5)];
    cells.push(String(falseAlarms).padStart(13), percent(training), percent(lowest).padStart(15));
    console.log([...cells, percent(test), percent(testWithoutLr).padStart(19)].join(' '));
  }
}
