import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import { conditionsText, type Conditions, type Run } from '../../run/run';
import { judgeJointly, type DeviatingFeature, type JointJudgement } from '../jointly';
import type { LogJudgement } from '.';
import type { References } from './inBands';
import { runsOfSettings } from './runsOfSettings';

/** Runs of one setting, judged together by one ensemble. */
export interface TogetherJudgement extends JointJudgement {
  readonly conditions: Conditions;
  /** By their places among the runs that were given. */
  readonly of: readonly number[];
  readonly reason: string;
}

/**
 * Judges the runs of each setting together, where there are two at least.
 *
 * @param judgements of `checkLogs`, of the same runs
 * @param ensemble the runs that the bands were made of
 */
export function checkTogether(
  runs: readonly Run[],
  judgements: readonly LogJudgement[],
  references: References,
  ensemble: readonly Run[],
): TogetherJudgement[] {
  const { metrics } = references.study;
  return runsOfSettings(runs, judgements, references, ensemble).flatMap(
    ({ conditions, of, judged, others, guess, level }): TogetherJudgement[] => {
      if (of.length < 2) return [];
      const joint = judgeJointly(judged, others, metrics, guess, level);
      return [{ ...joint, conditions, of, reason: reasonOf(joint) }];
    },
  );
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
    const count = pythonFixed(100 * Math.abs(difference), 0);
    const points = `${count} percentage point${count === '1' ? '' : 's'}`;
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
