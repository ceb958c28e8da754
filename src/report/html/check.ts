import { packageVersion } from '../../base/version';
import { plural } from '../../base/words';
import { worstOf, type Verdict } from '../../judge/verdict';
import type { JudgedCheck, JudgedFinding, JudgedSubject } from '../judged';
import { curvesSection, panelsText } from './curvesSection';
import type { Curves } from './curves';
import { html, type Html } from './markup';
import type { Page, Section } from './page';
import { badge } from './parts';

/** What a page of checked logs shows. */
export interface CheckPageContent {
  readonly subjects: readonly JudgedSubject[];
  readonly curves: Curves;
  /** The text of a line of a file, where it is a text. */
  readonly lineOf: (file: string, line: number) => string | undefined;
  /** What to type to check them again. */
  readonly command: string;
}

/** Logs that were checked as a page for people: the verdict, curves beside the bands, and each finding with its line. */
export function checkPage({ subjects, curves, lineOf, command }: CheckPageContent): Page {
  const words = html`<p>
    ${panelsText(curves)} What the logs say is orange; the band, and where it was made of runs, is blue.
  </p>`;
  return {
    title: `Check of ${subjects.map(({ name }) => name).join('; ')}`,
    kind: html`Check of ${plural(subjects.length, 'subject')}`,
    verdict: verdictBlock(subjects),
    sections: [
      subjectsSection(subjects, lineOf),
      ...(curves.settings.length === 0 ? [] : [curvesSection(curves, words)]),
    ],
    footer: html`<p>Judged by assay ${packageVersion()}: <code>${command}</code></p>`,
  };
}

const HEADLINES: Readonly<Record<Verdict, string>> = {
  pass: 'Every check passes',
  waived: 'Every check passes, or was waived',
  fail: 'Not every check passes',
  inconclusive: 'Nothing fails, and not everything could be judged',
  'no-reference': 'Nothing fails, and not everything could be judged',
};

function verdictBlock(subjects: readonly JudgedSubject[]): Html {
  const verdict = worstOf(subjects.map((subject) => subject.verdict));
  const passed = subjects.filter((subject) => subject.verdict === 'pass').length;
  const findings = subjects.flatMap(({ checks }) => checks.flatMap(({ findings }) => findings)).length;
  return html`<div class="verdict ${verdict}">
    <h1>${HEADLINES[verdict]}</h1>
    <p class="lead">${passed} of ${subjects.length} pass; ${plural(findings, 'finding')}.</p>
  </div>`;
}

function subjectsSection(subjects: readonly JudgedSubject[], lineOf: CheckPageContent['lineOf']): Section {
  const cards = subjects.map(
    ({ name, verdict, checks, file }) =>
      html`<article class="card">
        <h3><span class="path">${name}</span> ${badge(verdict)}</h3>
        <dl class="checks">
          ${checks.map((check) => checkItem(check, (line) => file && lineOf(file, line)))}
        </dl>
      </article> `,
  );
  return { id: 'checks', title: 'Check by check', body: html`${cards}` };
}

function checkItem(
  { name, verdict, reason, findings }: JudgedCheck,
  textOf: (line: number) => string | undefined,
): Html {
  return html`<dt>${name} ${badge(verdict)}</dt>
    <dd>
      ${reason === undefined ? undefined : html`<p>${reason}</p>`}
      ${
        findings.length === 0
          ? undefined
          : html`<ul class="findings">
              ${findings.map((finding) => findingItem(finding, textOf))}
            </ul>`
      }
    </dd>`;
}

function findingItem(
  { rule, line, message }: JudgedFinding,
  textOf: (line: number) => string | undefined,
): Html {
  const text = line === undefined ? undefined : textOf(line);
  return html`<li>
    ${line === undefined ? undefined : `line ${line}: `}<b>${rule}</b>: ${message}
    ${text === undefined ? undefined : html`<pre tabindex="0"><code>${text}</code></pre>`}
  </li>`;
}
