import type { LenientRun } from '../logs/pytorchExample/read';
import type { LogJudgement } from '../judge/check';
import { hasCollapsed, type Chance, type LossyCurve } from '../judge/collapse';
import type { AuditedRun, EpochView, LoggedLoss, RunView } from './types';

/** A run of the document, epoch by epoch, with the learning rate that it was judged as, and how its checks came out. */
export function auditedRun(run: LenientRun, { lr, lrFrom, ...judgement }: LogJudgement): AuditedRun {
  const { firstLine, finalAccuracy } = run;
  const checks = judgement.checks.flatMap(({ name, verdict }) =>
    name === 'bands' ? [] : [{ name, verdict }],
  );
  return {
    ...(lr !== undefined && { lr, lrFrom }),
    firstLine,
    checks,
    epochs: epochsOf(run),
    ...(finalAccuracy !== undefined && {
      finalAccuracy: { line: finalAccuracy.line, value: finalAccuracy.value },
    }),
  };
}

/**
 * The epochs as their training lines number them; a test belongs to the epoch of the training lines above it. Where an epoch's
 * training lines are missing, its test is that of the epoch after the last one.
 */
function epochsOf({ lines }: LenientRun): EpochView[] {
  type Draft = { -readonly [K in keyof EpochView]: EpochView[K] } & { readonly losses: LoggedLoss[] };
  const epochs: Draft[] = [];
  for (const line of lines) {
    let last = epochs.at(-1);
    if (line.kind === 'train') {
      if (last?.epoch !== line.epoch || last.line !== undefined)
        epochs.push((last = { epoch: line.epoch, losses: [] }));
      last.losses.push({ line: line.line, seen: line.seen, loss: line.loss.value });
      continue;
    }
    if (last === undefined || last.line !== undefined)
      epochs.push((last = { epoch: (last?.epoch ?? 0) + 1, losses: [] }));
    const { testLoss, correctCount, testCount } = line;
    Object.assign(last, { line: line.line, testLoss: testLoss.value, correctCount, testCount });
    if (testCount > 0) last.accuracy = (100 * correctCount) / testCount;
  }
  return epochs;
}

/** An epoch with its test. */
export type TestedEpoch = EpochView & Required<Pick<EpochView, 'testLoss' | 'accuracy' | 'testCount'>>;

/** The epochs of a run of which each has its test; undefined of another, and of none. */
export function wholeCurve(run: RunView): readonly TestedEpoch[] | undefined {
  const epochs = testedEpochs(run);
  return epochs.length > 0 && epochs.length === run.epochs.length ? epochs : undefined;
}

/** Whether a run never learned; undefined when not each of its epochs has a test. */
export function collapses(run: RunView, chance: Chance): boolean | undefined {
  return wholeCurve(run) && hasCollapsed(lossyCurveOf(run), chance);
}

export function testedEpochs({ epochs }: RunView): TestedEpoch[] {
  return epochs.filter((epoch): epoch is TestedEpoch => epoch.accuracy !== undefined);
}

/** What tells whether a run collapsed. */
export function lossyCurveOf(run: RunView): LossyCurve {
  return {
    epochs: testedEpochs(run),
    loggedLosses: run.epochs.flatMap(({ losses }) => losses.map(({ loss }) => loss)),
  };
}
