import type { Audit } from '../../../judge/audit/types';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { lineLink, lineLinks } from '../parts';

/** What is wrong on a line; no section where nothing is. */
export function findingsSection({ findings }: Audit): Section[] {
  if (findings.length === 0) return [];
  const items = findings.map(
    ({ line, rule, message }) => html`<li>${lineLink(line)}: <b>${rule}</b>: ${message}</li> `,
  );
  return [
    {
      id: 'findings',
      title: 'What is wrong',
      body: html`<ul class="findings">
        ${items}
      </ul>`,
    },
  ];
}

/** What the numbers imply, and what the report leaves out. */
export function notSaidSections({ inferences, omissions }: Audit): Section[] {
  const implied = inferences.map(({ what, because, lines }) =>
    pair(what, html`${because} (${lineLinks(lines)})`),
  );
  const missing = omissions.map(({ what, consequence }) => pair(what, html`${consequence}`));
  const list = (pairs: readonly Html[]): Html =>
    pairs.length === 0 ? html`<p>Nothing.</p>` : html`<dl class="pairs">${pairs}</dl>`;
  return [
    {
      id: 'inferences',
      title: 'What the numbers imply',
      body: html`<p>Not said in the report, but to be read from its numbers.</p>
        ${list(implied)}`,
    },
    {
      id: 'omissions',
      title: 'What is missing',
      body: html`<p>A reader who wants to make the runs again would need it.</p>
        ${list(missing)}`,
    },
  ];
}

function pair(what: string, why: Html): Html {
  return html`<div>
    <dt>${what}</dt>
    <dd>${why}</dd>
  </div> `;
}
