import type { LenientRun } from '../logs/pytorchExample/read';
import { pythonFixed } from '../base/printf';
import type { Experiment } from '../experiment/types';
import type { Bands } from '../judge/bands';
import type { LogJudgement } from '../judge/check';
import type { Finding } from '../judge/check/finding';
import { hasCollapsed } from '../judge/collapse';
import { METRICS } from '../judge/curve';
import { chanceOf, widened } from '../judge/placement';
import { numbersOf } from './numbers';
import { placeIn } from './placement';
import type { SeedView } from './seeds';
import type {
  AuditedRun,
  AuditFinding,
  CellPlacement,
  JudgedNumber,
  Reproduction,
  RunPlacement,
} from './types';
import { lossyCurveOf, testedEpochs } from './views';

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

/** Places the runs of a document and each of their numbers among ours. What was found in a run counts against the numbers that it is about. */
export function placeRuns(
  runs: readonly LenientRun[],
  audited: readonly AuditedRun[],
  judgements: readonly LogJudgement[],
  ours: Ours,
): Placed {
  const placed = runs.map((run, index) => placeRun(run, audited[index], judgements[index], ours));
  const placements = placed.map(({ placement }) => placement);
  return {
    reproduction: { ...jointly(placements, ours.bands), runs: placements },
    numbers: placed.flatMap(({ numbers }) => numbers),
    findings: placed.flatMap(({ outside }) => outside.map((finding) => ({ ...finding, group: 'bands' }))),
  };
}

function placeRun(
  run: LenientRun,
  audited: AuditedRun,
  { lr, together, checks, pValue }: LogJudgement,
  { experiment, bands, seeds }: Ours,
): { placement: RunPlacement; numbers: JudgedNumber[]; outside: readonly Finding[] } {
  const inBands = checks.find(({ name }) => name === 'bands');
  const { verdict = 'no-reference', reason = '', findings: outside = [] } = inBands ?? {};
  const chance = chanceOf(bands, experiment.data);
  const ofLr = verdict === 'no-reference' ? undefined : bands?.bands.find((band) => band.lr === lr);
  const band = ofLr && widened(ofLr, together);
  const good =
    band === undefined
      ? []
      : seeds.filter((seed) => seed.lr === lr && !hasCollapsed(lossyCurveOf(seed), chance));
  const hasTests = testedEpochs(audited).length > 0;
  const collapsed = hasCollapsed(lossyCurveOf(audited), chance);
  // The band is one of runs that learned: it says nothing of the numbers of one that did not.
  const place = placeIn(hasTests && !collapsed ? band : undefined, good, experiment);
  const findings = checks.filter((check) => check !== inBands).flatMap(({ findings }) => findings);
  const numbers = numbersOf(run, audited, findings, place);
  const isTold = [audited.epochs, testedEpochs(audited)].every(
    ({ length }) => length >= experiment.training.epochs,
  );
  const placement = {
    ...{ lr, firstLine: run.firstLine, verdict, reason, cells: cellsOf(numbers) },
    ...(isTold && { outcome: collapsed ? ('collapsed' as const) : ('learned' as const) }),
    ...(band && { collapse: band.collapse }),
    ...(pValue !== undefined && { pValue }),
  };
  return { placement, numbers, outside };
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
  if (runs.length === 0) return { verdict: 'no-reference', reason: 'there is no run in the document' };
  if (bands === undefined)
    return { verdict: 'no-reference', reason: 'there are no bands for this data set yet' };
  if (of('no-reference') > 0) {
    return {
      verdict: of('fail') > 0 ? 'fail' : 'no-reference',
      reason: `${of('no-reference')} of ${runs.length} runs could be held against no band`,
    };
  }
  const lrs = new Set(runs.map(({ lr }) => lr));
  const missed = bands.bands.reduce((sum, { lr, coverage }) => sum + (lrs.has(lr) ? 1 - coverage : 0), 0);
  const pValues = runs.map(({ pValue }) => pValue).filter((pValue) => pValue !== undefined);
  return {
    verdict: of('fail') > 0 ? 'fail' : of('inconclusive') > 0 ? 'inconclusive' : 'pass',
    reason:
      `${of('pass')} of ${runs.length} runs lie in their bands` +
      (of('inconclusive') === 0 ? '' : `, and ${of('inconclusive')} cannot be judged as a whole`) +
      `; ${pythonFixed(100 * (1 - missed), 1)} % of such sets of new runs pass all`,
    ...(pValues.length === runs.length && { pValue: Math.min(1, runs.length * Math.min(...pValues)) }),
  };
}
