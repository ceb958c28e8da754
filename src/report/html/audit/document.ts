import type { AuditedDocument, DocumentLine } from '../../../audit/types';
import { accountingWords } from '../../words';
import { html, type Html } from '../markup';
import type { Section } from '../page';
import { lineLinks } from '../parts';

/** The document, line by line, with what each line was taken for: nothing of it is skipped. */
export function documentSection(document: AuditedDocument): Section {
  const { lines, repairs } = document;
  const unclear = lines.filter(({ kind }) => kind === 'not understood');
  const repaired = [...new Set(repairs.map(({ line }) => line))];
  const repairText =
    repaired.length === 0
      ? undefined
      : html`<p>
          ${repairs.length} characters were UTF-8 that had been read as Mac Roman, and were put right, in
          ${lineLinks(repaired)}.
        </p>`;
  const body = html`<p>${lines.length} lines: ${accountingWords(document)}.</p>
    ${repairText}
    ${unclear.length === 0 ? undefined : html`<p>Not understood: ${lineLinks(unclear.map(({ line }) => line))}.</p>`}
    <details>
      <summary>The document, line by line</summary>
      <ol class="document">
        ${lines.map(lineItem)}
      </ol>
    </details>`;
  return { id: 'document', title: 'Every line accounted for', body };
}

function lineItem({ line, kind, text, reason }: DocumentLine): Html {
  const title = reason === undefined ? kind : `${kind}: ${reason}`;
  return html`<li id="L${line}" class="${kind.replace(' ', '-')}-line">
    <span class="number">${line}</span><span class="text">${text}</span><span class="kind">${title}</span>
  </li> `;
}
