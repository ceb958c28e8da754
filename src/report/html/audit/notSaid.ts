import type { Audit } from '../../../audit/types';
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
      body: html`<p>What follows from the numbers in the report's logs, whether or not the report says so.</p>
        ${list(implied)}`,
    },
    {
      id: 'omissions',
      title: 'What no line of the report speaks of',
      body: html`<p>
          No line of the report speaks of it, but nobody can repeat or judge the runs without it.
        </p>
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
