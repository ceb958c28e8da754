import type { Audit, VerdictTable } from '../../audit/types';
import { askedWords, claimShareWords } from '../../audit/shareWords';
import { epochPoints, epochsOf, firstOfEpochs, knownConditions } from '../../audit/views';
import { conditionsText } from '../../run/run';
import { auditVerdictText } from '../auditSubjects';
import { findingText } from '../judged';
import { conditionCells, digits, metricHeading, rangeText } from '../words';
import { markdownTable, plain } from './judgements';

/** An audit as Markdown, for a pull request's comment: the verdict first, then claims, runs, the verdict table, and what is not said. */
export function auditMarkdown(audit: Audit): string {
  const { document, summary, findings, claims, inferences, omissions, verdictTable } = audit;
  const unclear = document.lines.filter(({ kind }) => kind === 'not understood');
  const sections = [
    [
      `## ${plain(document.path)}: ${auditVerdictText(audit)}`,
      ...summary.flatMap((paragraph) => ['', plain(paragraph)]),
    ],
    section(
      'What is wrong',
      findings.map((finding) => `- ${plain(findingText(finding))}`),
    ),
    section('Claims', claimsTable(audit)),
    section(
      'Sentences that are not judged',
      claims.unclaimed.map(({ line, text }) => `- line ${line}: ${plain(text)}`),
    ),
    section(
      'Rows of tables that are not judged',
      claims.unclaimedRows.map(({ line, text }) => `- line ${line}: ${plain(text)}`),
    ),
    section('Reported against reproduced', runsTable(audit)),
    section('The verdict table', verdictTable === undefined ? [] : verdictRows(verdictTable)),
    section(
      'What the numbers imply',
      inferences.map(({ what, because }) => `- **${plain(what)}**: ${plain(because)}`),
    ),
    section(
      'What no line of the report speaks of',
      omissions.map(({ what, consequence }) => `- **${plain(what)}**: ${plain(consequence)}`),
    ),
    section(
      'Lines that are not understood',
      unclear.map(({ line, text }) => `- line ${line}: ${plain(text)}`),
    ),
    section('Receipt', receiptLines(audit)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`### ${title}`, '', ...lines];
}

function claimsTable({ claims: { judged }, seeds }: Audit): string[] {
  if (judged.length === 0) return [];
  const rows = judged.map((claim) => [
    claim.line === undefined ? '–' : String(claim.line),
    claim.quote,
    claim.verdict,
    claim.because,
    claimShareWords(claim).join('; ') || '–',
  ]);
  return [
    ...markdownTable(['line', 'claim', 'verdict', 'because', 'in our seeds'], rows),
    ...(seeds === undefined ? [] : ['', plain(`${askedWords(seeds)}.`)]),
  ];
}

function runsTable({ runs, reproduction, study }: Audit): string[] {
  const { conditions: known, metrics } = study;
  const perEpoch = metrics.filter(({ per }) => per === 'epoch');
  const rows = runs.flatMap((run, index) => {
    const { cells, verdict } = reproduction.runs[index];
    const ofMetrics = perEpoch.map((metric) => ({
      metric,
      points: firstOfEpochs(epochPoints(run, metric)),
      cells: firstOfEpochs(cells.filter((cell) => cell.metric === metric.name)),
    }));
    return epochsOf(run).map((epoch, i) => [
      ...[...conditionCells(known, knownConditions(run)), String(epoch)],
      ...ofMetrics.flatMap(({ metric, points, cells }) => {
        const [point, band] = [points.get(epoch), cells.get(epoch)?.band];
        return [
          point === undefined ? '–' : digits(metric, point.value),
          band === undefined ? '–' : rangeText(metric, band),
        ];
      }),
      i === 0 ? verdict : '',
    ]);
  });
  const columns = [
    ...[...known.map(({ name }) => name), 'epoch'],
    ...perEpoch.flatMap((metric) => [metricHeading(metric), 'band']),
    'run',
  ];
  return markdownTable(columns, rows);
}

function verdictRows({ columns, rows, note }: VerdictTable): string[] {
  const cell = ({
    reported,
    emoji,
    computed,
    agrees,
  }: VerdictTable['rows'][number]['cells'][number]): string => {
    const said = [reported, emoji].filter(Boolean).join(' ') || '–';
    if (agrees === undefined) return said;
    return agrees ? `${said} (agrees)` : `${said} (computed: ${computed || '–'})`;
  };
  const unclear = rows.flatMap(({ name, unclear }) =>
    unclear === undefined ? [] : [`${name}: ${unclear}.`],
  );
  const words = [...(note === undefined ? [] : [`${note}.`]), ...unclear];
  return [
    ...markdownTable(
      ['', ...columns.map(conditionsText)],
      rows.map(({ name, cells }) => [name, ...cells.map(cell)]),
    ),
    ...(words.length === 0 ? [] : ['', plain(words.join(' '))]),
  ];
}

function receiptLines({ receipt }: Audit): string[] {
  const { command, version, inputs } = receipt;
  return [
    ...markdownTable(
      ['what', 'file', 'SHA-256'],
      inputs.map(({ what, path, sha256 }) => [what, path, sha256]),
    ),
    '',
    `assay ${plain(version)}: ${plain(command)}`,
  ];
}
