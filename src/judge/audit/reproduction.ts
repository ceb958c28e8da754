import type { LenientRun } from '../../log/lenient';
import type { Experiment } from '../../spec/types';
import type { Bands } from '../bands';
import { checkInBands } from '../check/inBands';
import type { AuditFinding, NumberPlacement, Reproduction, RunPlacement } from './types';

export const NOT_PLACED: NumberPlacement = { verdict: 'no-reference' };

/** Holds the runs of a document against the bands, if there are any. */
export function placeRuns(
  runs: readonly LenientRun[],
  experiment: Experiment,
  bands: Bands | undefined,
): { reproduction: Reproduction; findings: AuditFinding[] } {
  const findings: AuditFinding[] = [];
  const placed = runs.map((run): RunPlacement => {
    const { check } = checkInBands(run, run.lr, experiment, bands);
    findings.push(...check.findings.map((finding) => ({ ...finding, group: 'bands' as const })));
    const { verdict, reason = '' } = check;
    const collapse = bands?.bands.find(({ lr }) => lr === run.lr)?.collapse;
    return {
      lr: run.lr,
      firstLine: run.firstLine,
      verdict,
      reason,
      cells: [],
      ...(collapse && { collapse }),
    };
  });
  return { reproduction: { ...jointly(placed, bands), runs: placed }, findings };
}

function jointly(
  runs: readonly RunPlacement[],
  bands: Bands | undefined,
): Pick<Reproduction, 'verdict' | 'reason'> {
  const of = (verdict: string): number => runs.filter((run) => run.verdict === verdict).length;
  if (bands === undefined)
    return { verdict: 'no-reference', reason: 'there are no bands for this data set yet' };
  if (of('no-reference') > 0) {
    return {
      verdict: of('fail') > 0 ? 'fail' : 'no-reference',
      reason: `${of('no-reference')} of ${runs.length} runs have no band`,
    };
  }
  return {
    verdict: of('fail') > 0 ? 'fail' : 'pass',
    reason: `${of('pass')} of ${runs.length} runs lie in their bands, which hold together with ${100 * bands.level} %`,
  };
}
