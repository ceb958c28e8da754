import { pythonFixed } from '../base/printf';
import type { Experiment } from '../experiment/types';
import type { Band, Bands } from '../judge/bands';
import type { LogJudgement } from '../judge/check';
import { hasCollapsed, type Guess } from '../judge/collapse';
import { widened } from '../judge/placement';
import type { LogFormat } from '../logs';
import { sameConditions, type Finding, type Run } from '../run/run';
import type { Metric } from '../study/types';
import { numbersOf } from './numbers';
import { placeIn } from './placement';
import type {
  AuditedRun,
  AuditFinding,
  CellPlacement,
  JudgedNumber,
  Reproduction,
  RunPlacement,
} from './types';
import { epochPoints, epochsOf, knownConditions } from './views';

/** What the numbers of a document are compared with. */
export interface Ours {
  readonly metrics: readonly Metric[];
  readonly guess?: Guess;
  readonly experiment?: Experiment;
  readonly bands?: Bands;
  /** As many epochs as the document's runs have. */
  readonly seeds: readonly Run[];
  /** Of the format that the document's runs were read by. */
  readonly numbersOfRule: LogFormat['numbersOfRule'];
}

export interface Placed {
  readonly reproduction: Reproduction;
  readonly numbers: readonly JudgedNumber[];
  readonly findings: readonly AuditFinding[];
}

/** Places the runs of a document and each of their numbers among ours. What was found in a run counts against the numbers that it is about. */
export function placeRuns(
  audited: readonly AuditedRun[],
  judgements: readonly LogJudgement[],
  ours: Ours,
): Placed {
  const placed = audited.map((run, index) => placeRun(run, judgements[index], ours));
  const placements = placed.map(({ placement }) => placement);
  return {
    reproduction: { ...jointly(placements, ours.bands), runs: placements },
    numbers: placed.flatMap(({ numbers }) => numbers),
    findings: placed.flatMap(({ outside }) => outside.map((finding) => ({ ...finding, group: 'bands' }))),
  };
}

function placeRun(
  run: AuditedRun,
  { together, checks, pValue }: LogJudgement,
  ours: Ours,
): { placement: RunPlacement; numbers: JudgedNumber[]; outside: (Finding & { line: number })[] } {
  const { metrics, guess, experiment, bands, seeds, numbersOfRule } = ours;
  const conditions = knownConditions(run);
  const inBands = checks.find(({ name }) => name === 'bands');
  const { verdict = 'no-reference', reason = '', findings: outside = [] } = inBands ?? {};
  const isOf = (other: Pick<Run, 'conditions'>): boolean =>
    conditions !== undefined && sameConditions(other.conditions, conditions);
  const ofSetting = verdict === 'no-reference' ? undefined : bands?.bands.find(isOf);
  const band = ofSetting && widened(ofSetting, metrics, together);
  const hasLearned = (run: Pick<Run, 'series'>): boolean =>
    guess === undefined || !hasCollapsed(run, metrics, guess);
  const good = band === undefined ? [] : seeds.filter((seed) => isOf(seed) && hasLearned(seed));
  const tests = metrics.filter(({ per }) => per === 'epoch');
  const hasTests = tests.some((metric) => epochPoints(run, metric).length > 0);
  const collapsed = !hasLearned(run);
  // The band is one of runs that learned: it says nothing of the numbers of one that did not.
  const place = placeIn(hasTests && !collapsed ? band : undefined, good);
  const findings = checks.filter((check) => check !== inBands).flatMap(({ findings }) => findings);
  const numbers = numbersOf(run, metrics, findings, numbersOfRule, place);
  const epochs = experiment?.training.epochs ?? epochsOfBand(band) ?? 1;
  const isWhole = [epochsOf(run), ...tests.map((metric) => epochPoints(run, metric))].every(
    ({ length }) => length >= epochs,
  );
  const placement = {
    ...(conditions && { conditions }),
    ...{ firstLine: run.firstLine, verdict, reason, cells: cellsOf(numbers, tests), isWhole },
    ...(isWhole && guess && { outcome: collapsed ? ('collapsed' as const) : ('learned' as const) }),
    ...(band?.collapse && { collapse: band.collapse }),
    ...(pValue !== undefined && { pValue }),
  };
  const inLine = outside.map((finding) => ({ ...finding, line: finding.line ?? run.firstLine }));
  return { placement, numbers, outside: inLine };
}

function epochsOfBand(band: Band | undefined): number | undefined {
  return band && epochsOf(band).length;
}

function cellsOf(numbers: readonly JudgedNumber[], tests: readonly Metric[]): CellPlacement[] {
  return numbers.flatMap(({ metric, what, line, epoch, value, reproduction }) =>
    epoch === undefined || what !== 'value' || !tests.some(({ name }) => name === metric)
      ? []
      : [{ line, epoch, metric, value, ...reproduction }],
  );
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
      reason: `${of('no-reference')} of ${runs.length} runs could be compared with no band`,
    };
  }
  const ofRuns = bands.bands.filter((band) =>
    runs.some(({ conditions }) => conditions && sameConditions(conditions, band.conditions)),
  );
  const missed = ofRuns.reduce((sum, { coverage }) => sum + (1 - coverage), 0);
  const pValues = runs.map(({ pValue }) => pValue).filter((pValue) => pValue !== undefined);
  return {
    verdict: of('fail') > 0 ? 'fail' : of('inconclusive') > 0 ? 'inconclusive' : 'pass',
    reason: `${inBands(runs)}; ${pythonFixed(100 * (1 - missed), 1)} % of ${runs.length === 1 ? 'new runs pass' : 'such sets of new runs pass all'}`,
    ...(pValues.length === runs.length && { pValue: Math.min(1, runs.length * Math.min(...pValues)) }),
  };
}

/** `2 of 3 runs lie in their bands, and 1 cannot be judged as a whole` */
function inBands(runs: readonly RunPlacement[]): string {
  const count = (verdict: string): number => runs.filter((run) => run.verdict === verdict).length;
  const [inside, open] = [count('pass'), count('inconclusive')];
  if (runs.length === 1 && open === 1) return 'the run cannot be judged as a whole';
  if (runs.length === 1) return `the run ${inside === 1 ? 'lies' : 'does not lie'} in its band`;
  return (
    `${inside} of ${runs.length} runs lie in their bands` +
    (open === 0 ? '' : `, and ${open} cannot be judged as a whole`)
  );
}
