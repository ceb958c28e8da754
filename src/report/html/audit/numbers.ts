import type {
  Audit,
  AuditedRun,
  CellPlacement,
  JudgedNumber,
  RunPlacement,
  StudyTerms,
} from '../../../audit/types';
import { epochPoints, epochsOf, firstOfEpochs, knownConditions, metricOf } from '../../../audit/views';
import { show, titlesOf } from '../../../audit/words';
import { pythonFixed } from '../../../base/printf';
import { placeText } from '../../../run/words';
import type { Metric } from '../../../study/types';
import { capitalised, conditionCells, digits, rangeText, settingTitle } from '../../words';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { agreement, badge, epochTable, lineLink, meter, percent, runId, shareText, signed } from '../parts';

/** What the report says of each epoch beside what is to be expected, and every number on its own. */
export function numbersSection({ runs, reproduction, numbers, study }: Audit): Section {
  const body = html`<p>${badge(reproduction.verdict)} ${reproduction.reason}.</p>
    ${runs.map((run, index) => runCard(run, runId(index), reproduction.runs[index], study))}
    <details>
      <summary>All ${numbers.length} numbers that the report prints</summary>
      ${numbersTable(numbers, study)}
    </details>`;
  return { id: 'numbers', title: 'Reported against reproduced', body };
}

function runCard(
  run: AuditedRun,
  id: string,
  placement: RunPlacement,
  { conditions: known, metrics }: StudyTerms,
): Html {
  const { firstLine, final = {} } = run;
  const title = settingTitle(knownConditions(run) ?? {}, known);
  const name = title === '' ? `Run from line ${firstLine}` : capitalised(title);
  const finals = metrics.flatMap((metric) => {
    const { value, line = firstLine } = final[metric.name] ?? {};
    return value === undefined
      ? []
      : [html` Final ${metric.name} ${show(metric, value)} (${lineLink(line)}).`];
  });
  return html`<article class="card" id="${id}">
    <h3>${name} ${badge(placement.verdict)}</h3>
    <p>${placement.reason}.${pValueText(placement)}${finals}</p>
    ${collapseText(placement, titlesOf(known))}
    <div class="pair">
      ${metrics.flatMap((metric) =>
        metric.per === 'epoch'
          ? [
              metricTable(
                name,
                metric,
                run,
                placement.cells.filter((cell) => cell.metric === metric.name),
              ),
            ]
          : [],
      )}
    </div>
  </article> `;
}

function pValueText({ pValue }: RunPlacement): string | undefined {
  if (pValue === undefined) return undefined;
  return ` By the rank of its score among ours, p = ${pythonFixed(pValue, 2)}.`;
}

function collapseText({ collapse }: RunPlacement, title: string): Html | undefined {
  if (collapse === undefined || collapse.collapsed === 0) return undefined;
  const { collapsed, of, lower, upper } = collapse;
  return html`<p class="note">
    ${title === '' ? '' : `At this ${title}, `}${shareText({ holds: collapsed, of, lower, upper })} end at
    chance.
  </p>`;
}

function metricTable(name: string, metric: Metric, run: AuditedRun, cells: readonly CellPlacement[]): Html {
  const [points, cellOf] = [firstOfEpochs(epochPoints(run, metric)), firstOfEpochs(cells)];
  const rows = epochsOf(run).map((epoch) => {
    const [point, cell] = [points.get(epoch), cellOf.get(epoch)];
    const reported = point === undefined ? 'no test' : digits(metric, point.value);
    const { band, position, quantile } = cell ?? {};
    const range = band && rangeText(metric, band);
    return html`<tr>
      <th scope="row">${epoch}</th>
      <td>${reported}</td>
      <td class="range">${range ?? '–'}</td>
      <td class="where">
        ${position === undefined ? '–' : html`${meter(position)}<span class="position">${signed(position, 2)}</span>`}
      </td>
      <td>${quantile === undefined ? '–' : percent(quantile)}</td>
    </tr> `;
  });
  const columns = ['reported', ['band', 'range'], ['where in it', 'where'], 'seeds below'] as const;
  return epochTable(metric, name, columns, rows);
}

/** `accuracy`, `correct count`, `final accuracy` */
function numberName({ metric, what }: JudgedNumber): string {
  if (what === 'count') return 'correct count';
  return what === 'final' ? `final ${metric}` : metric;
}

function numbersTable(numbers: readonly JudgedNumber[], { conditions: known, metrics }: StudyTerms): Html {
  const rows = numbers.map((number) => {
    const { line, conditions, epoch, step, printed, arithmetic, reproduction } = number;
    const isPlaced = epoch !== undefined || step !== undefined;
    const { steps } = metricOf(metrics, number.metric);
    const where = [numberName(number), ...(isPlaced ? [placeText({ epoch, step }, steps)] : [])];
    const { verdict, quantile } = reproduction;
    return html`<tr>
      <td>${lineLink(line, String(line))}</td>
      ${conditionCells(known, conditions).map((cell) => html`<td>${cell}</td>`)}
      <th scope="row">${where.join(', ')}</th>
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
          ${known.map(({ name }) => html`<th scope="col">${name}</th>`)}
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
