import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import { conditionsText, type Conditions, type Run } from '../../run/run';
import { enoughLike, judgeSequentially, type SequentialJudgement } from '../sequentially';
import { worstOf } from '../verdict';
import type { LogJudgement } from '.';
import type { References } from './inBands';
import { runsOfSettings } from './runsOfSettings';

/** Runs of one setting, judged one after the other. */
export interface SequenceJudgement extends SequentialJudgement {
  readonly conditions: Conditions;
  /** By their places among the runs that were given, in that order. */
  readonly of: readonly number[];
  /** How many would fail, if those to come were like these; see `enoughLike`. */
  readonly enough?: number;
  readonly reason: string;
}

type Sequence = Omit<SequenceJudgement, 'reason'>;

/**
 * Judges the runs of each setting in the order that they are given in, whenever somebody looks. The band says no more of a run that is
 * among them: its looks would add to those of the sequence. A run that is in none keeps all of its checks.
 *
 * @param judgements of `checkLogs`, of the same runs
 * @param ensemble the runs that the bands were made of
 */
export function checkSequentially(
  runs: readonly Run[],
  judgements: readonly LogJudgement[],
  references: References,
  ensemble: readonly Run[],
): { readonly judgements: LogJudgement[]; readonly sequences: SequenceJudgement[] } {
  const { metrics } = references.study;
  const sequences = runsOfSettings(runs, judgements, references, ensemble).map(
    ({ conditions, of, judged, others, guess, level }): SequenceJudgement => {
      const judgement = judgeSequentially(judged, others, metrics, guess, level);
      const enough =
        judgement.verdict === 'fail' ? undefined : enoughLike(judged, others, metrics, guess, judgement);
      const sequence = { ...judgement, conditions, of, ...(enough !== undefined && { enough }) };
      return { ...sequence, reason: reasonOf(sequence) };
    },
  );
  const inSequence = new Set(sequences.flatMap(({ of }) => of));
  return {
    judgements: judgements.map((judgement, i) => (inSequence.has(i) ? withoutBand(judgement) : judgement)),
    sequences,
  };
}

function withoutBand({ pValue: _, ...judgement }: LogJudgement): LogJudgement {
  const checks = judgement.checks.filter(({ name }) => name !== 'bands');
  return { ...judgement, checks, verdict: worstOf(checks.map(({ verdict }) => verdict)) };
}

/** `5 runs of lr 0.001, one after the other` */
export function sequenceName({ of, conditions }: SequenceJudgement): string {
  const setting = conditionsText(conditions);
  return `${plural(of.length, 'run')}${setting === '' ? '' : ` of ${setting}`}, one after the other`;
}

function reasonOf(sequence: Sequence): string {
  const { ensemble, level, first, looks } = sequence;
  const more = whetherMore(sequence);
  const last = looks.at(-1);
  if (last === undefined)
    return `so few cannot be distinguished from the ${ensemble} of the ensemble: the first look is at ${first}; ${more}`;
  const look = `p = ${last.pValue.toPrecision(2)} against ${ensemble} of the ensemble (permutation test), which fails at ${last.level.toPrecision(2)}`;
  return (
    `at look ${looks.length}, of ${plural(last.runs, 'run')}: ${look}, so that of runs like the ensemble's at most ` +
    `${pythonFixed(100 * level, 1)} % ever fail, however often one looks, if new runs only follow these; ${more}`
  );
}

function whetherMore({ verdict, enough }: Sequence): string {
  if (verdict === 'fail') return 'no more runs are needed';
  if (enough !== undefined)
    return `more runs are worth it: if those to come were like these, ${enough} would fail`;
  return `more runs are hardly worth it: as many again that are like these would not fail either`;
}
