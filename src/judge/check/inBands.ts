import type {
  LenientRun,
  LenientTestLine,
  LenientTrainLine,
  PrintedNumber,
} from '../../logs/pytorchExample/read';
import { pythonFixed } from '../../base/printf';
import type { RunRecord } from '../../run/record';
import type { Experiment } from '../../experiment/types';
import type { Band, Bands } from '../bands';
import { leastCoverage, widening, type Interval } from '../../statistics/conformal';
import { judgedRunOfRecord, type CurvePoint, type JudgedRun } from '../curve';
import { chanceOf, placeInBand, widened, type Placement } from '../placement';
import type { CountedRun } from './batchSizes';
import { otherTraining } from './experiment';
import { checkOf, type Check, type Finding } from './finding';
import { outsideText } from './outside';
import { nearestTo, testLinesOf, trainLinesOf } from './parts';

export interface JudgedByBands {
  readonly check: Check;
  /** The learning rate that the run was judged as. */
  readonly lr?: number;
  /** Missing where the run could not be held against a band. */
  readonly placement?: Placement;
  /** Of a run of which every number of the band was judged; see `pValueOf` in conformal.ts. */
  readonly pValue?: number;
}

/** What a log is held against. */
export interface BandReferences {
  readonly experiment: Experiment;
  /** Of the data set that the log should be of, if there are any. */
  readonly bands?: Bands;
  /** Of that data set. */
  readonly dataName: string;
}

/** A run to be held against a band. */
export interface BandSubject extends CountedRun {
  /** Left out: that of the band that fits best. */
  readonly lr?: number;
  /** What fits best, where that is known already. */
  readonly bestFit?: number;
  /** Whose log it is: what it has at full precision is judged, and not what is printed. */
  readonly record?: RunRecord;
}

/**
 * Holds the tests and the training losses of a run against the band of its learning rate.
 *
 * @param together runs that are judged at once at this learning rate
 */
export function checkInBands(
  { lr, bestFit, record, ...counted }: BandSubject,
  { experiment, bands, dataName }: BandReferences,
  together = 1,
): JudgedByBands {
  const notJudged = (verdict: Check['verdict'], reason: string): JudgedByBands => ({
    check: { name: 'bands', verdict, reason, findings: [] },
    lr,
  });
  const { run } = counted;
  if (bands === undefined) return notJudged('no-reference', 'there are no bands for this data set yet');
  if (bands.experiment.sha256 !== experiment.sha256)
    return notJudged('no-reference', 'the bands are those of another experiment');
  if (record !== undefined && record.data.sha256 !== bands.data.sha256)
    return notJudged('no-reference', 'the bands are those of another data set');
  const [other] = otherTraining(counted, experiment, dataName);
  if (other !== undefined)
    return notJudged('no-reference', `the bands are those of the experiment: ${other.message}`);
  if (testLinesOf(run).length === 0) return notJudged('no-reference', 'there is no test in the log');
  const tests = testsByEpoch(run);
  if (tests === undefined)
    return notJudged(
      'inconclusive',
      'which tests are those of epochs 1, 2 … cannot be told: see the protocol',
    );
  const wanted = lr ?? bestFit;
  const candidates = bands.bands.filter((band) => wanted === undefined || band.lr === wanted);
  if (candidates.length === 0)
    return notJudged('no-reference', `there is no band for the learning rate ${lr}`);
  const chance = chanceOf(bands, experiment.data);
  const trained = trainLinesOf(run);
  const log: PlacedLog = { run, tests, trained, places: placesOf(trained, experiment.training) };
  const exact = record && judgedRunOfRecord(record, experiment.training);
  const [{ band, placement }] = candidates
    .map((candidate) => {
      const band = widened(candidate, together);
      return { band, placement: placeInBand(exact ?? judgedRunOf(log, band), band, chance) };
    })
    .sort((a, b) => misfit(a.placement) - misfit(b.placement));
  if (placement.collapsed && wanted === undefined && candidates.length > 1)
    return notJudged(
      'inconclusive',
      'a run that never learned does not tell its learning rate: give it with --lr',
    );
  const check = checkOf('bands', placement.verdict === 'pass' ? [] : findingsOf(log, placement, experiment));
  const unjudged = unjudgedOf(log, band, placement, exact !== undefined);
  const reason = [reasonOf(band, lr, placement, together), ...unjudged].join('; ');
  const verdict = check.verdict === 'pass' && unjudged.length > 0 ? 'inconclusive' : check.verdict;
  return {
    check: { ...check, verdict, reason },
    lr: band.lr,
    placement,
    ...(unjudged.length === 0 && { pValue: placement.pValue }),
  };
}

