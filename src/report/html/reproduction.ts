import type { GateJudgement } from '../../judge/gate';
import type { CollapseShare } from '../../judge/collapse';
import { worstOf, type Verdict } from '../../judge/verdict';
import { pythonFixed } from '../../base/printf';
import type { Experiment } from '../../experiment/types';
import { conditionsText, type Run } from '../../run/run';
import type { Condition, Metric } from '../../study/types';
import { capitalised, settingTitle } from '../words';
import { curvesSection, panelsText } from './curvesSection';
import { curvesOfRecords, type CurveReferences } from './curvesOf';
import { againProgram, againSection } from './again';
import { citationBlock, madeBy } from './citation';
import { html, type Html } from './markup';
import { pageText, type Section } from './page';
import { badge, epochTable, meter, runId, shareText, signed } from './parts';

/** All runs of an experiment, trained now. */
export interface Reproduction extends CurveReferences {
  readonly experiment: Experiment;
  readonly runs: readonly ReproducedRun[];
  readonly seed: number;
  readonly data: { readonly name: string; readonly sha256: string };
  /** Of the package. */
  readonly version: string;
  /** That the package was built of, where it is known. */
  readonly commit?: string;
  /** What to type to make it again. */
  readonly command: string;
}

export interface ReproducedRun {
  readonly judgement: GateJudgement;
  /** Missing where the report has no run of these conditions, or is about other data. */
  readonly reported?: Run;
  /** Relative to the page's folder. */
  readonly folder: string;
  /** What to type to have it executed again and compared, from where the command was typed. */
  readonly verifyCommand: string;
}

/** What came out of training an experiment again, as a page for people: one HTML file that needs nothing else. */
export function reproductionHtml(reproduction: Reproduction): string {
  const { experiment, runs, seed, data, command } = reproduction;
  const curves = curvesOfRecords(
    runs.map(({ judgement, reported }) => ({ run: judgement.run, reported })),
    data,
    reproduction,
  );
  const words = html`<p>
    ${panelsText(curves)} What was trained here is
    blue${runs.some(({ reported }) => reported !== undefined) ? '; what the report says is orange' : ''}.
  </p>`;
  const again = runs.flatMap(({ judgement: { record, run }, folder }) => {
    const title = capitalised(titleOf(run, reproduction.study.conditions));
    return record.tier === 'bitwise' ? [{ record, folder, title }] : [];
  });
  const title = `${experiment.title}, on ${data.name}, seed ${seed}`;
  return pageText({
    title,
    kind: html`${experiment.title}: reproduced on ${data.name}, seed ${seed}`,
    verdict: verdictBlock(reproduction),
    sections: [
      curvesSection(curves, words),
      resultsSection(reproduction),
      receiptSection(reproduction, title),
      ...(again.length === 0 ? [] : [againSection(experiment, again)]),
    ],
    ...(again.length > 0 && { program: againProgram() }),
    footer: html`<p>Written by ${madeBy(reproduction)}: <code>${command}</code></p>`,
  });
}

function verdictBlock({ runs, study, experiment, data, seed }: Reproduction): Html {
  const of = (verdict: Verdict): number =>
    runs.filter(({ judgement }) => judgement.verdict === verdict).length;
  const headline =
    of('fail') > 0
      ? 'Not every run came out as it should'
      : of('pass') === runs.length
        ? 'Every run came out as it should'
        : 'The runs are done, and not all could be judged';
  const judged = runs.map(({ judgement: { run, verdict, reason } }, index) => {
    const title = titleOf(run, study.conditions);
    return html`<li>
      ${badge(verdict)} <span><a href="#${runId(index)}">${capitalised(title)}</a>: ${reason}.</span>
    </li> `;
  });
  return html`<div class="verdict ${worstOf(runs.map(({ judgement }) => judgement.verdict))}">
    <div class="status-block">
      <h1>${headline}</h1>
      <p class="lead">
        ${of('pass')} of ${runs.length} runs have the bits that were approved, or lie in their bands.
      </p>
      <p>${besideTheReport(runs, experiment, data.name, seed)}</p>
    </div>
    <ul class="problems" aria-label="How each run came out">
      ${judged}
    </ul>
  </div>`;
}

function besideTheReport(
  runs: readonly ReproducedRun[],
  { report, data }: Reproduction['experiment'],
  name: string,
  seed: number,
): string {
  if (report === undefined) return 'The experiment names no report to compare them with.';
  if (runs.every(({ reported }) => reported === undefined))
    return `No number is compared with the report: it is about ${data.name}, these runs are about another data set (${name}).`;
  return `The seeds of the reported runs are not known, and these had seed ${seed}: the columns agree as runs of different seeds do, and not to the last digit.`;
}

