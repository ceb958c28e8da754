import type { Receipt } from '../../../audit/types';
import { citationBlock, madeBy } from '../citation';
import { html } from '../markup';
import type { Section } from '../page';

/** What the page was made from, and what to type to make it again. */
export function receiptSection({ command, version, commit, inputs }: Receipt, title: string): Section {
  const document = inputs.find(({ what }) => what === 'document') ?? inputs[0];
  const rows = inputs.map(
    ({ what, path, sha256 }) =>
      html`<tr>
        <th scope="row">${what}</th>
        <td class="path">${path}</td>
        <td class="digest">${sha256}</td>
      </tr> `,
  );
  const sums = inputs.map(({ path, sha256 }) => `${sha256}  ${path}`).join('\n');
  const body = html`<p>
      Made by ${madeBy({ version, commit })}, from the files below: with <code>--html</code>, the command at
      the end makes the same page from them, byte by byte.
    </p>
    <table class="receipt">
      <caption>
        Files, and their SHA-256
      </caption>
      <thead>
        <tr>
          <th scope="col">what</th>
          <th scope="col">file</th>
          <th scope="col">SHA-256</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    <p>To check the files against it, and to repeat the audit:</p>
    <pre tabindex="0"><code>sha256sum --check &lt;&lt;'END'
${sums}
END
${command}</code></pre>
    ${citationBlock({ title, sha256: document.sha256, version, commit, command })}`;
  return { id: 'receipt', title: 'Receipt', body };
}
