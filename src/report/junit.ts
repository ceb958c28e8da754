import { findingText, type JudgedCheck, type JudgedSubject } from './judged';

/**
 * Judgements as JUnit's XML, which CI services show as test results: a suite for each subject, a test case for each check. A check
 * that fails is a failure; one whose failure was waived, and one that no number could contradict, are skipped tests
 * with their reason.
 *
 * @param name of all suites together, such as the command
 * @param unjudged what a check that could not be judged is: CI services show a skipped test as green
 */
export function junitXml(
  name: string,
  subjects: readonly JudgedSubject[],
  unjudged: 'failure' | 'skipped',
): string {
  const outcomeOf = ({ verdict }: JudgedCheck): Outcome => {
    if (verdict === 'pass') return 'pass';
    if (verdict === 'fail') return 'failure';
    return verdict === 'waived' || verdict === 'cannot be judged' ? 'skipped' : unjudged;
  };
  const suites = subjects.map((subject) => suiteXml(subject, outcomeOf));
  const checks = subjects.flatMap((subject) => subject.checks);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...countsOf(checks, outcomeOf) })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

type Outcome = 'pass' | 'failure' | 'skipped';
type OutcomeOf = (check: JudgedCheck) => Outcome;

function suiteXml({ name, file, checks }: JudgedSubject, outcomeOf: OutcomeOf): string {
  const cases = checks.map((check) => caseXml(name, file, check, outcomeOf(check)));
  return [
    `  <testsuite${attributes({ name, ...countsOf(checks, outcomeOf) })}>`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

function caseXml(subject: string, file: string | undefined, check: JudgedCheck, outcome: Outcome): string {
  const { name, verdict, reason, findings } = check;
  const line = findings.find((finding) => finding.line !== undefined)?.line;
  const opening = `    <testcase${attributes({ classname: subject, name, file, line })}`;
  if (outcome === 'pass') return `${opening}/>`;
  const texts = findings.map(findingText);
  if (outcome === 'failure') {
    const why = verdict === 'fail' ? reason : `${verdict}${reason === undefined ? '' : `: ${reason}`}`;
    const all = [...texts, ...(why === undefined ? [] : [why])];
    const message = texts.length > 1 ? `${texts.length} findings` : all[0];
    const failure = attributes({ message, type: findings[0]?.rule ?? name });
    return [
      `${opening}>`,
      `      <failure${failure}>${escape(all.join('\n'))}</failure>`,
      '    </testcase>',
    ].join('\n');
  }
  const message = `${verdict}${reason === undefined ? '' : `: ${reason}`}`;
  return [`${opening}>`, `      <skipped${attributes({ message })}/>`, '    </testcase>'].join('\n');
}

function countsOf(
  checks: readonly JudgedCheck[],
  outcomeOf: OutcomeOf,
): Record<'tests' | 'failures' | 'skipped', number> {
  const count = (outcome: Outcome): number => checks.filter((check) => outcomeOf(check) === outcome).length;
  return { tests: checks.length, failures: count('failure'), skipped: count('skipped') };
}

/** ` a="1" b="2"`, in the order of the keys; what is undefined is left out. */
function attributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(String(value))}"`]))
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** XML 1.0 has no place for most control characters, not even escaped, nor for halves of surrogate pairs. */
function escape(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"]/g, (character) => ENTITIES[character]);
}

const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