interface PlacedLog {
  readonly run: LenientRun;
  /** Of epochs 1, 2 … */
  readonly tests: readonly LenientTestLine[];
  readonly trained: readonly LenientTrainLine[];
  readonly places: Places;
}

/** Lines by epoch, from 0, and by place among the logged batches. */
type Places = ReadonlyMap<number, ReadonlyMap<number, LenientTrainLine>>;

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

/** Of the numbers that are printed as the log's, those that are nearest to the middle of the band. */
function judgedRunOf({ tests, trained, places }: PlacedLog, band: Band): JudgedRun {
  // A log may number an epoch as it likes: only those of the band, and those that were tested, are looked at.
  const length = Math.max(tests.length, band.epochs.length);
  const epochs = Array.from({ length }, (_, i) => {
    const test = tests.at(i);
    const cells = band.epochs.at(i);
    const losses = cells?.losses.map(({ mean }, index) => {
      const line = places.get(i)?.get(index);
      return line && nearestTo(line.loss, mean ** 3);
    });
    return { ...(test && { test: testOf(test, cells?.testLoss.mean) }), losses: losses ?? [] };
  });
  return { epochs, loggedLosses: trained.map(({ loss }) => loss.value) };
}

function testOf(
  { testLoss, correctCount, testCount }: LenientTestLine,
  mean: number | undefined,
): CurvePoint {
  return {
    testLoss: mean === undefined ? testLoss.value : nearestTo(testLoss, mean ** 3),
    accuracy: (100 * correctCount) / testCount,
  };
}

/** The lines of batches that the experiment logs, too; others have no place. */
function placesOf(
  trained: readonly LenientTrainLine[],
  { batchSize, logInterval }: Experiment['training'],
): Places {
  const places = new Map<number, Map<number, LenientTrainLine>>();
  for (const line of trained) {
    const index = line.seen / (batchSize * logInterval);
    if (line.epoch === 0 || !Number.isInteger(index)) continue;
    const epoch = places.get(line.epoch - 1) ?? new Map<number, LenientTrainLine>();
    places.set(line.epoch - 1, epoch.set(index, line));
  }
  return places;
}

/** How badly a band fits: by the numbers that are outside, then by the farthest. */
function misfit({ score, cells, losses, limit }: Placement): number {
  const outside = [...cells, ...losses].filter(({ deviation }) => !(deviation <= limit)).length;
  return outside + (score === Infinity ? 1 : score / (score + limit));
}

/** What of the log, or of the band, was not judged. */
function unjudgedOf(log: PlacedLog, { epochs }: Band, { losses }: Placement, isExact: boolean): string[] {
  const { tests, trained } = log;
  const unjudged: string[] = [];
  const later = tests.length - epochs.length;
  if (later > 0) unjudged.push(`${later} of ${tests.length} tests are after its last epoch, and not judged`);
  if (later < 0) unjudged.push(`the log has no test of ${-later} of its ${epochs.length} epochs`);
  const wanted = epochs.reduce((sum, epoch) => sum + epoch.losses.length, 0);
  if (losses.length < wanted)
    unjudged.push(`the log lacks ${wanted - losses.length} of the ${wanted} training losses of the band`);
  if (losses.length < trained.length)
    unjudged.push(
      `${trained.length - losses.length} of ${trained.length} training losses have no place in the band, and are not judged`,
    );
  const coarse = isExact ? 0 : coarseNumbers(log, epochs);
  if (coarse > 0) unjudged.push(`${coarse} numbers are printed with too few decimals to be judged`);
  return unjudged;
}

