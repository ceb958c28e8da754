import type { LenientRun, LenientTestLine, LenientTrainLine } from './read';
import type { Finding } from '../../run/run';
import { testLinesOf, trainLinesOf } from './lines';

/** Training lines that stand together, and the test lines that follow them. */
interface Stretch {
  readonly train: LenientTrainLine[];
  readonly tests: LenientTestLine[];
}

/** Whether a log goes as a training does, whatever was trained: every epoch once and in order, every logged batch, a test after each. */
export function protocolFindings(run: LenientRun): Finding[] {
  const stretches = stretchesOf(run);
  const interval = intervalOf(stretches);
  return [
    ...sizeFindings(run),
    ...stretches.flatMap((stretch, index) => stretchFindings(stretch, index, interval)),
    ...repeatedEpochs(stretches),
  ];
}

function stretchesOf({ lines }: LenientRun): Stretch[] {
  const stretches: Stretch[] = [];
  let last: Stretch | undefined;
  for (const line of lines) {
    const startsAnew =
      line.kind === 'train' && (last?.train.at(-1)?.epoch !== line.epoch || last.tests.length > 0);
    if (last === undefined || startsAnew) stretches.push((last = { train: [], tests: [] }));
    if (line.kind === 'train') last.train.push(line);
    else last.tests.push(line);
  }
  return stretches;
}

/** Samples between two logged batches: the commonest difference. */
function intervalOf(stretches: readonly Stretch[]): number {
  const counts = new Map<number, number>();
  for (const { train } of stretches) {
    for (let i = 1; i < train.length; i++) {
      const difference = train[i].seen - train[i - 1].seen;
      if (difference > 0) counts.set(difference, (counts.get(difference) ?? 0) + 1);
    }
  }
  const [commonest] = [...counts].sort(([, a], [, b]) => b - a);
  return commonest?.[0] ?? Infinity;
}

function sizeFindings(run: LenientRun): Finding[] {
  const [firstTrain, ...train] = trainLinesOf(run);
  const [firstTest, ...tests] = testLinesOf(run);
  const changed = (line: number, what: string, got: number, before: number): Finding => ({
    rule: 'constant-sizes',
    line,
    message: `${got} ${what}, after ${before}`,
  });
  return [
    ...train.flatMap(({ line, total }) =>
      total === firstTrain.total ? [] : [changed(line, 'training images', total, firstTrain.total)],
    ),
    ...tests.flatMap(({ line, testCount }) =>
      testCount === firstTest.testCount ? [] : [changed(line, 'test images', testCount, firstTest.testCount)],
    ),
  ];
}

function stretchFindings({ train, tests }: Stretch, index: number, interval: number): Finding[] {
  if (train.length === 0) {
    return [{ rule: 'epoch-order', line: tests[0].line, message: 'a test before any training' }];
  }
  const [{ line, epoch, total }] = train;
  const findings: Finding[] = [];
  if (epoch !== index + 1) {
    findings.push({ rule: 'epoch-order', line, message: `epoch ${epoch} where epoch ${index + 1} is due` });
  }
  let due = 0;
  for (const { line, seen } of train) {
    if (seen > due) findings.push({ rule: 'logged-batches', line, message: missingText(due, seen) });
    if (seen < due) {
      const message = `${seen} samples seen, again or too late: ${due} are due`;
      findings.push({ rule: 'logged-batches', line, message });
    }
    due = Math.max(due, nextDue(seen, interval));
  }
  const end = tests[0]?.line ?? train[train.length - 1].line;
  if (due < total) findings.push({ rule: 'logged-batches', line: end, message: missingText(due, total) });
  if (tests.length === 0) findings.push({ rule: 'test', line: end, message: `no test after epoch ${epoch}` });
  for (const { line } of tests.slice(1)) {
    findings.push({ rule: 'test', line, message: `another test after epoch ${epoch}` });
  }
  return findings;
}

function nextDue(seen: number, interval: number): number {
  return interval === Infinity ? Infinity : (Math.floor(seen / interval) + 1) * interval;
}

function missingText(due: number, seen: number): string {
  return `the line of ${due} samples seen is missing before ${seen}`;
}

/** Decimals with which the means of two batches are told apart. */
const FINE = 4;

/**
 * No two epochs of a training print the same losses. One number again and again is different: of a model without any loss left, of one
 * that diverged, or of few decimals.
 */
function repeatedEpochs(stretches: readonly Stretch[]): Finding[] {
  const before = new Map<string, number>();
  return stretches.flatMap(({ train }): Finding[] => {
    if (train.length === 0) return [];
    const losses = train.map(({ loss }) => `${loss.value} ${loss.decimals}`);
    const [{ loss }] = train;
    const isOneNumber = new Set(losses).size < 2;
    if (isOneNumber && (losses.length < 2 || !(Math.abs(loss.value) > 0) || loss.decimals < FINE)) return [];
    const key = losses.join();
    const [{ line, epoch }] = train;
    const same = before.get(key);
    if (same === undefined) before.set(key, epoch);
    const message = `the losses of epoch ${epoch} are those of epoch ${same}, digit for digit`;
    return same === undefined ? [] : [{ rule: 'repeated-epoch', line, message }];
  });
}
