import { CLAIM_VERDICTS, type Audit, type Evidence, type JudgedClaim } from '../../../audit/types';
import { askedWords, claimShareWords } from '../../../audit/shareWords';
import { conditionsText } from '../../../run/run';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { badge, lineLink, shareBar } from '../parts';

/** Each sentence that claims something: how it was read, what speaks for and against it, and how many seeds bear it out. */
export function claimsSection({ claims, document, seeds }: Audit): Section {
  const { judged, unclaimed, unclaimedRows, counts } = claims;
  const settingOf = new Map(
    document.lines.map(({ line, conditions = {} }) => [line, conditionsText(conditions)]),
  );
  const judgeable = judged.filter(({ verdict }) => verdict !== 'cannot be judged');
  const unjudgeable = judged.filter(({ verdict }) => verdict === 'cannot be judged');
  const tally = CLAIM_VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => html`<li>${badge(verdict)} ${counts[verdict]}</li>`,
  );
  const body = html`${
    judged.length === 0
      ? html`<p>No claim was judged.</p>`
      : html`<ul class="tally" aria-label="How many claims have each verdict">
            ${tally}
          </ul>
          ${seeds && html`<p>${askedWords(seeds)}.</p>`}`
  }
  ${judgeable.map((claim) => claimCard(claim, claim.line === undefined ? '' : (settingOf.get(claim.line) ?? '')))}
  ${unjudgeable.length === 0 ? undefined : unjudgeableList(unjudgeable)}
  ${unclaimedList('sentences', unclaimed)}${unclaimedList('rows of tables', unclaimedRows)}`;
  return { id: 'claims', title: 'Claims', body };
}

function claimCard(claim: JudgedClaim, setting: string): Html {
  const { line, quote, reading, predicate, verdict, because, supporting, against } = claim;
  const place = line === undefined ? 'not in the document' : lineLink(line);
  return html`<article class="claim">
    <div class="status">${badge(verdict)}</div>
    <div>
      <blockquote><p>${quote}</p></blockquote>
      <p class="place">
        ${place}${setting === '' ? undefined : `, ${setting}`} · read as: ${reading}
        <span class="predicate">(${predicate})</span>
      </p>
      <p class="because">${because}</p>
      ${seedsText(claim)}
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

function unjudgeableList(claims: readonly JudgedClaim[]): Html {
  const items = claims.map(
    ({ quote, line, because }) =>
      html`<li>“${quote}”${line === undefined ? undefined : html` (${lineLink(line)})`}: ${because}</li> `,
  );
  return html`<details class="print">
    <summary>${claims.length} claims that cannot be judged, and why</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}

function unclaimedList(what: string, unclaimed: Audit['claims']['unclaimed']): Html | undefined {
  if (unclaimed.length === 0) return undefined;
  const items = unclaimed.map(({ line, text }) => html`<li>${text} (${lineLink(line)})</li> `);
  return html`<details class="print">
    <summary>${unclaimed.length} ${what} that are not judged</summary>
    <ul>
      ${items}
    </ul>
  </details>`;
}
