import { plural } from '../../../base/words';
import type { Audit, ClaimVerdict, Evidence, JudgedClaim } from '../../../audit/types';
import { askedWords, claimShareWords } from '../../../audit/shareWords';
import { conditionsText } from '../../../run/run';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { badge, filterButtons, lineLink, shareBar } from '../parts';

/** The worst first. */
const ORDER: readonly ClaimVerdict[] = [
  'contradicted',
  'partly',
  'inconclusive',
  'holds',
  'cannot be judged',
];
/** What is open to begin with. */
const OPEN: readonly ClaimVerdict[] = ['contradicted', 'partly', 'inconclusive'];
const NOT_JUDGED = 'not judged';

/** Of the card of a claim, by its place in `claims.judged`. */
export function claimId(index: number): string {
  return `claim-${index + 1}`;
}

/** Each sentence that claims something: how it was read, what speaks for and against it, and how many seeds bear it out. */
export function claimsSection({ claims, document, seeds }: Audit): Section {
  const { judged, unclaimed, unclaimedRows, counts } = claims;
  const settingOf = new Map(
    document.lines.map(({ line, conditions = {} }) => [line, conditionsText(conditions)]),
  );
  const numbered = judged.map((claim, index) => ({ claim, id: claimId(index) }));
  const groups = ORDER.map((verdict) => {
    const own = numbered.filter(({ claim }) => claim.verdict === verdict);
    const cards = own.map(({ claim, id }) =>
      claimCard(claim, id, claim.line === undefined ? '' : (settingOf.get(claim.line) ?? '')),
    );
    return folded(verdict, html`${badge(verdict)} ${own.length}`, cards, OPEN.includes(verdict));
  });
  const notJudged = [...unclaimed, ...unclaimedRows].length;
  const filter = filterButtons('Show claims', judged.length + notJudged, [
    ...ORDER.map((verdict) => ({ value: verdict, count: counts[verdict], label: badge(verdict) })),
    { value: NOT_JUDGED, count: notJudged, label: NOT_JUDGED },
  ]);
  const body = html`${judged.length === 0 ? html`<p>No claim was judged.</p>` : seeds && html`<p>${askedWords(seeds)}.</p>`}
  ${filter} ${groups}
  ${folded(NOT_JUDGED, html`${plural(unclaimed.length, 'sentence')} not judged`, unclaimed.map(unclaimedItem), false)}
  ${folded(NOT_JUDGED, html`${plural(unclaimedRows.length, 'row')} of tables not judged`, unclaimedRows.map(unclaimedItem), false)}`;
  return { id: 'claims', title: 'Claims', body };
}

function folded(value: string, title: Html, items: readonly Html[], isOpen: boolean): Html | undefined {
  if (items.length === 0) return undefined;
  const summary = html`<summary>${title}</summary>`;
  return isOpen
    ? html`<details class="print claims" data-filter="${value}" open>${summary}${items}</details> `
    : html`<details class="print claims" data-filter="${value}">${summary}${items}</details> `;
}

function unclaimedItem({ line, text }: Audit['claims']['unclaimed'][number]): Html {
  return html`<p>${text} (${lineLink(line)})</p> `;
}

function claimCard(claim: JudgedClaim, id: string, setting: string): Html {
  const { line, quote, reading, predicate, verdict, because, supporting, against } = claim;
  const place = line === undefined ? 'not in the document' : lineLink(line);
  const isJudged = verdict !== 'cannot be judged';
  return html`<article class="claim" id="${id}">
    <div class="status">${badge(verdict)}</div>
    <div>
      <blockquote><p>${quote}</p></blockquote>
      <p class="place">
        ${place}${setting === '' ? undefined : `, ${setting}`}${isJudged ? html` · read as: ${reading} <span class="predicate">(${predicate})</span>` : undefined}
      </p>
      <p class="because">${because}</p>
      ${isJudged ? seedsText(claim) : undefined}
      ${supporting.length + against.length === 0 ? undefined : evidenceDetails(supporting, against)}
    </div>
  </article> `;
}

function seedsText(claim: JudgedClaim): Html {
  const { parts, seeds, noSeeds } = claim;
  if (seeds === undefined) return html`<p class="seeds-text">Not asked of our seeds: ${noSeeds}.</p>`;
  const shares = [...parts.flatMap((part) => part.seeds ?? []), seeds];
  return html`${claimShareWords(claim).map(
    (words, i) => html`<p class="seeds-text">${shareBar(shares[i])} ${words}.</p> `,
  )}`;
}

function evidenceDetails(supporting: readonly Evidence[], against: readonly Evidence[]): Html {
  return html`<details class="print">
    <summary>Evidence: ${supporting.length} for, ${against.length} against</summary>
    ${evidenceList('For', supporting)}${evidenceList('Against', against)}
  </details>`;
}

function evidenceList(name: string, evidence: readonly Evidence[]): Html | undefined {
  if (evidence.length === 0) return undefined;
  const items = evidence.map(
    ({ line, text }) => html`<li>${text}${line === undefined ? undefined : html` (${lineLink(line)})`}</li> `,
  );
  return html`<p class="side">${name}</p>
    <ul>
      ${items}
    </ul> `;
}
