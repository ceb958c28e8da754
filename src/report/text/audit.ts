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
import { knownConditions } from '../../audit/views';
import { pluralOf } from '../../base/words';
import { conditionsText } from '../../run/run';
import type { Metric } from '../../study/types';
import { auditVerdictText } from '../auditSubjects';
import { printable } from '../../base/printable';
import { findingText } from '../judged';
import { accountingWords, conditionCells, metricHeading } from '../words';
import { colourOf, type Colours } from './colours';
import { table, textWidth, type ColumnGroup } from './table';

/** The verdict, and a paragraph on each question. */
export function auditSummaryText(audit: Audit, colours: Colours): string {
  return `${summaryLines(audit, colours).join('\n')}\n`;
}

function summaryLines(audit: Audit, colours: Colours): string[] {
  const { document, verdict, summary } = audit;
  return [
    colourOf(verdict, colours)(colours.bold(`${auditVerdictText(audit)}: ${document.path}`)),
    ...summary.map((paragraph) => `  ${printable(paragraph)}`),
  ];
}

/** A part of the text: what it is about, and whether a reader who looks for what is wrong can do without it. */
interface Section {
  readonly title: string;
  readonly lines: readonly string[];
  readonly isFine: boolean;
}

/** The verdict first, then what it rests on; at the end every number and every claim with its verdict. */
export function auditText(audit: Audit, colours: Colours, columns?: number): string {
  const sections = sectionsOf(audit, colours, columns).map((section) => sectionText(section, colours));
  return `${[auditSummaryText(audit, colours), ...sections].join('\n')}`;
}

/** The same, of which sections without anything wrong are only named. */
export function foldedAuditText(audit: Audit, colours: Colours, columns?: number): string {
  const sections = sectionsOf(audit, colours, columns);
  const shown = sections.filter(({ isFine }) => !isFine).map((section) => sectionText(section, colours));
  const folded = sections.filter(({ isFine }) => isFine).map(({ title }) => `  ${title}\n`);
  const rest = folded.length === 0 ? [] : [`${colours.bold('More, with --full')}\n${folded.join('')}`];
  return [auditSummaryText(audit, colours), ...shown, ...rest].join('\n');
}

function sectionText({ title, lines }: Section, colours: Colours): string {
  return `${[colours.bold(title), ...lines].join('\n')}\n`;
}

/** What does not hold of the claims and of the verdict table is in the summary already. */
function sectionsOf(audit: Audit, colours: Colours, columns?: number): Section[] {
  const { findings, inferences, omissions, verdictTable, claims, document, reproduction } = audit;
  const section = (title: string, isFine: boolean, lines: readonly string[]): Section[] =>
    lines.length === 0 ? [] : [{ title, lines, isFine }];
  const isEachRunFine =
    audit.runs.every(({ checks }) => checks.every(({ verdict }) => verdict === 'pass')) &&
    reproduction.runs.every(({ verdict }) => verdict === 'pass');
  return [
    ...section('Lines', document.accounting['not understood'] === 0, accountingLines(audit)),
    ...section(
      'Runs',
      isEachRunFine,
      audit.runs.flatMap((run, index) => runLines(run, reproduction.runs[index], colours)),
    ),
    ...section(
      'Findings',
      false,
      findings.map((finding) => `  ${colours.red('✗')} ${findingText(finding)}`),
    ),
    ...section(
      'What the numbers imply',
      true,
      inferences.flatMap(({ what, because, lines }) =>
        item(what, `${because} (line${lines.length === 1 ? '' : 's'} ${lines.join(', ')})`, colours),
      ),
    ),
    ...section(
      'What no line of the report speaks of',
      true,
      omissions.flatMap(({ what, consequence }) => item(what, consequence, colours)),
    ),
    ...section(
      'The verdict table, and what stated rules make of the runs',
      true,
      verdictTable === undefined ? [] : tableLines(verdictTable, colours),
    ),
    ...section(
      'Sentences that are not judged',
      false,
      claims.unclaimed.map(({ line, text }) => `  line ${line}: ${printable(text)}`),
    ),
    ...section(
      'Rows of tables that are not judged',
      false,
      claims.unclaimedRows.map(({ line, text }) => `  line ${line}: ${printable(text)}`),
    ),
    ...section('Every number', audit.numbers.every(isFine), numberLines(audit, colours, columns)),
    ...section(claimsTitle(claims), true, claimsLines(audit, colours)),
  ];
}

