import type {
  Audit,
  AuditedRun,
  CellPlacement,
  EpochView,
  JudgedNumber,
  RunPlacement,
} from '../../../audit/types';
import { METRICS } from '../../../judge/curve';
import { pythonFixed } from '../../../base/printf';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import {
  agreement,
  badge,
  epochTable,
  lineLink,
  METRIC_DECIMALS,
  meter,
  percent,
  shareText,
  signed,
} from '../parts';

type Metric = (typeof METRICS)[number];

/** What the report says of each epoch beside what is to be expected, and every number on its own. */
export function numbersSection({ runs, reproduction, numbers }: Audit): Section {
  const body = html`<p>${badge(reproduction.verdict)} ${reproduction.reason}.</p>
    ${runs.map((run, index) => runCard(run, reproduction.runs[index]))}
    <details>
      <summary>All ${numbers.length} numbers that the report prints</summary>
      ${numbersTable(numbers)}
    </details>`;
  return { id: 'numbers', title: 'Reported against reproduced', body };
}

function runCard(run: AuditedRun, placement: RunPlacement): Html {
  const { lr, firstLine, epochs, finalAccuracy } = run;
  const name = lr === undefined ? `Run from line ${firstLine}` : `Learning rate ${lr}`;
  return html`<article class="card">
    <h3>${name} ${badge(placement.verdict)}</h3>
    <p>
      ${placement.reason}.${pValueText(placement)}${finalAccuracy && html` Final accuracy ${pythonFixed(finalAccuracy.value, 2)} % (${lineLink(finalAccuracy.line)}).`}
    </p>
    ${collapseText(placement)}
    <div class="pair">
      ${METRICS.map((metric) =>
        metricTable(
          name,
          metric,
          epochs,
          placement.cells.filter((cell) => cell.metric === metric),
        ),
      )}
    </div>
  </article> `;
}

function pValueText({ pValue }: RunPlacement): string | undefined {
  if (pValue === undefined) return undefined;
  return ` By the rank of its score among ours, p = ${pythonFixed(pValue, 2)}.`;
}

function collapseText({ collapse }: RunPlacement): Html | undefined {
  if (collapse === undefined || collapse.collapsed === 0) return undefined;
  const { collapsed, of, lower, upper } = collapse;
  return html`<p class="note">
    At this learning rate, ${shareText({ holds: collapsed, of, lower, upper })} end at chance.
  </p>`;
}

function metricTable(
  run: string,
  metric: Metric,
  epochs: readonly EpochView[],
  cells: readonly CellPlacement[],
): Html {
  const rows = epochs.map((epoch) => {
    const value = epoch[metric];
    const cell = cells.find((candidate) => candidate.epoch === epoch.epoch);
    const reported = value === undefined ? 'no test' : pythonFixed(value, METRIC_DECIMALS[metric]);
    const { band, position, quantile } = cell ?? {};
    const range =
      band &&
      `${pythonFixed(band.lower, METRIC_DECIMALS[metric])} … ${pythonFixed(band.upper, METRIC_DECIMALS[metric])}`;
    return html`<tr>
      <th scope="row">${epoch.epoch}</th>
      <td>${reported}</td>
      <td class="range">${range ?? '–'}</td>
      <td class="where">
        ${position === undefined ? '–' : html`${meter(position)}<span class="position">${signed(position, 2)}</span>`}
      </td>
      <td>${quantile === undefined ? '–' : percent(quantile)}</td>
    </tr> `;
  });
  const columns = ['reported', ['band', 'range'], ['where in it', 'where'], 'seeds below'] as const;
  return epochTable(metric, run, columns, rows);
}

function numbersTable(numbers: readonly JudgedNumber[]): Html {
  const rows = numbers.map(({ line, lr, what, epoch, seen, printed, arithmetic, reproduction }) => {
    const where = [what, epoch !== undefined && `epoch ${epoch}`, seen !== undefined && `${seen} seen`];
    const { verdict, quantile } = reproduction;
    return html`<tr>
      <td>${lineLink(line, String(line))}</td>
      <td>${lr ?? '–'}</td>
      <th scope="row">${where.filter(Boolean).join(', ')}</th>
      <td>${printed}</td>
      <td>${agreement(arithmetic === 'pass')}</td>
      <td>${verdict === 'no-reference' ? '–' : badge(verdict)}</td>
      <td>${quantile === undefined ? '–' : percent(quantile)}</td>
    </tr> `;
  });
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table: all numbers">
    <table class="numbers all">
      <caption>
        Every number, in the report's order. “Agrees”: with the other numbers of its line and run.
      </caption>
      <thead>
        <tr>
          <th scope="col">line</th>
          <th scope="col">lr</th>
          <th scope="col">what</th>
          <th scope="col">printed</th>
          <th scope="col">agrees</th>
          <th scope="col">in the band</th>
          <th scope="col">seeds below</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