function resultsSection({ runs, experiment, study }: Reproduction): Section {
  const body = html`<p>
      “Where” is the place in the band: −1 is its lower edge, 0 the middle, +1 the upper edge.
    </p>
    ${runs.map((run, index) => runCard(run, runId(index), experiment.artifacts, study))}`;
  return { id: 'results', title: 'Reported and reproduced', body };
}

function runCard(
  { judgement, reported, folder }: ReproducedRun,
  id: string,
  { history, predictions }: Reproduction['experiment']['artifacts'],
  { conditions: known, metrics }: Reproduction['study'],
): Html {
  const { run, verdict, reason, inBands } = judgement;
  const title = titleOf(run, known);
  const files = ['train.log', 'run.json', history, predictions].map(
    (file, i) => html`${i === 0 ? '' : ', '}<a href="${encodeURI(`${folder}/${file}`)}">${file}</a>`,
  );
  const hasCollapsed = 'placement' in inBands && inBands.placement.collapsed;
  return html`<article class="card" id="${id}">
    <h3>${capitalised(title)} ${badge(verdict)}</h3>
    <p>${sentence(reason)} Beside this page, if it was not moved: ${files}.</p>
    ${hasCollapsed && inBands.band.collapse ? collapsedNote(inBands.band.collapse) : undefined}
    <div class="pair ours">
      ${metrics.flatMap((metric) =>
        metric.per === 'epoch' ? [metricTable(title, judgement, reported, metric)] : [],
      )}
    </div>
  </article> `;
}

function collapsedNote({ collapsed, ...share }: CollapseShare): Html {
  return html`<p class="note">
    The run collapsed to chance, as ${shareText({ ...share, holds: collapsed })} did.
  </p>`;
}

/** `learning rate 0.001`, or where there are no conditions, the seed. */
function titleOf({ conditions, seed }: Run, known: readonly Condition[]): string {
  return settingTitle(conditions, known) || `seed ${seed}`;
}

function metricTable(
  title: string,
  { run, inBands }: GateJudgement,
  reported: Run | undefined,
  metric: Metric,
): Html {
  const { name, decimals } = metric;
  const rows = (run.series[name] ?? []).map(({ epoch, value }) => {
    const printed = pythonFixed(value, decimals);
    const said = reported?.series[name]?.find((point) => point.epoch === epoch)?.value;
    const cells = 'placement' in inBands ? inBands.placement.cells : [];
    const cell = cells.find((candidate) => candidate.point.epoch === epoch && candidate.metric.name === name);
    return html`<tr>
      <th scope="row">${epoch}</th>
      <td>${said === undefined ? '–' : pythonFixed(said, decimals)}</td>
      <td>${printed}</td>
      <td>${said === undefined ? '–' : signed(Number(printed) - said, decimals)}</td>
      <td class="where">
        ${cell === undefined ? '–' : html`${meter(cell.position)}<span class="position">${signed(cell.position, 2)}</span>`}
      </td>
    </tr> `;
  });
  const columns = ['reported', 'reproduced', 'difference', ['where', 'where']] as const;
  return epochTable(metric, title, columns, rows);
}

function receiptSection(
  { runs, experiment, data, version, commit, command }: Reproduction,
  title: string,
): Section {
  const row = (what: string, sha256: string): Html =>
    html`<tr>
      <th scope="row">${what}</th>
      <td class="digest">${sha256}</td>
    </tr> `;
  const ofRun = ({ judgement: { record, run } }: ReproducedRun): Html[] => {
    const setting = conditionsText(run.conditions);
    const of = setting === '' ? '' : `${setting}: `;
    return [
      row(`${of}initial weights`, record.initialWeightsSha256),
      ...record.epochs.map(({ epoch, weightsSha256 }) =>
        row(`${of}weights after epoch ${epoch}`, weightsSha256),
      ),
      ...(record.logitsSha256 === undefined ? [] : [row(`${of}logits of the test set`, record.logitsSha256)]),
    ];
  };
  const commands = [command, ...runs.map(({ verifyCommand }) => verifyCommand)].join('\n');
  const body = html`<p>
      Made by ${madeBy({ version, commit })}. Every machine, and every number of threads, makes the same bits:
      these digests are those that yours will have.
    </p>
    <p>To make the runs again, and to have each executed once more and held against its record:</p>
    <pre tabindex="0"><code>${commands}</code></pre>
    <table class="receipt">
      <caption>
        SHA-256 of what went in and what came out
      </caption>
      <thead>
        <tr>
          <th scope="col">what</th>
          <th scope="col">SHA-256</th>
        </tr>
      </thead>
      <tbody>
        ${row('experiment', experiment.sha256)}${row(`data set ${data.name}`, data.sha256)}${runs.map(ofRun)}
      </tbody>
    </table>
    ${citationBlock({ title, sha256: experiment.sha256, version, commit, command })}`;
  return { id: 'receipt', title: 'Receipt', body };
}

/** With a great letter and a full stop. */
function sentence(text: string): string {
  return `${capitalised(text)}.`;
}