/** Numbers of which the last digit is worth half of their interval or more: there is little that they could not be. */
function coarseNumbers({ tests, places }: PlacedLog, epochs: Band['epochs']): number {
  const isCoarse = ({ decimals }: PrintedNumber, { lower, upper }: Interval): boolean =>
    1 / Number(`1e${decimals}`) >= (upper - lower) / 2;
  return epochs.reduce((count, { testLoss, losses }, i) => {
    const test = tests.at(i);
    const coarse = losses.filter((cell, index) => {
      const line = places.get(i)?.get(index);
      return line !== undefined && isCoarse(line.loss, cell);
    });
    return count + coarse.length + (test !== undefined && isCoarse(test.testLoss, testLoss) ? 1 : 0);
  }, 0);
}

/** With which confidence a coverage is said to be the least. */
const CONFIDENCE = 0.95;

function reasonOf(
  { lr, runs, coverage, collapse }: Band,
  given: number | undefined,
  { collapsed }: Placement,
  together: number,
): string {
  const percent = (share: number): string => `${pythonFixed(100 * share, 1)} %`;
  const chosen = given === undefined ? ', which fits best' : '';
  const least = percent(leastCoverage(coverage, runs, CONFIDENCE));
  const band =
    `lr ${lr}${chosen}: band of ${runs} runs, ${percent(coverage)} of new runs pass ` +
    `(on average over such ensembles; with this one at least ${least}, with ${100 * CONFIDENCE} % confidence)`;
  const wider =
    together === 1
      ? ''
      : `; ${together} runs are judged at once, so that it is ${pythonFixed(widening(together), 2)} times as wide: ` +
        'all of them pass as often as one, where tails fall off with the fourth power or faster';
  if (!collapsed) return `${band}${wider}`;
  const { level, lower, upper } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}`;
  return `${band}; the run never learned, as ${collapse.collapsed} of ${collapse.of} did not (${interval}, Clopper–Pearson)`;
}

function findingsOf(
  { run, tests, trained, places }: PlacedLog,
  placement: Placement,
  { data }: Experiment,
): Finding[] {
  const { collapsed, cells, losses, limit, notGuessed } = placement;
  if (collapsed) {
    const message = 'the run never learned: each of its tests and losses is that of a guess';
    return [{ rule: 'collapse', line: run.lines.at(-1)?.line ?? run.firstLine, message }];
  }
  if (notGuessed.tests.length + notGuessed.losses.length > 0) {
    const message = `most tests are those of a guess among ${data.classes} classes, and this is not`;
    const lines = [
      ...notGuessed.tests.map((epoch) => tests[epoch - 1].line),
      ...notGuessed.losses.map((index) => trained[index].line),
    ];
    return lines.map((line) => ({ rule: 'collapse', line, message }));
  }
  const ofTests = cells.flatMap(({ epoch, metric, value, interval, deviation }): Finding[] => {
    if (deviation <= limit) return [];
    const { line, testLoss, accuracy } = tests[epoch - 1];
    const text =
      metric === 'testLoss'
        ? `test loss ${outsideText(testLoss, interval, 4)}`
        : // The counts are what is judged: the percent beside them may be wrong.
          `accuracy ${outsideText({ value, decimals: accuracy.decimals }, interval, 2)}`;
    return [{ rule: 'band', line, message: `epoch ${epoch}: ${text}` }];
  });
  const ofLosses = losses.flatMap(({ epoch, index, interval, deviation }): Finding[] => {
    const printed = places.get(epoch - 1)?.get(index);
    if (deviation <= limit || printed === undefined) return [];
    const { line, seen, loss } = printed;
    const message = `epoch ${epoch}, ${seen} samples seen: loss ${outsideText(loss, interval, 4)}`;
    return [{ rule: 'loss', line, message }];
  });
  return [...ofTests, ...ofLosses];
}