function accountingLines({ document }: Audit): string[] {
  const repaired = new Set(document.repairs.map(({ line }) => line)).size;
  return [
    `  ${document.lines.length} in all: ${accountingWords(document)}`,
    ...(repaired === 0
      ? []
      : [`  ${repaired} repaired: UTF-8 that was read as Mac Roman, in ${document.repairs.length} places`]),
    ...document.lines.flatMap(({ kind, line, text }) =>
      kind === 'not understood' ? [`  line ${line}: ${printable(text)}`] : [],
    ),
  ];
}

/** How a run's checks came out, and where it is among our runs. */
function runLines(run: AuditedRun, placement: RunPlacement, colours: Colours): string[] {
  const { firstLine, checks } = run;
  const setting = conditionsText(knownConditions(run) ?? {});
  const verdicts = [...checks, { name: 'in our bands:', verdict: placement.verdict }].map(
    ({ name, verdict }) => `${name} ${colourOf(verdict, colours)(verdict)}`,
  );
  return [
    `  from line ${firstLine}${setting === '' ? '' : `, ${setting}`}: ${verdicts.join(', ')}`,
    `    ${printable(placement.reason)}${placement.pValue === undefined ? '' : `; p = ${pythonFixed(placement.pValue, 2)}`}`,
    ...collapseLines(placement, colours),
  ];
}

function collapseLines({ collapse }: RunPlacement, colours: Colours): string[] {
  if (collapse === undefined || collapse.collapsed === 0) return [];
  const { collapsed, of, lower, upper, level } = collapse;
  const interval = `${percent(lower)} to ${percent(upper)} at level ${level}, Clopper–Pearson`;
  const text = `${collapsed} of our ${of} seeds end at chance here (${interval})`;
  return [`    ${colours.yellow(text)}`];
}

function item(what: string, why: string, colours: Colours): string[] {
  return [`  - ${what}`, colours.dim(`    ${why}`)];
}

function tableLines({ rows, note }: VerdictTable, colours: Colours): string[] {
  const ofRows = rows.flatMap(({ line, name, rule, unclear, cells }) => [
    `  ${name} (line ${line}): ${colours.dim(rule ?? 'there is no rule for this row')}`,
    ...(unclear === undefined ? [] : [`    not judged: ${unclear}`]),
    ...cells.map(({ conditions, reported, emoji, computed, because, agrees }) => {
      const said = printable([reported, emoji].filter(Boolean).join(' ') || 'nothing');
      const ours = computed === undefined ? '' : `; computed: ${computed || 'nothing'}, ${because}`;
      const mark = agrees === undefined ? '?' : agrees ? colours.green('=') : colours.red('≠');
      return `    ${mark} ${conditionsText(conditions)}: reported: ${said}${ours}`;
    }),
  ]);
  return [...(note === undefined ? [] : [colours.dim(`  ${note}.`)]), ...ofRows];
}

// ---------------------------------------------------------------- every number

const MOST_PER_ROW = 5;

/** Tests with their places in the bands, then what is told per step: each number with a sign. */
function numberLines({ numbers, study }: Audit, colours: Colours, columns?: number): string[] {
  const failed = numbers.filter((number) => !isFine(number)).length;
  const legend = [
    '✓ agrees with the other numbers, and is not outside of its band (or has none); ✗ does not, or is.',
    'Where: −1 is the lower edge of the band, +1 the upper one.',
    'Below: share of our seeds that have less, and half of those that print the same; seeds that collapsed are left out.',
  ];
  const tables = [
    testTable(numbers, study, colours, columns),
    ...study.metrics.flatMap((metric) =>
      metric.per === 'step' ? [stepTable(metric, numbers, study, colours, columns)] : [],
    ),
  ];
  return [
    `  ${numbers.length} in all, ${failed} of them ✗`,
    ...legend.map((line) => colours.dim(`  ${line}`)),
    ...tables.flatMap((table) => ['', ...table.split('\n')]),
  ];
}

