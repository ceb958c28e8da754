import { listOf, plural } from '../base/words';
import type { Audit, AuditFinding } from './types';

/** Whether the numbers in the logs of the report agree with each other, where anything ties them, and what else keeps its runs from being those of whole trainings. */
export function agreementOf({ findings, numbers }: Pick<Audit, 'findings' | 'numbers'>): string {
  const unread = findings.filter(({ group }) => group === 'format');
  const disagreeing = findings.filter(isDisagreement);
  const others = findings.filter(
    (finding) => ['protocol', 'experiment'].includes(finding.group) && !isDisagreement(finding),
  );
  const answer = (): string => {
    if (disagreeing.length > 0)
      return `The numbers in the report's logs contradict each other: see ${linesOf(disagreeing)}.`;
    if (numbers.length === 0) return 'No number of a run can be read in the report.';
    const which = unread.length + others.length === 0 ? 'in' : 'that can be read in';
    const all = `The ${plural(numbers.length, 'number')} ${which} the report's logs`;
    // What is counted, or said again, ties numbers to each other.
    return numbers.some(({ what }) => what !== 'value')
      ? `${all} agree with each other.`
      : `${all} are ones that a run can have; nothing there ties one to another.`;
  };
  return [
    answer(),
    ...(unread.length === 0
      ? []
      : [
          `Some lines start like lines of a log, but continue differently, and cannot be read: see ${linesOf(unread)}.`,
        ]),
    ...(others.length === 0
      ? []
      : [`Its runs do not go as trainings of the experiment do: they have ${departures(others)}.`]),
  ].join(' ');
}

function isDisagreement({ group, rule }: AuditFinding): boolean {
  return group === 'arithmetic' || (group === 'protocol' && rule === 'constant-sizes');
}

/** Of each rule of the protocol, and of the experiment, what is found by it. */
const DEPARTURES: Readonly<Record<string, string>> = {
  repeated: 'numbers that are there twice',
  order: 'numbers that are out of order',
  'table-again': 'a table that starts again',
  unfinished: 'no end',
  'epoch-order': 'epochs that are missing or out of order',
  'logged-batches': 'training lines that are missing, doubled or out of order',
  test: 'tests that are missing or doubled',
  'repeated-epoch': 'epochs that are equal, digit for digit',
  'repeated-run': 'the numbers of another run, digit for digit',
  conditions: 'other conditions than were given',
  'data-set': 'another data set than the experiment',
  'training-size': 'another training set than the experiment',
  'test-size': 'another test set than the experiment',
  'batch-size': 'another batch size than the experiment',
  architecture: 'another model than the experiment',
  'epoch-count': 'another number of epochs than the experiment',
  'first-loss': 'a first loss that is not that of a guess',
};

function departures(findings: readonly AuditFinding[]): string {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return listOf(
    rules.map(
      (rule) =>
        `${DEPARTURES[rule] ?? `what is found by the rule ${rule}`} (${linesOf(findings.filter((finding) => finding.rule === rule))})`,
    ),
  );
}

function linesOf(findings: readonly AuditFinding[]): string {
  const lines = [...new Set(findings.map(({ line }) => line))];
  return `${lines.length === 1 ? 'line' : 'lines'} ${listOf(lines)}`;
}
