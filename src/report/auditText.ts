import { pythonFixed } from '../log/printf';
import type { Audit, AuditedRun, RunPlacement, VerdictTable } from '../judge/audit';
import { findingText } from './judged';

/** An audit as text, at most about 100 columns wide: the verdict first, then what it rests on. */
export function auditText(audit: Audit): string {
  const { document, findings, inferences, omissions, verdictTable, claims } = audit;
  const sections = [
    [`${audit.verdict}: ${document.path}`, ...audit.summary.map((paragraph) => `  ${paragraph}`)],
    ['Lines', ...accountingLines(audit)],
    audit.runs.flatMap((run, index) => runLines(run, audit.reproduction.runs[index])),
    ...(findings.length === 0
      ? []
      : [['Findings', ...findings.map((finding) => `  ${findingText(finding)}`)]]),
    ['What the numbers imply, and the report does not say', ...inferences.flatMap(inferenceLines)],
    [
      'What is missing to make the runs again',
      ...omissions.flatMap(({ what, consequence }) => item(what, consequence)),
    ],
    ...(verdictTable === undefined ? [] : [tableLines(verdictTable)]),
    ...(claims.judged.length === 0 ? [] : [['Claims', ...claims.judged.flatMap(claimLines)]]),
    ...(claims.unclaimed.length === 0
      ? []
      : [
          [
            'Sentences that are not judged',
            ...claims.unclaimed.map(({ line, text }) => `  line ${line}: ${text}`),
          ],
        ]),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function accountingLines({ document }: Audit): string[] {
  const counts = Object.entries(document.accounting).map(([kind, count]) => `${count} ${kind}`);
  const repaired = new Set(document.repairs.map(({ line }) => line)).size;
  return [
    `  ${document.lines.length} in all: ${counts.join(', ')}`,
    ...(repaired === 0
      ? []
      : [`  ${repaired} repaired: UTF-8 that was read as Mac Roman, in ${document.repairs.length} places`]),
    ...document.lines.flatMap(({ kind, line, text }) =>
      kind === 'not understood' ? [`  line ${line}: ${text}`] : [],
    ),
  ];
}

/** A run's tests, and where it is among our runs. */
function runLines(
  { lr, firstLine, epochs, checks, finalAccuracy }: AuditedRun,
  placement: RunPlacement,
): string[] {
  const verdicts = checks.map(({ name, verdict }) => `${name} ${verdict}`).join(', ');
  const tests = epochs.map(({ epoch, testLoss, correctCount, testCount, losses, line }) => {
    if (testLoss === undefined) return `  epoch ${epoch}: no test`;
    const count = `${correctCount} of ${testCount}`;
    return `  epoch ${epoch}: test loss ${pythonFixed(testLoss, 4)}, right ${count} (line ${line}); ${losses.length} logged losses`;
  });
  return [
    `Run from line ${firstLine}${lr === undefined ? '' : `, lr ${lr}`}: ${verdicts}; in our bands: ${placement.verdict}`,
    ...tests,
    ...(finalAccuracy === undefined
      ? []
      : [`  final accuracy ${pythonFixed(finalAccuracy.value, 2)} % (line ${finalAccuracy.line})`]),
    `  ${placement.reason}`,
    ...collapseLines(placement),
  ];
}

function collapseLines({ collapse }: RunPlacement): string[] {
  if (collapse === undefined || collapse.collapsed === 0) return [];
  const percent = (share: number): string => `${pythonFixed(100 * share, 0)} %`;
  const { collapsed, of, lower, upper, level } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}, Clopper–Pearson`;
  return [`  not in the report: ${collapsed} of our ${of} seeds collapse to chance here (${interval})`];
}

function inferenceLines({ what, because, lines }: Audit['inferences'][number]): string[] {
  return item(what, `${because} (line${lines.length === 1 ? '' : 's'} ${lines.join(', ')})`);
}

function item(what: string, why: string): string[] {
  return [`  - ${what}`, `    ${why}`];
}

function claimLines({ line, quote, verdict, because, seeds }: Audit['claims']['judged'][number]): string[] {
  const share = seeds === undefined ? '' : ` (so in ${seeds.holds} of ${seeds.of} seeds of ours)`;
  return [`  ${verdict}: line ${line}: ${quote}`, `    ${because}${share}`];
}

function tableLines({ rows }: VerdictTable): string[] {
  const lines = ['The verdict table, and what stated rules make of the runs'];
  for (const { line, name, rule, cells } of rows) {
    lines.push(`  ${name} (line ${line}): ${rule ?? 'there is no rule for this row'}`);
    for (const { lr, reported, emoji, computed, because, agrees } of cells) {
      const said = [reported, emoji].filter(Boolean).join(' ') || 'nothing';
      const ours = computed === undefined ? '' : `; computed: ${computed || 'nothing'}, ${because}`;
      const mark = agrees === undefined ? '?' : agrees ? '=' : '≠';
      lines.push(`    ${mark} lr ${lr}: reported: ${said}${ours}`);
    }
  }
  return lines;
}
