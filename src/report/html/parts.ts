import type { ClaimVerdict, SeedShare } from '../../audit/types';
import type { Verdict } from '../../judge/verdict';
import { pythonFixed } from '../../base/printf';
import type { Metric } from '../../study/types';
import { capitalised } from '../words';
import { html, type Html } from './markup';

/** What several sections of a page have in common. */

const TONES: Readonly<Record<Verdict | ClaimVerdict, 'good' | 'bad' | 'middling' | 'neutral'>> = {
  ...{ pass: 'good', holds: 'good', fail: 'bad', contradicted: 'bad' },
  ...{ partly: 'middling', inconclusive: 'middling', waived: 'middling' },
  ...{ 'no-reference': 'neutral', 'cannot be judged': 'neutral' },
};

/** A verdict, coloured. */
export function badge(verdict: Verdict | ClaimVerdict): Html {
  return html`<span class="badge ${TONES[verdict]}">${verdict.replace('-', ' ')}</span>`;
}

/** Choices of what a list shows, with how many there are of each; the script makes them work on what has `data-filter` within the group. */
export function filterButtons(
  name: string,
  all: number,
  choices: readonly { readonly value: string; readonly count: number; readonly label: Html | string }[],
): Html | undefined {
  const present = choices.filter(({ count }) => count > 0);
  if (present.length < 2) return undefined;
  const button = (value: string, label: Html | string, count: number): Html =>
    html`<button type="button" value="${value}" aria-pressed="${String(value === '')}">
      ${label} ${count}
    </button>`;
  return html`<div class="controls filter" role="group" aria-label="${name}" hidden>
    ${button('', 'all', all)}${present.map(({ value, label, count }) => button(value, label, count))}
  </div>`;
}

/** Whether two things agree, as a sign and for those who do not see it in a word. */
export function agreement(agrees: boolean): Html {
  const [tone, sign, word] = agrees ? ['good', '✓', 'agrees'] : ['bad', '✗', 'does not agree'];
  return html`<span class="sign ${tone}" role="img" aria-label="${word}">${sign}</span>`;
}

/** Of the card of a run, by its place among all. */
export function runId(index: number): string {
  return `run-${index + 1}`;
}

/** To the line, in the section that shows the document. */
export function lineLink(line: number, text = `line ${line}`): Html {
  return html`<a class="line" href="#L${line}">${text}</a>`;
}

/** A text in which each `line 12` is a link. */
export function withLineLinks(text: string): Html {
  const parts = text.split(/\b(line \d+)\b/);
  return html`${parts.map((part, i) => (i % 2 === 0 ? part : lineLink(Number(part.slice('line '.length)))))}`;
}

export function lineLinks(lines: readonly number[]): Html {
  const links = lines.map((line, i) => html`${i === 0 ? '' : ', '}${lineLink(line, String(line))}`);
  return html`${lines.length === 1 ? 'line ' : 'lines '}${links}`;
}

/** −1 at the left end of the bar, 1 at the right one; outside of it beyond. */
export function meter(position: number): Html {
  const isInside = Math.abs(position) <= 1;
  // What is not a number is as far out as there is room.
  const x = 40 + 30 * Math.max(-1.25, position <= 1.25 ? position : 1.25);
  return html`<svg class="meter" width="80" height="12" viewBox="0 0 80 12" aria-hidden="true">
    <rect class="band" x="10" y="3" width="60" height="6" rx="3" />
    <path class="middle" d="M40 1V11" />
    <circle class="${isInside ? 'inside' : 'outside'}" cx="${pythonFixed(x, 1)}" cy="6" r="4" />
  </svg>`;
}

/** `22 of our 23 seeds (78 % to 100 %)` */
export function shareText({
  holds,
  of,
  lower,
  upper,
}: Pick<SeedShare, 'holds' | 'of' | 'lower' | 'upper'>): string {
  return `${holds} of our ${of} seeds (${percent(lower)} to ${percent(upper)})`;
}

export function shareBar({ holds, of }: SeedShare): Html {
  const width = of === 0 ? 0 : (60 * holds) / of;
  return html`<svg class="share" width="60" height="6" viewBox="0 0 60 6" aria-hidden="true">
    <rect class="of" width="60" height="6" rx="3" />
    <rect class="holds" width="${pythonFixed(width, 1)}" height="6" rx="3" />
  </svg>`;
}

export function percent(share: number): string {
  return `${pythonFixed(100 * share, 0)} %`;
}

/** `+0.20` */
export function signed(value: number, decimals: number): string {
  const text = pythonFixed(Math.abs(value), decimals);
  return value < 0 ? `−${text}` : `+${text}`;
}

/** A column's name, and what its cells are, for the style. */
export type Column = string | readonly [name: string, kind: 'range' | 'where'];

/** A table of one metric by epochs, whose rows begin with the epoch. */
export function epochTable(
  { name, kind }: Metric,
  run: string,
  columns: readonly Column[],
  rows: readonly Html[],
): Html {
  const headers = ['epoch', ...columns].map((column) => {
    if (typeof column === 'string') return html`<th scope="col">${column}</th>`;
    return html`<th scope="col" class="${column[1]}">${column[0]}</th>`;
  });
  return html`<table class="numbers">
    <caption>
      ${capitalised(name)}${kind === 'percent' ? ', %' : ''}<span class="hidden">, ${run}</span>
    </caption>
    <thead>
      <tr>
        ${headers}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
