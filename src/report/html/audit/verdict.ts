import { CLAIM_VERDICTS, type Audit, type ClaimVerdict } from '../../../audit/types';
import { collapsesOf, wantingOf } from '../../../audit/summary';
import { knownConditions } from '../../../audit/views';
import { conditionsText } from '../../../run/run';
import { capitalised, settingTitle } from '../../words';
import { html, type Html } from '../markup';
import { badge, lineLink, runId, withLineLinks } from '../parts';
import { claimId } from './claims';

const HEADLINES = {
  pass: 'Nothing in this report was found wanting',
  inconclusive: 'Nothing in this report was found wanting, and not all of it was judged',
  fail: 'Not everything in this report holds',
};

/** More of them are folded. */
const MOST_PROBLEMS = 10;

/** The verdict first: in one sentence, with what does not hold; then in four figures, and folded on a page of words. */
export function verdictBlock(audit: Audit): Html {
  const { verdict, unjudged, summary, numbers, runs, reproduction, claims, document } = audit;
  const agreeing = numbers.filter(({ arithmetic }) => arithmetic === 'pass').length;
  const inBand = reproduction.runs.filter((run) => run.verdict === 'pass').length;
  const problems = problemsOf(audit);
  const more = problems.slice(MOST_PROBLEMS);
  return html`<div class="verdict ${verdict}">
    <div class="status-block">
      <h1>${HEADLINES[verdict]}</h1>
      ${lead(audit)} ${unjudged.length > 0 ? html`<p>Not judged: ${unjudged.join(', ')}.</p>` : undefined}
    </div>
    ${
      problems.length === 0
        ? undefined
        : html`<ul class="problems" aria-label="What does not hold, and what to know of the rest">
            ${problems.slice(0, MOST_PROBLEMS)}
          </ul>`
    }
    ${
      more.length === 0
        ? undefined
        : html`<details class="print">
            <summary>${more.length} more</summary>
            <ul class="problems">
              ${more}
            </ul>
          </details>`
    }
    <dl class="figures">
      ${figure('Numbers that agree', agreeing, numbers.length)}
      ${figure('Runs in our bands', inBand, runs.length)} ${claimsFigure(claims)}
      ${figure('Lines accounted for', document.lines.length - document.accounting['not understood'], document.lines.length)}
    </dl>
    <details class="print words">
      <summary>The whole verdict in words</summary>
      <div>${summary.map((paragraph) => html`<p>${withLineLinks(paragraph)}</p> `)}</div>
    </details>
  </div>`;
}

/** `1 sentence contradicted, 6 sentences true in part only; no number found wrong.` */
function lead(audit: Audit): Html | undefined {
  const { findings, numbers } = audit;
  const wanting = wantingOf(audit);
  const isRight = numbers.length > 0 && findings.length === 0;
  const parts = [
    ...(wanting.length === 0 ? [] : [wanting.join(', ')]),
    ...(isRight ? ['no number found wrong'] : []),
  ];
  return parts.length === 0 ? undefined : html`<p class="lead">${capitalised(parts.join('; '))}.</p>`;
}

/** The worst first, each with where it stands; then what a reader should know of what holds. */
function problemsOf(audit: Audit): Html[] {
  const { claims, findings, reproduction, runs, verdictTable, study } = audit;
  const claimed = (wanted: ClaimVerdict): Html[] =>
    claims.judged.flatMap(({ verdict, quote, line }, index) =>
      verdict === wanted
        ? [
            problem(
              badge(verdict),
              html`<a href="#${claimId(index)}">“${quote}”</a
                >${line === undefined ? undefined : html` (${lineLink(line)})`}`,
            ),
          ]
        : [],
    );
  const inLines = findings.filter(({ group }) => group !== 'bands');
  const outside = reproduction.runs.flatMap(({ verdict, reason }, index) => {
    if (verdict !== 'fail') return [];
    const title = settingTitle(knownConditions(runs[index]) ?? {}, study.conditions);
    const run = title === '' ? `run from line ${runs[index].firstLine}` : title;
    return [problem(badge('fail'), html`<a href="#${runId(index)}">${capitalised(run)}</a>: ${reason}`)];
  });
  const wrongCells = (verdictTable?.rows ?? []).flatMap(({ name, line, cells }) =>
    cells.flatMap(({ conditions, agrees, reported, computed }) =>
      agrees === false
        ? [
            problem(
              badge('fail'),
              html`<a href="#verdict-table">${name}</a> of ${conditionsText(conditions)} (${lineLink(line)}):
                reported ${reported || 'nothing'}, computed ${computed || 'nothing'}`,
            ),
          ]
        : [],
    ),
  );
  return [
    ...inLines.map(({ line, message }) => problem(badge('fail'), html`${message} (${lineLink(line)})`)),
    ...outside,
    ...claimed('contradicted'),
    ...wrongCells,
    ...claimed('partly'),
    ...collapsesOf(reproduction).map((sentence) =>
      problem(html`<span class="badge middling">note</span>`, html`${sentence}`),
    ),
  ];
}

function problem(status: Html, what: Html): Html {
  return html`<li>${status} <span>${what}</span></li> `;
}

function figure(name: string, count: number, of: number): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><b>${count}</b> of ${of}</dd>
  </div>`;
}

function claimsFigure({ judged, counts }: Audit['claims']): Html {
  if (judged.length === 0)
    return html`<div>
      <dt>Claims that hold</dt>
      <dd>none judged</dd>
    </div>`;
  const others = CLAIM_VERDICTS.filter((verdict) => verdict !== 'holds' && counts[verdict] > 0);
  const text = others.map((verdict) => `${counts[verdict]} ${SHORT[verdict]}`).join(', ');
  return html`<div>
    <dt>Claims that hold</dt>
    <dd><b>${counts.holds}</b> of ${judged.length}${text && html`<small>${text}</small>`}</dd>
  </div>`;
}

const SHORT: Readonly<Record<ClaimVerdict, string>> = {
  holds: 'hold',
  partly: 'partly',
  contradicted: 'contradicted',
  inconclusive: 'inconclusive',
  'cannot be judged': 'that no number could contradict',
};
