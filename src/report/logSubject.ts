import type { LogJudgement } from '../judge/check';
import type { JudgedSubject } from './judged';

const LR_FROM = {
  given: 'as given',
  record: 'as recorded',
  heading: 'from its heading',
  'best fit': 'the one that fits best',
};

/** @param path names the log; the file that its lines are lines of */
export function subjectOfLog(
  path: string,
  { firstLine, lr, lrFrom, verdict, checks }: LogJudgement,
): JudgedSubject {
  const rate = lr !== undefined && lrFrom !== undefined ? `, lr ${lr} (${LR_FROM[lrFrom]})` : '';
  return { name: `${path}, run from line ${firstLine}${rate}`, verdict, checks, file: path };
}
