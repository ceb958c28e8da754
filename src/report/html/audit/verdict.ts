import { CLAIM_VERDICTS, type Audit, type ClaimVerdict } from '../../../audit/types';
import { html, type Html } from '../markup';
import { withLineLinks } from '../parts';

const HEADLINES = {
  pass: 'Nothing in this report was found wanting',
  inconclusive: 'Nothing in this report was found wanting, and not all of it was judged',
  fail: 'Not everything in this report holds',
};

/** The verdict first: in one sentence, in four figures, and on a page of words. */
export function verdictBlock(audit: Audit): Html {
  const { verdict, unjudged, summary, numbers, runs, reproduction, claims, document } = audit;
  const agreeing = numbers.filter(({ arithmetic }) => arithmetic === 'pass').length;
  const inBand = reproduction.runs.filter((run) => run.verdict === 'pass').length;
  return html`<div class="verdict ${verdict}">
    <h1>${HEADLINES[verdict]}</h1>
    ${unjudged.length > 0 ? html`<p class="lead">Not judged: ${unjudged.join(', ')}.</p>` : undefined}
    <dl class="figures">
      ${figure('Numbers that agree', agreeing, numbers.length)}
      ${figure('Runs in our bands', inBand, runs.length)} ${claimsFigure(claims)}
      ${figure('Lines accounted for', document.lines.length - document.accounting['not understood'], document.lines.length)}
    </dl>
    <div class="words">${summary.map((paragraph) => html`<p>${withLineLinks(paragraph)}</p> `)}</div>
  </div>`;
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
  'cannot be judged': 'cannot be judged',
};
