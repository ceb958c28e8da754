import pico from 'picocolors';
import { pythonFixed } from '../../src/base/printf';
import { auditMarkdown } from '../../src/report/markdown/audit';
import { subjectsOfAudit } from '../../src/report/auditSubjects';
import { auditSummaryText, auditText, foldedAuditText } from '../../src/report/text/audit';
import { junitXml } from '../../src/report/junit';
import { sampleAudit, type SampleAudit } from './sampleAudit';

let sample: SampleAudit;
beforeAll(() => {
  sample = sampleAudit();
});
const plain = pico.createColors(false);
// eslint-disable-next-line no-control-regex
const COLOUR = /\u001b\[\d+m/g;

describe('text', () => {
  test('ends with every number and every claim, each with its verdict', () => {
    const { audit } = sample;
    const text = auditText(audit, plain);
    const end = text.slice(text.indexOf('Every number'));
    const marked = end.match(/\d+(\.\d+)? [✓✗]/g) ?? [];
    const numbers = audit.numbers.map(({ printed }) => `${printed} ✓`);
    expect([...marked].sort()).toEqual([...numbers].sort());
    const [, claims] = end.split(
      'Every claim, 4 in all: 1 holds, 1 in part, 1 contradicted, 1 that no number could contradict\n',
    );
    expect(claims.match(/^ {2}\w.* line .*/gm)).toEqual(
      audit.claims.judged.map(
        ({ verdict, line, quote }) => `  ${verdict.padEnd(16)}  line ${String(line).padStart(3)}  ${quote}`,
      ),
    );
    expect(claims).toContain(
      'is greater after each epoch than after the one before” holds in 20 of our 23 seeds (66 % to 97 %), 7 of them among the 8 seeds with a run that collapsed\n',
    );
  });

  test('marks a number that disagrees with the others, or is outside of its band', () => {
    const { audit } = sample;
    const changed = audit.numbers.map((number, i) => {
      if (i === 3) return { ...number, arithmetic: 'fail' as const };
      return i === 5 ? { ...number, reproduction: { verdict: 'fail' as const } } : number;
    });
    const text = auditText({ ...audit, numbers: changed }, plain);
    expect(text.match(/\d ✗/g)).toHaveLength(2);
    expect(text).toContain('198 in all, 2 of them ✗');
  });

  test('has the same words with colours as without', () => {
    const coloured = auditText(sample.audit, pico.createColors(true));
    expect(coloured.match(COLOUR)?.length).toBeGreaterThan(200);
    expect(coloured.replace(COLOUR, '')).toBe(auditText(sample.audit, plain));
    expect(auditText(sample.audit, plain)).not.toMatch(COLOUR);
  });
});

describe('folded text', () => {
  const shownOf = (audit: SampleAudit['audit']): string => {
    const text = foldedAuditText(audit, plain);
    const summary = auditSummaryText(audit, plain);
    expect(text.startsWith(summary)).toBe(true);
    return text.slice(summary.length);
  };

  test('only names what nothing is wrong with', () => {
    const { audit } = sample;
    expect(audit.findings).toEqual([]);
    const claims = { ...audit.claims, unclaimed: [], unclaimedRows: [] };
    const [heading, ...titles] = shownOf({ ...audit, claims })
      .trim()
      .split('\n');
    expect(heading).toBe('More, with --full');
    expect(titles).toEqual(expect.arrayContaining(['  Lines', '  Runs', '  Every number']));
    // Each of them is in the whole text.
    for (const title of titles) expect(auditText(audit, plain)).toContain(`\n\n${title.trim()}\n`);
  });

  test.each<[string, (audit: SampleAudit['audit']) => object, RegExp]>([
    [
      'a number that is wrong',
      ({ numbers }) => ({ numbers: numbers.with(3, { ...numbers[3], arithmetic: 'fail' }) }),
      /\nEvery number\n {2}\d+ in all, 1 of them ✗\n/,
    ],
    [
      'a check that fails',
      ({ runs: [run, ...others] }) => ({
        runs: [
          { ...run, checks: [{ ...run.checks[0], verdict: 'fail' }, ...run.checks.slice(1)] },
          ...others,
        ],
      }),
      /\nRuns\n {2}from line \d+, .* fail/,
    ],
    [
      'a run that was not judged by bands',
      ({ reproduction }) => ({
        reproduction: {
          ...reproduction,
          runs: [{ ...reproduction.runs[0], verdict: 'no-reference' }, ...reproduction.runs.slice(1)],
        },
      }),
      /\nRuns\n {2}from line \d+, .*no-reference/,
    ],
    [
      'a finding',
      () => ({ findings: [{ group: 'claims', rule: 'number', line: 7, message: 'is another' }] }),
      /\nFindings\n {2}✗ line 7, number: is another\n/,
    ],
    [
      'a line that is not understood',
      ({ document }) => ({
        document: {
          ...document,
          lines: [...document.lines, { line: 999, kind: 'not understood', text: 'what' }],
          accounting: { ...document.accounting, 'not understood': 1 },
        },
      }),
      /\nLines\n(?: {2}.*\n)+ {2}line 999: what\n/,
    ],
    [
      'a sentence without a claim',
      ({ claims }) => ({ claims: { ...claims, unclaimed: [{ line: 5, text: 'It learns.' }] } }),
      /\nSentences that are not judged\n {2}line 5: It learns\.\n/,
    ],
  ])('shows %s', (_, change, shown) => {
    const { audit } = sample;
    expect(shownOf({ ...audit, ...change(audit) })).toMatch(shown);
  });
});

describe('JUnit', () => {
  test('a claim is a test: one that is contradicted or partly holds fails in its line, one that cannot be judged is skipped', () => {
    const xml = junitXml('assay audit', subjectsOfAudit(sample.audit), 'skipped');
    expect(xml).toContain('<testsuites name="assay audit" tests="25" failures="2" skipped="3">');
    expect(xml).toMatch(
      /name="going-up: [^"]*" file="fixtures[^"]*" line="295">\s*<failure message="line 295, contradicted: /,
    );
    expect(xml).toMatch(/name="steady-stable: [^"]*" file="[^"]*" line="196">\s*<failure [^>]*type="partly"/);
    expect(xml).toMatch(/name="detectives: [^>]*>\s*<skipped message="cannot be judged: it says nothing/);
    expect(xml).toMatch(/name="steady-improvement: [^>]*"\/>/);
  });

  test('a finding fails the check of the run that it is in', async () => {
    const { audit } = sampleAudit((text) => text.replace('9841/10000 (98.41%)', '9842/10000 (98.41%)'));
    const failed = subjectsOfAudit(audit).flatMap(({ name, checks }) =>
      checks.flatMap((check) => (check.verdict === 'fail' ? [`${name}: ${check.name}`] : [])),
    );
    expect(failed[0]).toBe('fixtures/reported/lr-experiment.txt, run from line 101: arithmetic');
    expect(failed.filter((name) => name.includes('run from'))).toHaveLength(1);
    for (const { checks } of subjectsOfAudit(audit))
      for (const { verdict, findings } of checks) expect(findings.length > 0).toBe(verdict === 'fail');
  });

  test('whatever keeps an audit from passing is a failure', () => {
    const { audit } = sample;
    const stray = { group: 'claims' as const, rule: 'quote', line: 7, message: 'no such sentence' };
    const subjects = subjectsOfAudit({
      ...audit,
      claims: { ...audit.claims, judged: [] },
      findings: [stray],
    });
    expect(subjects.find(({ name }) => name.endsWith(', claims'))).toMatchObject({
      verdict: 'fail',
      checks: [{ findings: [stray] }, { verdict: 'no-reference' }],
    });
  });
});

test('Markdown: the verdict, the claims, the runs in their bands, the verdict table, and nothing taken for markup', async () => {
  const sample = sampleAudit((text) => text.replace('Fast enough', '<b>|*Fast*'));
  const { audit } = sample;
  const markdown = auditMarkdown(audit);
  const lines = markdown.split('\n');
  expect(lines[0]).toBe('## fixtures/reported/lr-experiment.txt: fail; not judged: 21 sentences');
  expect(lines).toContain(
    '| 295 | Test loss going UP instead of down | contradicted | it falls in epochs 2, 3 and 4 and rises in epoch 5 alone, from 0.0944 to 0.1206 | “the test loss of learning rate 0.01 is greater after each epoch than after the one before” holds in 0 of our 15 seeds (0 % to 22 %) |',
  );
  const { series } = sample.bands.bands[0];
  const band = ({ lower, upper }: { lower: number; upper: number }, decimals: number): string =>
    `${pythonFixed(lower, decimals)} … ${pythonFixed(upper, decimals)}`;
  const bands = [band(series['test loss'][0], 4), band(series.accuracy[0], 2)];
  expect(lines).toContain(`| 0.0001 | 1 | 0.1386 | ${bands[0]} | 95.86 | ${bands[1]} | pass |`);
  expect(lines).toContain('| Speed | Slow 🐌 (agrees) | Fast 🚀 (agrees) | Too fast ⚡ (agrees) |');
  expect(markdown).toContain(audit.document.sha256);
  expect(markdown).toContain('- line 193: - \\<b\\>\\|\\*Fast\\* to learn quickly');
});
