import type { VerdictCell, VerdictTable } from '../../../audit/types';
import { shareWords } from '../../../audit/shareWords';
import { titlesOf } from '../../../audit/words';
import { conditionsText, type Conditions } from '../../../run/run';
import type { Condition } from '../../../study/types';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { agreement, lineLink } from '../parts';

/** The report's own verdicts, and under each what stated rules make of the same runs. */
export function verdictTableSection(
  { columns, rows, note }: VerdictTable,
  known: readonly Condition[],
): Section {
  const header = columns.map((conditions) => html`<th scope="col">${nameOf(conditions)}</th>`);
  const lines = rows.map(
    ({ name, line, cells }) =>
      html`<tr>
        <th scope="row">${name}<br />${lineLink(line)}</th>
        ${cells.map(cellHtml)}
      </tr> `,
  );
  const rules = rows.map(
    ({ name, rule, cells }) =>
      html`<dt>${name}</dt>
        <dd>${rule ?? 'There is no rule for this row.'}${cells.map(becauseOf)}</dd> `,
  );
  const body = html`<table class="verdicts">
      <caption>
        Reported, and computed from the report's runs
      </caption>
      <thead>
        <tr>
          <th scope="col">${titlesOf(known)}</th>
          ${header}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
    ${note && html`<p>${note}.</p>`}
    ${rows.map(({ name, unclear }) => unclear && html`<p>${name}: ${unclear}.</p> `)}
    <details class="print">
      <summary>The rules, and the numbers they rest on</summary>
      <dl class="rules">${rules}</dl>
    </details>`;
  return { id: 'verdict-table', title: 'The verdict table', body };
}

/** Of one condition its value is enough, below its title. */
function nameOf(conditions: Conditions): string {
  const values = Object.values(conditions);
  return values.length === 1 ? String(values[0]) : conditionsText(conditions);
}

function cellHtml({ reported, emoji, computed, agrees }: VerdictCell): Html {
  const said = [reported, emoji].filter(Boolean).join(' ') || '–';
  const ours = computed === undefined ? 'not computed' : computed || '–';
  return html`<td>
    <span class="reported-text">${said}</span
    ><span class="computed"
      >${agrees === undefined ? undefined : agreement(agrees)}
      <span class="hidden">computed: </span>${ours}</span
    >
  </td>`;
}

function becauseOf({ conditions, because, seeds }: VerdictCell): Html | undefined {
  if (because === undefined) return undefined;
  return html`<br /><b>${nameOf(conditions)}</b>:
    ${because}${seeds && `; the rule gives the reported verdict in ${shareWords(seeds)}`}`;
}
