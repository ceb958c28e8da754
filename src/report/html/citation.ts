import { html, type Html } from './markup';

/** What somebody who refers to a page has to name, so that another can make it again. */
export interface Cited {
  /** `Audit of report.txt` */
  readonly title: string;
  /** Of what the page is about. */
  readonly sha256: string;
  /** Of assay. */
  readonly version: string;
  readonly commit?: string;
  readonly command: string;
}

/** As BibTeX; there is no date in it, as the same files make the same page. */
export function citationBlock(cited: Cited): Html {
  return html`<h3>To cite this page</h3>
    <pre tabindex="0"><code>${bibtex(cited)}</code></pre>`;
}

/** `assay 0.1.0, commit 80e621d…`, or `commit unknown` where it was not built from a clone. */
export function madeBy({ version, commit }: Pick<Cited, 'version' | 'commit'>): string {
  return `assay ${version}, commit ${commit ?? 'unknown'}`;
}

function bibtex({ title, sha256, command, ...assay }: Cited): string {
  return `@misc{assay-${sha256.slice(0, 12)},
  title = {${escaped(title)}},
  howpublished = {${escaped(madeBy(assay))}: ${escaped(command)}},
  note = {SHA-256 ${sha256}}
}`;
}

/** What TeX would act upon; braces, which end a field, and backslashes are left out. */
function escaped(text: string): string {
  return text
    .replace(/[{}\\]/g, '')
    .replace(/[&%$#_]/g, '\\$&')
    .replaceAll('~', '\\textasciitilde{}')
    .replaceAll('^', '\\textasciicircum{}');
}