function testTable(
  numbers: readonly JudgedNumber[],
  study: Audit['study'],
  colours: Colours,
  columns?: number,
): string {
  const { conditions: known, metrics } = study;
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  const names = new Set(perEpoch.map(({ name }) => name));
  const tests = numbers.filter(({ metric }) => names.has(metric));
  const counted = new Set(tests.flatMap(({ metric, what }) => (what === 'count' ? [metric] : [])));
  const groups: ColumnGroup[] = [
    { heading: '', columns: [...known.map(({ name }) => name), 'epoch', 'line'] },
    ...perEpoch.flatMap((metric) => [
      ...(counted.has(metric.name) ? [{ heading: 'correct', columns: ['printed'] }] : []),
      { heading: metricHeading(metric), columns: ['printed', 'where', 'below'] },
    ]),
  ];
  const rows = [...groupBy(tests, ({ line }) => String(line)).values()].map((ofLine) => {
    const { conditions, epoch, line } = ofLine[0];
    return [
      ...[...conditionCells(known, conditions), epoch === undefined ? 'final' : String(epoch), String(line)],
      ...perEpoch.flatMap(({ name }) => {
        const own = ofLine.filter(({ metric }) => metric === name);
        const count = own.find(({ what }) => what === 'count');
        const value = own.find((number) => number !== count);
        return [
          ...(counted.has(name) ? [marked(count, colours)] : []),
          ...[marked(value, colours), ...placeCells(value?.reproduction)],
        ];
      }),
    ];
  });
  return table(groups, rows, columns);
}

/** As many numbers in a row as there is room for: a table in parts would tear them from the line that they begin at. */
function stepTable(
  { name }: Metric,
  numbers: readonly JudgedNumber[],
  { conditions: known }: Audit['study'],
  colours: Colours,
  columns = Infinity,
): string {
  const own = numbers.filter(({ metric }) => metric === name);
  const epochs = groupBy(own, ({ conditions, epoch }) => `${conditionsText(conditions ?? {})} ${epoch}`);
  const tableOf = (perRow: number): string => {
    const rows = [...epochs.values()].flatMap((ofEpoch) =>
      Array.from({ length: Math.ceil(ofEpoch.length / perRow) }, (_, row) => {
        const some = ofEpoch.slice(row * perRow, (row + 1) * perRow);
        const { conditions, epoch, line } = some[0];
        const cells = some.map((number) => marked(number, colours));
        const padding = Array<string>(perRow - cells.length).fill('');
        return [
          ...conditionCells(known, conditions),
          ...[String(epoch ?? '–'), String(line), ...cells, ...padding],
        ];
      }),
    );
    const groups = [
      { heading: '', columns: [...known.map(({ name }) => name), 'epoch', 'line'] },
      { heading: `logged ${pluralOf(name)}, from that line on`, columns: Array<string>(perRow).fill('') },
    ];
    return table(groups, rows);
  };
  let perRow = MOST_PER_ROW;
  let text = tableOf(perRow);
  while (perRow > 1 && textWidth(text) > columns) text = tableOf(--perRow);
  return text;
}

function marked(number: JudgedNumber | undefined, colours: Colours): string {
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

/** As the summary counts them. */
const VERDICT_WORDS: Readonly<Record<JudgedClaim['verdict'], string>> = {
  holds: 'holds',
  partly: 'in part',
  contradicted: 'contradicted',
  inconclusive: 'inconclusive',
  'cannot be judged': 'that no number could contradict',
};

function claimsTitle({ judged, counts }: Audit['claims']): string {
  const parts = CLAIM_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) =>
      `${counts[verdict]} ${verdict === 'holds' && counts.holds > 1 ? 'hold' : VERDICT_WORDS[verdict]}`,
  );
  return `Every claim, ${judged.length} in all: ${parts.join(', ')}`;
}

function claimsLines({ claims, seeds }: Audit, colours: Colours): string[] {
  if (claims.judged.length === 0) return [];
  return [
    ...(seeds === undefined ? [] : [colours.dim(`  ${askedWords(seeds)}.`), '']),
    ...claims.judged.flatMap((claim) => claimLines(claim, colours)),
  ];
}

const WIDEST_VERDICT = Math.max(...CLAIM_VERDICTS.map(({ length }) => length));

function claimLines(claim: JudgedClaim, colours: Colours): string[] {
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
