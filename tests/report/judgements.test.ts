import type { JudgedSubject } from '../../src/report/judged';
import { junitXml } from '../../src/report/junit';
import { judgementsMarkdown, plain } from '../../src/report/markdown/judgements';
import { conditionsText } from '../../src/run/run';
import { judgementText } from '../../src/report/text/judgement';

const subject: JudgedSubject = {
  name: 'a<b>.log',
  verdict: 'fail',
  file: 'a<b>.log',
  checks: [
    { name: 'format', verdict: 'pass', findings: [] },
    {
      name: 'arithmetic',
      verdict: 'fail',
      findings: [
        { rule: 'accuracy', line: 12, message: '"1" & 2 | 3\u0000\ud800' },
        { rule: 'percent', line: 14, message: 'no' },
      ],
    },
    { name: 'protocol', verdict: 'fail', reason: 'by itself', findings: [] },
    { name: 'bands', verdict: 'no-reference', reason: 'none *yet*', findings: [] },
  ],
};

test('JUnit: suites, cases, failures and skipped ones, counted, and every character as XML can say it', () => {
  const subjects: JudgedSubject[] = [subject, { name: 'b', verdict: 'pass', checks: [subject.checks[0]] }];
  expect(junitXml('assay check', subjects, 'failure')).toMatch(
    /failures="3" skipped="0"[^]*<failure message="no-reference: none \*yet\*" type="bands">/,
  );
  expect(junitXml('assay check', subjects, 'skipped')).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay check" tests="5" failures="2" skipped="1">
  <testsuite name="a&lt;b&gt;.log" tests="4" failures="2" skipped="1">
    <testcase classname="a&lt;b&gt;.log" name="format" file="a&lt;b&gt;.log"/>
    <testcase classname="a&lt;b&gt;.log" name="arithmetic" file="a&lt;b&gt;.log" line="12">
      <failure message="2 findings" type="accuracy">line 12, accuracy: &quot;1&quot; &amp; 2 | 3\ufffd\ufffd
line 14, percent: no</failure>
    </testcase>
    <testcase classname="a&lt;b&gt;.log" name="protocol" file="a&lt;b&gt;.log">
      <failure message="by itself" type="protocol">by itself</failure>
    </testcase>
    <testcase classname="a&lt;b&gt;.log" name="bands" file="a&lt;b&gt;.log">
      <skipped message="no-reference: none *yet*"/>
    </testcase>
  </testsuite>
  <testsuite name="b" tests="1" failures="0" skipped="0">
    <testcase classname="b" name="format"/>
  </testsuite>
</testsuites>
`);
});

test('Markdown: a table of checks, then what was found, with nothing taken for markup', () => {
  expect(judgementsMarkdown([subject])).toBe(`## a\\<b\\>.log: fail; not judged: bands

| check | verdict | by what, or why not |
| --- | --- | --- |
| format | pass |  |
| arithmetic | fail |  |
| protocol | fail | by itself |
| bands | no-reference | none \\*yet\\* |

- line 12, accuracy: "1" \\& 2 \\| 3\\\\u0000\ud800
- line 14, percent: no
`);
});

test.each([
  ['thanks @everyone!', 'thanks `@everyone!`'],
  ['see https://x.example/?a|b and WWW.x.example', 'see `https://x.example/?a\\|b` and `WWW.x.example`'],
  ['a@x.example', '`a@x.example`'],
  ['`@a` ``@b', '`` `@a` `` ``` ``@b ```'],
  ['\u202eabc\x1b[2J @c\x07', '\\\\u202eabc\\\\u001b\\[2J `@c\\u0007`'],
])('Markdown of %j calls nobody, links nowhere and steers nothing', (text, expected) => {
  expect(plain(text)).toBe(expected);
});

test('as text: a reason or a setting from outside begins no line, which a CI would take for a command', () => {
  const message = 'no\n::error::two';
  const text = judgementText({
    ...{ name: message, verdict: 'fail', file: 'a' },
    checks: [
      { name: 'bands', verdict: 'fail', reason: message, findings: [{ rule: 'a', line: 1, message }] },
    ],
  });
  expect(text.match(/^::error/gm)).toBeNull();
  expect(text.match(/no\\n::error::two/g)).toHaveLength(3);
  expect(conditionsText({ [message]: message })).toBe(`no\\n::error::two no\\n::error::two`);
});

test('of three hundred thousand findings all are said', () => {
  const findings = Array.from({ length: 300_000 }, (_, i) => ({ rule: 'a', line: i, message: 'no' }));
  const many: JudgedSubject = {
    name: 'b',
    verdict: 'fail',
    checks: [{ name: 'f', verdict: 'fail', findings }],
  };
  expect(judgementText(many)).toContain('line 299999, a: no');
  expect(judgementsMarkdown([many])).toContain('line 299999, a: no');
  expect(junitXml('assay check', [many], 'failure')).toContain('line 299999, a: no');
});
