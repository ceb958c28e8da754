import type { Colors } from 'picocolors/types';
import { pythonFixed } from '../../base/printf';
import {
  CLAIM_VERDICTS,
  type Audit,
  type AuditedRun,
  type JudgedClaim,
  type JudgedNumber,
  type NumberPlacement,
  type RunPlacement,
  type VerdictTable,
} from '../../audit/types';
import { askedWords, claimShareWords } from '../../audit/shareWords';
import { RULES_MADE_FOR } from '../../audit/verdictRules';
import { auditVerdictText } from '../auditSubjects';
import { printable } from '../../base/printable';
import { findingText } from '../judged';
import { table } from './table';

/**
 * An audit as text, at most about 100 columns wide where sentences are not longer: the verdict first, then what it rests on; at the end
 * every number and every claim with its verdict.
 */
export function auditText(audit: Audit, colours: Colors): string {
  const { document, verdict, findings, inferences, omissions, verdictTable, claims } = audit;
  const heading = (text: string): string => colours.bold(text);
  const list = (title: string, lines: readonly string[]): string[][] =>
    lines.length === 0 ? [] : [[heading(title), ...lines]];
  const sections = [
    [
      colourOf(verdict, colours)(colours.bold(`${auditVerdictText(audit)}: ${document.path}`)),
      ...audit.summary.map((paragraph) => `  ${printable(paragraph)}`),
    ],
    ...list('Lines', accountingLines(audit)),
    ...list(
      'Runs',
      audit.runs.flatMap((run, index) => runLines(run, audit.reproduction.runs[index], colours)),
    ),
    ...list(
      'Findings',
      findings.map((finding) => `  ${colours.red('✗')} ${findingText(finding)}`),
    ),
    ...list(
      'What the numbers imply',
      inferences.flatMap(({ what, because, lines }) =>
        item(what, `${because} (line${lines.length === 1 ? '' : 's'} ${lines.join(', ')})`, colours),
      ),
    ),
    ...list(
      'What no line of the report speaks of',
      omissions.flatMap(({ what, consequence }) => item(what, consequence, colours)),
    ),
    ...(verdictTable === undefined
      ? []
      : list('The verdict table, and what stated rules make of the runs', tableLines(verdictTable, colours))),
    ...list(
      'Sentences that are not judged',
      claims.unclaimed.map(({ line, text }) => `  line ${line}: ${printable(text)}`),
    ),
    ...list('Every number', numberLines(audit.numbers, colours)),
    ...list(claimsTitle(claims), [
      ...(audit.seeds === undefined ? [] : [colours.dim(`  ${askedWords(audit.seeds)}.`), '']),
      ...claims.judged.flatMap((claim) => claimLines(claim, colours)),
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
      kind === 'not understood' ? [`  line ${line}: ${printable(text)}`] : [],
    ),
  ];
}

/** How a run's checks came out, and where it is among our runs. */
function runLines({ lr, firstLine, checks }: AuditedRun, placement: RunPlacement, colours: Colors): string[] {
  const verdicts = [...checks, { name: 'in our bands:', verdict: placement.verdict }].map(
    ({ name, verdict }) => `${name} ${colourOf(verdict, colours)(verdict)}`,
  );
  return [
    `  from line ${firstLine}${lr === undefined ? '' : `, lr ${lr}`}: ${verdicts.join(', ')}`,
    `    ${placement.reason}${placement.pValue === undefined ? '' : `; p = ${pythonFixed(placement.pValue, 2)}`}`,
    ...collapseLines(placement, colours),
  ];
}

function collapseLines({ collapse }: RunPlacement, colours: Colors): string[] {
  if (collapse === undefined || collapse.collapsed === 0) return [];
  const { collapsed, of, lower, upper, level } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}, Clopper–Pearson`;
  const text = `${collapsed} of our ${of} seeds end at chance here (${interval})`;
  return [`    ${colours.yellow(text)}`];
}

function item(what: string, why: string, colours: Colors): string[] {
  return [`  - ${what}`, colours.dim(`    ${why}`)];
}

function tableLines({ rows }: VerdictTable, colours: Colors): string[] {
  const ofRows = rows.flatMap(({ line, name, rule, unclear, cells }) => [
    `  ${name} (line ${line}): ${colours.dim(rule ?? 'there is no rule for this row')}`,
    ...(unclear === undefined ? [] : [`    not judged: ${unclear}`]),
    ...cells.map(({ lr, reported, emoji, computed, because, agrees }) => {
      const said = printable([reported, emoji].filter(Boolean).join(' ') || 'nothing');
      const ours = computed === undefined ? '' : `; computed: ${computed || 'nothing'}, ${because}`;
      const mark = agrees === undefined ? '?' : agrees ? colours.green('=') : colours.red('≠');
      return `    ${mark} lr ${lr}: reported: ${said}${ours}`;
    }),
  ]);
  return [colours.dim(`  ${RULES_MADE_FOR}.`), ...ofRows];
}

// ---------------------------------------------------------------- every number

const LOSSES_PER_ROW = 5;

/** Tests with their places in the bands, then the logged losses: each number with a sign. */
function numberLines(numbers: readonly JudgedNumber[], colours: Colors): string[] {
  const failed = numbers.filter((number) => !isFine(number)).length;
  const legend = [
    '✓ agrees with the other numbers, and is not outside of its band (or has none); ✗ does not, or is.',
    'Where: −1 is the lower edge of the band, +1 the upper one; below: share of our seeds that have less, and half of those',
    'that print the same; seeds that collapsed are left out.',
  ];
  return [
    `  ${numbers.length} in all, ${failed} of them ✗`,
    ...legend.map((line) => colours.dim(`  ${line}`)),
    '',
    ...testTable(numbers, colours).split('\n'),
    '',
    ...lossTable(numbers, colours).split('\n'),
  ];
}

function testTable(numbers: readonly JudgedNumber[], colours: Colors): string {
  const tests = numbers.filter(({ what }) => what !== 'loss');
  const groups = [
    { heading: '', columns: ['lr', 'epoch', 'line'] },
    { heading: 'test loss', columns: ['printed', 'where', 'below'] },
    { heading: 'correct', columns: ['printed'] },
    { heading: 'accuracy in %', columns: ['printed', 'where', 'below'] },
  ];
  const rows = [...groupBy(tests, ({ line }) => String(line)).values()].map((ofLine) => {
    const { lr, epoch, line } = ofLine[0];
    const find = (...kinds: JudgedNumber['what'][]): JudgedNumber | undefined =>
      ofLine.find(({ what }) => kinds.includes(what));
    const [loss, count] = [find('test loss'), find('correct count')];
    const accuracy = find('accuracy', 'final accuracy');
    return [
      ...[lr === undefined ? '–' : String(lr), epoch === undefined ? 'final' : String(epoch), String(line)],
      ...[marked(loss, colours), ...placeCells(loss?.reproduction)],
      marked(count, colours),
      ...[marked(accuracy, colours), ...placeCells(accuracy?.reproduction)],
    ];
  });
  return table(groups, rows);
}

function lossTable(numbers: readonly JudgedNumber[], colours: Colors): string {
  const losses = numbers.filter(({ what }) => what === 'loss');
  const epochs = groupBy(losses, ({ lr, epoch }) => `${lr} ${epoch}`);
  const rows = [...epochs.values()].flatMap((ofEpoch) =>
    Array.from({ length: Math.ceil(ofEpoch.length / LOSSES_PER_ROW) }, (_, row) => {
      const some = ofEpoch.slice(row * LOSSES_PER_ROW, (row + 1) * LOSSES_PER_ROW);
      const { lr, epoch, line } = some[0];
      const cells = some.map((number) => marked(number, colours));
      const padding = Array<string>(LOSSES_PER_ROW - cells.length).fill('');
      return [lr === undefined ? '–' : String(lr), String(epoch), String(line), ...cells, ...padding];
    }),
  );
  const groups = [
    { heading: '', columns: ['lr', 'epoch', 'line'] },
    { heading: 'logged losses, from that line on', columns: Array<string>(LOSSES_PER_ROW).fill('') },
  ];
  return table(groups, rows);
}

function marked(number: JudgedNumber | undefined, colours: Colors): string {
  if (number === undefined) return '';
  return isFine(number) ? `${number.printed} ${colours.green('✓')}` : colours.red(`${number.printed} ✗`);
}

function isFine({ arithmetic, reproduction }: JudgedNumber): boolean {
  return arithmetic === 'pass' && reproduction.verdict !== 'fail';
}

function placeCells({ position, quantile }: Partial<NumberPlacement> = {}): string[] {
  return [position === undefined ? '' : signed(position), quantile === undefined ? '' : percent(quantile)];
}

// ---------------------------------------------------------------- every claim

function claimsTitle({ judged, counts }: Audit['claims']): string {
  const parts = CLAIM_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `${counts[verdict]} ${verdict}`,
  );
  return `Every claim, ${judged.length} in all: ${parts.join(', ')}`;
}

const WIDEST_VERDICT = Math.max(...CLAIM_VERDICTS.map(({ length }) => length));

function claimLines(claim: JudgedClaim, colours: Colors): string[] {
  const { verdict, line, quote, because } = claim;
  const place = line === undefined ? 'no line ' : `line ${String(line).padStart(3)}`;
  return [
    `  ${colourOf(verdict, colours)(verdict.padEnd(WIDEST_VERDICT))}  ${place}  ${printable(quote)}`,
    ...[because, ...claimShareWords(claim)].map((line) =>
      colours.dim(`  ${' '.repeat(WIDEST_VERDICT)}  ${line}`),
    ),
  ];
}

// ---------------------------------------------------------------- signs and numbers

function colourOf(verdict: RunPlacement['verdict'] | JudgedClaim['verdict'], colours: Colors): Colors['red'] {
  if (verdict === 'pass' || verdict === 'holds') return colours.green;
  if (verdict === 'fail' || verdict === 'contradicted') return colours.red;
  return verdict === 'no-reference' || verdict === 'cannot be judged' ? colours.dim : colours.yellow;
}

function percent(share: number): string {
  return `${pythonFixed(100 * share, 0)} %`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${pythonFixed(value, 2)}`;
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return groups;
}
