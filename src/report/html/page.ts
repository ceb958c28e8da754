import { readPackageText } from '../../base/files';
import { sha256Of } from '../../base/sha256';
import { html, Html } from './markup';

export interface Page {
  readonly title: string;
  /** Above the title: what kind of page this is. */
  readonly kind: Html;
  readonly verdict: Html;
  readonly sections: readonly Section[];
  readonly footer: Html;
  /** What it does beside what every page does. */
  readonly program?: Program;
}

/** It may compile WebAssembly, and start workers that it has made itself. */
export interface Program {
  readonly script: string;
  readonly style: string;
}

export interface Section {
  /** For links within the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

/**
 * One file that needs nothing else: style and script are in it, and a browser is told to fetch nothing and to execute nothing but these
 * scripts. The same content has the same bytes.
 */
export function pageText({ title, kind, verdict, sections, footer, program }: Page): string {
  const style = builtFile('style.css') + (program?.style ?? '');
  const scripts = [builtFile('main.js'), ...(program === undefined ? [] : [program.script])];
  const sources = scripts.map(sourceOf).join(' ');
  // A worker inherits the policy: WebAssembly is compiled there.
  const ofProgram = program === undefined ? '' : ` 'wasm-unsafe-eval'; worker-src blob:`;
  const policy = `default-src 'none'; style-src ${sourceOf(style)}; script-src ${sources}${ofProgram}; base-uri 'none'; form-action 'none'`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">Skip to the verdict</a>
        ${pageContents(sections)}
        <main id="main" tabindex="-1">
          <p class="kind">${kind}</p>
          ${pageContent({ verdict, sections })}
          <footer>${footer}</footer>
        </main>
        ${scripts.map((script) => new Html(`<script>${script}</script>`))}
      </body>
    </html> `;
  return page.text;
}

/** Links to what is on a page. */
function pageContents(sections: readonly Section[]): Html {
  return html`<nav aria-label="Contents">
    <ul>
      <li><a href="#main">Verdict</a></li>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

/** What a page says. */
export function pageContent({ verdict, sections }: Pick<Page, 'verdict' | 'sections'>): Html {
  return html`${verdict}
  ${sections.map(
    ({ id, title, body }) =>
      html`<section id="${id}" aria-labelledby="${id}-title">
        <h2 id="${id}-title">${title}</h2>
        ${body}
      </section> `,
  )}`;
}

/** JSON as a part of the page that is not executed; no text in it can end it. */
export function jsonElement(id: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return new Html(`<script type="application/json" id="${id}">${json}</script>`);
}

/** What `npm run build` makes of the folder `page`. */
function builtFile(name: string): string {
  return readPackageText('dist/report/html/page', name).trim();
}

/** As a content security policy names it. */
function sourceOf(text: string): string {
  const bytes = sha256Of(text).replace(/../g, (hex) => String.fromCharCode(parseInt(hex, 16)));
  return `'sha256-${btoa(bytes)}'`;
}
