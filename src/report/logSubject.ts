import type { ConditionsFrom, LogJudgement } from '../judge/check';
import { sequenceName, type SequenceJudgement } from '../judge/check/sequentially';
import { deviationText, togetherName, type TogetherJudgement } from '../judge/check/together';
import { conditionsText } from '../run/run';
import type { JudgedSubject } from './judged';

const CONDITIONS_FROM: Readonly<Record<ConditionsFrom, string>> = {
  given: 'as given',
  record: 'as recorded',
  heading: 'from its heading',
  log: 'as the log says',
  path: 'from its path',
  'best fit': 'the one that fits best',
};

/** @param path names the log; the file that its lines are lines of */
export function subjectOfLog(
  path: string,
  { firstLine, conditions = {}, conditionsFrom, verdict, checks }: LogJudgement,
): JudgedSubject {
  const setting = conditionsText(conditions);
  const known =
    setting === '' || conditionsFrom === undefined ? '' : `, ${setting} (${CONDITIONS_FROM[conditionsFrom]})`;
  return { name: `${path}, run from line ${firstLine}${known}`, verdict, checks, file: path };
}

/** Runs that were judged together are of no one file. */
export function subjectOfTogether(judgement: TogetherJudgement): JudgedSubject {
  return subjectOfRuns(togetherName(judgement), 'together', judgement);
}

export function subjectOfSequence(judgement: SequenceJudgement): JudgedSubject {
  return subjectOfRuns(sequenceName(judgement), 'sequence', judgement);
}

function subjectOfRuns(
  name: string,
  check: string,
  {
    verdict,
    reason,
    deviating,
  }: Pick<TogetherJudgement | SequenceJudgement, 'verdict' | 'reason' | 'deviating'>,
): JudgedSubject {
  const findings = deviating.map((of) => ({ rule: of.kind, message: deviationText(of) }));
  return { name, verdict, checks: [{ name: check, verdict, reason, findings }] };
}
