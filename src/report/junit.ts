import { findingText, type JudgedCheck, type JudgedSubject } from './judged';

/**
 * Judgements as JUnit's XML, which CI services show as test results: a suite for each subject, a test case for each check. A check
 * that fails is a failure; one that could not be judged, or whose failure was waived, is a skipped test with its reason.
 *
 * @param name of all suites together, such as the command
 */
export function junitXml(name: string, subjects: readonly JudgedSubject[]): string {
  const suites = subjects.map(suiteXml);
  const checks = subjects.flatMap((subject) => subject.checks);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...countsOf(checks) })}>`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteXml({ name, file, checks }: JudgedSubject): string {
  const cases = checks.map((check) => caseXml(name, file, check));
  return [`  <testsuite${attributes({ name, ...countsOf(checks) })}>`, ...cases, '  </testsuite>'].join('\n');
}

function caseXml(subject: string, file: string | undefined, check: JudgedCheck): string {
  const { name, verdict, reason, findings } = check;
  const line = findings.find((finding) => finding.line !== undefined)?.line;
  const opening = `    <testcase${attributes({ classname: subject, name, file, line })}`;
  if (verdict === 'pass') return `${opening}/>`;
  const texts = findings.map(findingText);
  if (verdict === 'fail') {
    const all = [...texts, ...(reason === undefined ? [] : [reason])];
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

function countsOf(checks: readonly JudgedCheck[]): Record<'tests' | 'failures' | 'skipped', number> {
  const failures = checks.filter(({ verdict }) => verdict === 'fail').length;
  const passes = checks.filter(({ verdict }) => verdict === 'pass').length;
  return { tests: checks.length, failures, skipped: checks.length - failures - passes };
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
