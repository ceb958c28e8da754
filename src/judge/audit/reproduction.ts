import type { LenientRun } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import type { Experiment } from '../../spec/types';
import { conformalPValue, type Bands } from '../bands';
import { checkInBands } from '../check/inBands';
import type { Check, Finding } from '../check/finding';
import { checkLosses } from '../check/losses';
import { hasCollapsed } from '../collapse';
import { METRICS } from '../curve';
import { numbersOf } from './numbers';
import { curveOf, placeIn } from './placement';
import type { SeedView } from './seeds';
import type {
  AuditedRun,
  AuditFinding,
  CellPlacement,
  JudgedNumber,
  Reproduction,
  RunPlacement,
} from './types';

/** What the numbers of a document are held against. */
export interface Ours {
  readonly experiment: Experiment;
  readonly bands?: Bands;
  /** As many epochs as the experiment has. */
  readonly seeds: readonly SeedView[];
}

export interface Placed {
  readonly reproduction: Reproduction;
  readonly numbers: readonly JudgedNumber[];
  readonly findings: readonly AuditFinding[];
}

/**
 * Places the runs of a document and each of their numbers among ours.
 *
 * @param findings of each run, which count against the numbers that they are about
 */
export function placeRuns(
  runs: readonly LenientRun[],
  audited: readonly AuditedRun[],
  findings: readonly (readonly Finding[])[],
  ours: Ours,
): Placed {
  const placed = runs.map((run, index) => placeRun(run, audited[index], findings[index], ours));
  const placements = placed.map(({ placement }) => placement);
  return {
    reproduction: { ...jointly(placements, ours.bands), runs: placements },
    numbers: placed.flatMap(({ numbers }) => numbers),
    findings: placed.flatMap(({ outside }) =>
      outside.flatMap(({ name: group, findings }) => findings.map((finding) => ({ ...finding, group }))),
    ),
  };
}

function placeRun(
  run: LenientRun,
  audited: AuditedRun,
  findings: readonly Finding[],
  { experiment, bands, seeds }: Ours,
): { placement: RunPlacement; numbers: JudgedNumber[]; outside: readonly Check[] } {
  const { data, training } = experiment;
  const { check, lr } = checkInBands(run, run.lr, experiment, bands);
  const losses = checkLosses(run, lr, experiment, bands);
  const verdict = losses.verdict === 'fail' && check.verdict === 'pass' ? 'fail' : check.verdict;
  const isComparable = verdict === 'pass' || verdict === 'fail';
  const band = isComparable ? bands?.bands.find((band) => band.lr === lr) : undefined;
  const good = isComparable
    ? seeds.filter((seed) => seed.lr === lr && !hasCollapsed(curveOf(seed), data.classes))
    : [];
  const curve = curveOf(audited);
  // The band is one of runs that did not collapse: it says nothing of the numbers of one that did.
  const isBanded = curve.epochs.length > 0 && !hasCollapsed(curve, data.classes);
  const place = placeIn(isBanded ? band : undefined, good, experiment);
  const numbers = numbersOf(run, audited, findings, place);
  const isWhole = good.length > 1 && good.every(({ epochs }) => epochs.length === curve.epochs.length);
  const isTold = [audited, curve].every(({ epochs }) => epochs.length >= training.epochs);
  const placement = {
    ...{ lr, firstLine: run.firstLine, verdict, reason: check.reason ?? '', cells: cellsOf(numbers) },
    ...(isTold && { outcome: isBanded ? ('learned' as const) : ('collapsed' as const) }),
    ...(band && { collapse: band.collapse }),
    ...(isWhole && isBanded && { pValue: conformalPValue(curve, good.map(curveOf)) }),
  };
  return { placement, numbers, outside: [check, losses] };
}

function cellsOf(numbers: readonly JudgedNumber[]): CellPlacement[] {
  return numbers.flatMap(({ what, line, epoch, value, reproduction }) => {
    if (epoch === undefined || (what !== 'test loss' && what !== 'accuracy')) return [];
    return [{ line, epoch, metric: what === 'test loss' ? METRICS[0] : METRICS[1], value, ...reproduction }];
  });
}

function jointly(
  runs: readonly RunPlacement[],
  bands: Bands | undefined,
): Pick<Reproduction, 'verdict' | 'reason' | 'pValue'> {
  const of = (verdict: string): number => runs.filter((run) => run.verdict === verdict).length;
  if (bands === undefined)
    return { verdict: 'no-reference', reason: 'there are no bands for this data set yet' };
  if (of('no-reference') > 0) {
    return {
      verdict: of('fail') > 0 ? 'fail' : 'no-reference',
      reason: `${of('no-reference')} of ${runs.length} runs could be held against no band`,
    };
  }
  const inPart = runs.filter(({ verdict, outcome }) => verdict === 'pass' && outcome === undefined).length;
  const pValues = runs.map(({ pValue }) => pValue).filter((pValue) => pValue !== undefined);
  return {
    verdict: of('fail') > 0 ? 'fail' : of('inconclusive') > 0 ? 'inconclusive' : 'pass',
    reason: `${of('pass')} of ${runs.length} runs lie in their bands, which hold together with ${pythonFixed(100 * bands.level, 0)} %${inPart === 0 ? '' : `; of ${inPart} of them the report does not have all epochs`}`,
    ...(pValues.length === runs.length && { pValue: Math.min(1, runs.length * Math.min(...pValues)) }),
  };
}
