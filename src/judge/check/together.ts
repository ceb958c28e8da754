import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import {
  conditionsText,
  distinctConditions,
  placeOf,
  sameConditions,
  type Conditions,
  type Run,
} from '../../run/run';
import type { Metric } from '../../study/types';
import { guessOf } from '../placement';
import { judgeJointly, type DeviatingFeature, type JointJudgement } from '../jointly';
import { repeatedRuns, type LogJudgement } from '.';
import type { References } from './inBands';

/** Runs of one setting, judged together by one ensemble. */
export interface TogetherJudgement extends JointJudgement {
  readonly conditions: Conditions;
  /** By their places among the runs that were given. */
  readonly of: readonly number[];
  readonly reason: string;
}

/**
 * Judges the runs of each setting together, where there are two at least: those of which every number of the band was judged, each once.
 *
 * @param judgements of `checkLogs`, of the same runs
 * @param ensemble the runs that the bands were made of
 */
export function checkTogether(
  runs: readonly Run[],
  judgements: readonly LogJudgement[],
  { study, experiment, bands }: References,
  ensemble: readonly Run[],
): TogetherJudgement[] {
  if (bands === undefined) return [];
  const repeated = repeatedRuns(runs);
  const whole = judgements.flatMap(({ conditions, pValue }, i) =>
    conditions === undefined || pValue === undefined || repeated.has(i) ? [] : [{ conditions, i }],
  );
  return distinctConditions(whole).flatMap((conditions): TogetherJudgement[] => {
    const band = bands.bands.find((band) => sameConditions(band.conditions, conditions));
    const of = whole.flatMap((one) => (sameConditions(one.conditions, conditions) ? [one.i] : []));
    const own = ensemble.filter((run) => sameConditions(run.conditions, conditions));
    if (band === undefined || of.length < 2 || own.length < 2) return [];
    const judged = of.map((i) => inOrderOf(own[0], runs[i], study.metrics));
    const testCount = experiment?.data.testCount ?? judged[0].stated.testCount?.value;
    const guess = guessOf(bands, study.chance, testCount);
    const joint = judgeJointly(judged, own, study.metrics, guess, 1 - band.coverage);
    return [{ ...joint, conditions, of, reason: reasonOf(joint) }];
  });
}

/** A log may tell its numbers in another order: place by place, as another run has them. */
function inOrderOf(other: Run, run: Run, metrics: readonly Metric[]): Run {
  const series = metrics.map(({ name }) => {
    const points = new Map(run.series[name].map((point) => [placeOf(point), point]));
    return [name, other.series[name].flatMap((point) => points.get(placeOf(point)) ?? [])] as const;
  });
  return { ...run, series: Object.fromEntries(series) };
}

/** `5 runs of lr 0.001, together` */
export function togetherName({ runs, conditions }: TogetherJudgement): string {
  const setting = conditionsText(conditions);
  return `${plural(runs, 'run')}${setting === '' ? '' : ` of ${setting}`}, together`;
}

function reasonOf({ runs, ensemble, pValue, level, choices, isExact }: JointJudgement): string {
  const percent = (share: number): string => `${pythonFixed(100 * share, 1)} %`;
  return (
    `${runs} runs against ${ensemble} of the ensemble, p = ${pythonFixed(pValue, 4)} ` +
    `(permutation test, ${isExact ? `all ${choices} choices` : `${choices} choices drawn`}); they fail at ${percent(level)} or less, ` +
    `so that of calls with runs like the ensemble's at most ${percent(2 * level)} fail, by them together or by one alone`
  );
}

/** `test loss is worse on the whole, by 1.2 standard deviations of runs (p = 0.0003)` */
export function deviationText({ kind, metric, difference, isWorse, pValue }: DeviatingFeature): string {
  const p = `(p = ${pythonFixed(pValue, 4)})`;
  const by = `by ${pythonFixed(Math.abs(difference), 1)} standard deviations of runs ${p}`;
  if (kind === 'farthest')
    return `the number of each run that is farthest off is ${difference > 0 ? 'farther' : 'nearer'} than the ensemble's, ${by}`;
  if (metric === undefined) {
    const points = `${pythonFixed(100 * Math.abs(difference), 0)} percentage points`;
    const what = kind === 'collapsed' ? 'never learned' : 'diverged';
    return `the share of runs that ${what} is ${points} ${difference > 0 ? 'greater' : 'less'} than the ensemble's ${p}`;
  }
  const how = isWorse ? 'worse' : 'better';
  switch (kind) {
    case 'start':
      return `${metric.name} starts ${how}, ${by}`;
    case 'trend':
      return `${metric.name} gets ${how} from the first to the last, ${by}`;
    default:
      return `${metric.name} is ${how} on the whole, ${by}`;
  }
}
