import type { LenientRun, LenientTestLine } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import type { Experiment } from '../../spec/types';
import { placeInBand, type Band, type Bands, type Placement } from '../bands';
import type { Curve } from '../curve';
import { checkOf, type Check, type Finding } from './finding';
import { guessFindings, isGuessedTest } from './guess';
import { outsideText } from './outside';
import { nearestTo, testLinesOf } from './parts';
import { otherSizes } from './protocol';

export interface JudgedByBands {
  readonly check: Check;
  /** The learning rate that the run was judged as. */
  readonly lr?: number;
}

/**
 * Holds the tests of a log against the band of its learning rate.
 *
 * @param lr left out: that of the band that fits best
 * @param bands of the log's data set, if there are any
 */
export function checkInBands(
  run: LenientRun,
  lr: number | undefined,
  experiment: Experiment,
  bands: Bands | undefined,
): JudgedByBands {
  const noReference = (reason: string): JudgedByBands => ({
    check: { name: 'bands', verdict: 'no-reference', reason, findings: [] },
    lr,
  });
  const fitting = bandsFor(run, experiment, bands);
  if (typeof fitting === 'string') return noReference(fitting);
  if (testLinesOf(run).length === 0) return noReference('there is no test in the log');
  const tests = testsByEpoch(run);
  if (tests === undefined) {
    const reason = 'which tests are those of epochs 1, 2 … cannot be told: see the protocol';
    return { check: { name: 'bands', verdict: 'inconclusive', reason, findings: [] }, lr };
  }
  const candidates = fitting.bands.filter((band) => lr === undefined || band.lr === lr);
  if (candidates.length === 0) return noReference(`there is no band for the learning rate ${lr}`);
  const placed = candidates.map((band) => ({ band, placement: place(tests, band, experiment.data.classes) }));
  const { band, placement } = placed.reduce((best, next) =>
    misfit(next.placement) < misfit(best.placement) ? next : best,
  );
  const outside = placement.verdict === 'pass' ? [] : findingsOf(tests, placement, experiment.data.classes);
  const check = checkOf('bands', outside);
  const reason = reasonOf(band, lr, placement);
  const later = tests.length - band.epochs.length;
  if (later > 0 && check.verdict === 'pass') {
    const unjudged = `${reason}; ${later} of ${tests.length} tests are after its last epoch, and not judged`;
    return { check: { ...check, verdict: 'inconclusive', reason: unjudged }, lr: band.lr };
  }
  return { check: { ...check, reason }, lr: band.lr };
}

/** The bands, if a log can be judged by them, or why not. */
export function bandsFor(run: LenientRun, experiment: Experiment, bands: Bands | undefined): Bands | string {
  if (bands === undefined) return 'there are no bands for this data set yet';
  if (bands.experiment.sha256 !== experiment.sha256) return 'the bands are those of another experiment';
  const sizes = otherSizes(run, experiment);
  return sizes.length === 0 ? bands : `the bands are for other sizes: ${sizes.join(', ')}`;
}

/** The test of each epoch from 1 on, by the training before it; undefined when one is missing or there twice. */
function testsByEpoch({ lines }: LenientRun): LenientTestLine[] | undefined {
  const tests = new Map<number, LenientTestLine>();
  let epoch = 0;
  for (const line of lines) {
    if (line.kind === 'train') epoch = line.epoch;
    else if (epoch > 0 && !tests.has(epoch)) tests.set(epoch, line);
    else return undefined;
  }
  const inOrder = Array.from(tests, (_, index) => tests.get(index + 1));
  return inOrder.every((test) => test !== undefined) ? inOrder : undefined;
}

function place(tests: readonly LenientTestLine[], band: Band, classes: number): Placement {
  const epochs = tests.map(({ testLoss, correctCount, testCount }, index) => ({
    testLoss: index < band.epochs.length ? nearestTo(testLoss, band.epochs[index].testLoss) : testLoss.value,
    accuracy: (100 * correctCount) / testCount,
  }));
  const curve: Curve = { epochs };
  return placeInBand(curve, band, classes);
}

/** How badly a band fits: by the cells that are outside, then by the farthest. A run that collapses where many do fits. */
function misfit({ verdict, collapsed, cells }: Placement): number {
  if (verdict === 'pass' && collapsed) return 0;
  const distances = cells.map(({ position }) => (Number.isNaN(position) ? Infinity : Math.abs(position)));
  const outside = distances.filter((distance) => distance > 1).length;
  const farthest = Math.max(...distances);
  return outside + (farthest === Infinity ? 1 : farthest / (1 + farthest));
}

function reasonOf(
  { lr, n, coverage, collapse }: Band,
  given: number | undefined,
  { collapsed }: Placement,
): string {
  const chosen = given === undefined ? ', which fits best' : '';
  const percent = (share: number): string => `${pythonFixed(100 * share, 1)} %`;
  const band = `lr ${lr}${chosen}: conformal band of ${n} runs, ${percent(coverage)} of new runs inside`;
  if (!collapsed) return band;
  const { level, lower, upper } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}`;
  return `${band}; the run collapsed, as ${collapse.collapsed} of ${collapse.of} did (${interval}, Clopper–Pearson)`;
}

function findingsOf(
  tests: readonly LenientTestLine[],
  { collapsed, stray, cells }: Placement,
  classes: number,
): Finding[] {
  if (stray.length > 0) return stray.map((epoch) => strayFinding(tests[epoch - 1], classes));
  if (collapsed) {
    const message = 'the run collapsed: its test loss is that of guessing';
    return [{ rule: 'collapse', line: tests[tests.length - 1].line, message }];
  }
  return cells.flatMap(({ epoch, metric, value, interval }) => {
    if (value >= interval.lower && value <= interval.upper) return [];
    const { line, testLoss, accuracy } = tests[epoch - 1];
    const text =
      metric === 'testLoss'
        ? `test loss ${outsideText(testLoss, interval, 4)}`
        : // The counts are what is judged: the percent beside them may be wrong.
          `accuracy ${outsideText({ value, decimals: accuracy.decimals }, interval, 2)}`;
    return [{ rule: 'band', line, message: `epoch ${epoch}: ${text}` }];
  });
}

/** Of a run that collapsed: a test that is as often right as a guess is and does not have its loss, or one that is no guess at all. */
function strayFinding(test: LenientTestLine, classes: number): Finding {
  const [guessed] = isGuessedTest(test, classes) ? guessFindings(test.line, test.testLoss, classes) : [];
  const message = 'the run collapsed in the end, and this test is neither in the band nor that of a guess';
  return guessed ?? { rule: 'collapse', line: test.line, message };
}
