import workerCode from 'worker-code';
import { bringToLife } from '../report/html/page/charts';
import { nameMissingEmoji } from '../report/html/page/emoji';
import { filterLists } from '../report/html/page/filters';
import { offerTraining, showRecords } from './again';
import { droppedFiles, filesOfInput } from './dropped';
import { element, fill, save } from './elements';
import type { DroppedFile } from './host/files';
import type { FromJudge, Judged, Kind, StudyChoice, ToJudge } from './messages';

/** The page: what is dropped goes to a worker of this tab, and its verdict is shown. */

const workerUrl = URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }));
const startWorker = (): Worker => new Worker(workerUrl);
const worker = startWorker();
let files: readonly DroppedFile[] = [];

const study = element('study', HTMLSelectElement);
const kind = element('kind', HTMLSelectElement);
const drop = element('drop', HTMLElement);
const status = element('status', HTMLElement);
const failure = element('failure', HTMLElement);
const result = element('result', HTMLElement);

function judge(): void {
  status.textContent = 'Judging …';
  failure.hidden = true;
  const request: ToJudge = {
    what: 'judge',
    files,
    ...(study.value !== '' && { study: study.value }),
    ...(kind.value !== '' && { as: kind.value as Kind }),
  };
  worker.postMessage(request);
}

worker.addEventListener('message', ({ data }: MessageEvent<FromJudge>) => {
  showStudies(data.choices.studies);
  showRecords(data.choices.records);
  if (data.what === 'failed') fail(data.message);
  else if (data.what === 'judged') show(data);
});
worker.addEventListener('error', ({ message }) => fail(`a bug in assay: ${message}`));

function fail(message: string): void {
  clear();
  status.textContent = '';
  failure.hidden = false;
  failure.textContent = message;
}

function show(judged: Judged): void {
  fill(result, `<p class="kind">${judged.header}</p>${judged.content}`);
  fill(element('footer', HTMLElement), judged.footer);
  status.textContent = `Judged by the study ${judged.study}, as ${judged.kind === 'report' ? 'a report' : 'logs'}.`;
  element('json', HTMLElement).hidden = false;
  element('command', HTMLElement).textContent = judged.command;
  element('json-text', HTMLElement).textContent = judged.json;
  element('save-json', HTMLButtonElement).onclick = () => save('assay.json', judged.json, 'application/json');
  const savePage = element('save-page', HTMLButtonElement);
  savePage.hidden = judged.page === undefined;
  savePage.onclick = () => save('report.html', judged.page ?? '', 'text/html');
  bringToLife();
  filterLists();
  nameMissingEmoji(result);
  result.focus();
}

function clear(): void {
  fill(result, '');
  fill(element('footer', HTMLElement), '');
  element('json', HTMLElement).hidden = true;
}

function showStudies(studies: readonly StudyChoice[]): void {
  const { value } = study;
  study.replaceChildren(
    new Option('the dropped one, else lr-experiment', ''),
    ...studies.map(
      ({ folder, name, isDropped }) =>
        new Option(`${name}, ${isDropped ? 'dropped' : 'comes with assay'}`, folder),
    ),
  );
  study.value = studies.some(({ folder }) => folder === value) ? value : '';
}

function take(chosen: Promise<readonly DroppedFile[]>): void {
  chosen.then(
    (dropped) => {
      files = dropped;
      study.value = '';
      judge();
    },
    (error: unknown) =>
      fail(`the browser cannot read it: ${error instanceof Error ? error.message : String(error)}`),
  );
}

for (const id of ['files', 'folder']) {
  const input = element(id, HTMLInputElement);
  input.addEventListener('change', () => take(filesOfInput(input)));
}
element('example', HTMLButtonElement).addEventListener('click', () => take(Promise.resolve([])));
for (const select of [study, kind]) select.addEventListener('change', () => judge());
drop.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
drop.addEventListener('dragleave', () => drop.classList.remove('over'));
for (const type of ['dragover', 'drop']) document.addEventListener(type, (event) => event.preventDefault());
document.addEventListener('drop', ({ dataTransfer }) => {
  drop.classList.remove('over');
  if (dataTransfer !== null) take(droppedFiles(dataTransfer.items));
});

offerTraining(startWorker, () => files);
worker.postMessage({ what: 'list' } satisfies ToJudge);
