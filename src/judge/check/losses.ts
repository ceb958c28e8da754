import type { LenientRun, LenientTrainLine } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import type { Experiment } from '../../spec/types';
import type { Bands } from '../bands';
import type { LossBand } from '../lossBand';
import { checkOf, type Check, type Finding } from './finding';
import { guessFindings, isGuessedTest } from './guess';
import { bandsFor } from './inBands';
import { outsideText } from './outside';
import { nearestTo, testLinesOf, trainLinesOf } from './parts';

/**
 * Holds the training losses of a log against the band that they have together. Those of a run that collapsed are held against a guess
 * from its first test that is one; the first loss of all, before any update, is held against the band in either case.
 *
 * @param lr that the run is judged as
 * @param bands of the log's data set, if there are any
 */
export function checkLosses(
  run: LenientRun,
  lr: number | undefined,
  experiment: Experiment,
  bands: Bands | undefined,
): Check {
  const notJudged = (verdict: Check['verdict'], reason: string): Check => ({
    ...{ name: 'losses', verdict, reason, findings: [] },
  });
  const fitting = bandsFor(run, experiment, bands);
  if (typeof fitting === 'string') return notJudged('no-reference', fitting);
  if (lr === undefined) return notJudged('inconclusive', 'which learning rate it is cannot be told');
  const band = fitting.bands.find((band) => band.lr === lr);
  if (band === undefined) return notJudged('no-reference', `there is no band for the learning rate ${lr}`);
  const lastTest = testLinesOf(run).at(-1);
  if (lastTest === undefined)
    return notJudged('inconclusive', 'whether it collapsed cannot be told: there is no test in the log');
  const placed = placedLosses(run, band.losses, experiment);
  if (placed.length === 0) return notJudged('no-reference', 'none of the logged batches is in the band');
  const { classes } = experiment.data;
  const all = trainLinesOf(run).length;
  const others = placed.length < all ? `; ${all - placed.length} of ${all} losses are of other batches` : '';
  if (!isGuessedTest(lastTest, classes)) {
    const share = pythonFixed(100 * band.losses.coverage, 1);
    const reason = `lr ${lr}: conformal band of the logged losses of ${band.losses.n} runs, ${share} % of new runs inside${others}`;
    return { ...checkOf('losses', placed.flatMap(outsideFindings)), reason };
  }
  const first = placed.filter(({ index, line }) => index === 0 && line.epoch === 1);
  const findings = [...first.flatMap(outsideFindings), ...guessedFindings(run, classes)];
  return { ...checkOf('losses', findings), reason: `lr ${lr}: the run collapsed, and guesses from there on` };
}

interface PlacedLoss {
  readonly line: LenientTrainLine;
  /** Among the logged ones of its epoch. */
  readonly index: number;
  readonly interval: LossBand['epochs'][number][number];
}

/** The losses of batches that the band's runs logged, too: a log may have others between them. */
function placedLosses(run: LenientRun, { epochs }: LossBand, { training }: Experiment): PlacedLoss[] {
  const step = training.batchSize * training.logInterval;
  return trainLinesOf(run).flatMap((line) => {
    const index = line.seen / step;
    const interval = epochs.at(line.epoch - 1)?.[index];
    return line.epoch === 0 || interval === undefined ? [] : [{ line, index, interval }];
  });
}

function outsideFindings({ line: { line, epoch, seen, loss }, interval }: PlacedLoss): Finding[] {
  const nearest = nearestTo(loss, interval);
  if (nearest >= interval.lower && nearest <= interval.upper) return [];
  const message = `epoch ${epoch}, ${seen} samples seen: loss ${outsideText(loss, interval, 4)}`;
  return [{ rule: 'loss', line, message }];
}

/** Training losses after the first test that is a guess. */
function guessedFindings({ lines }: LenientRun, classes: number): Finding[] {
  const from = lines.findIndex((line) => line.kind === 'test' && isGuessedTest(line, classes));
  return lines
    .slice(from)
    .flatMap((line) => (line.kind === 'train' ? guessFindings(line.line, line.loss, classes) : []));
}
