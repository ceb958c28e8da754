import type { Audit } from '../../../audit/types';
import { curvesSection, panelsText } from '../curvesSection';
import { curvesOfAudit, type CurveReferences } from '../curvesOf';
import { madeBy } from '../citation';
import { html } from '../markup';
import { pageText, type Page } from '../page';
import { claimsSection } from './claims';
import { documentSection } from './document';
import { numbersSection } from './numbers';
import { findingsSection, notSaidSections } from './notSaid';
import { receiptSection } from './receipt';
import { verdictBlock } from './verdict';
import { verdictTableSection } from './verdictTable';

/** An audit as a page for people: one HTML file that needs nothing else. */
export function auditHtml(audit: Audit, references: CurveReferences): string {
  return pageText(auditPage(audit, references));
}

export function auditPage(audit: Audit, references: CurveReferences): Page {
  const { document, receipt, study, verdictTable } = audit;
  const curves = curvesOfAudit(audit, references);
  const words = html`<p>
    ${panelsText(curves)} What the report says is orange; blue shows where our own runs of the same experiment
    lie.
  </p>`;
  const title = `Audit of ${document.path}`;
  return {
    title,
    kind: html`Audit of <span class="path">${document.path}</span>`,
    verdict: verdictBlock(audit),
    sections: [
      ...(curves.settings.length === 0 ? [] : [curvesSection(curves, words)]),
      ...findingsSection(audit),
      numbersSection(audit),
      claimsSection(audit),
      ...(verdictTable === undefined ? [] : [verdictTableSection(verdictTable, study.conditions)]),
      ...notSaidSections(audit),
      documentSection(document),
      receiptSection(receipt, title),
    ],
    footer: html`<p>Written by ${madeBy(receipt)}: <code>${receipt.command}</code></p>`,
  };
}
