import { plural } from '../base/words';
import { filesOfInput } from './dropped';
import { element } from './elements';
import type { DroppedFile } from './host/files';
import type { FromTrainer, Mark, Progress, RecordChoice, ToTrainer, Trained, Until } from './messages';

/** The part of the page that trains the run of a record again. */

/** Drawn in the tab; of all others the user has the files. */
const DRAWN = 'synthetic';
const MOST_THREADS = 8;

const record = element('record', HTMLSelectElement);
const until = element('until', HTMLSelectElement);
const threads = element('threads', HTMLInputElement);
const data = element('data', HTMLInputElement);
const start = element('train', HTMLButtonElement);
const pause = element('pause', HTMLButtonElement);
const bar = element('progress', HTMLProgressElement);
const doing = element('doing', HTMLElement);
const marks = element('marks', HTMLOListElement);
const outcome = element('outcome', HTMLElement);
const failure = element('training-failure', HTMLElement);

let records: readonly RecordChoice[] = [];
let trainer: Worker | undefined;

/** Makes the controls work. @param startWorker makes a worker of this page @param dropped what was dropped last */
export function offerTraining(startWorker: () => Worker, dropped: () => readonly DroppedFile[]): void {
  const most = crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency) : 1;
  threads.max = threads.value = String(most);
  element('threads-label', HTMLElement).hidden = most === 1;
  element('threads-note', HTMLElement).hidden = crossOriginIsolated;
  record.addEventListener('change', askForData);
  start.addEventListener('click', () => void train(startWorker, dropped()));
  pause.addEventListener('click', () => {
    const isRunning = pause.textContent === 'Stop';
    tell({ what: isRunning ? 'pause' : 'go on' });
    pause.textContent = isRunning ? 'Go on' : 'Stop';
  });
}

/** What was dropped comes first, and is chosen. */
export function showRecords(choices: readonly RecordChoice[]): void {
  const { value } = record;
  records = choices;
  record.replaceChildren(
    ...choices.map(({ path, title, isDropped }) => new Option(isDropped ? `${path}: ${title}` : title, path)),
  );
  const isThere = choices.some(({ path }) => path === value);
  if (isThere && choices[0]?.isDropped !== true) record.value = value;
  askForData();
}

function chosen(): RecordChoice | undefined {
  return records.find(({ path }) => path === record.value);
}

function askForData(): void {
  const name = chosen()?.data ?? DRAWN;
  element('data-label', HTMLElement).hidden = name === DRAWN;
  element('data-note', HTMLElement).textContent =
    name === DRAWN
      ? 'Its images are drawn in this tab first, which takes some seconds.'
      : `It needs the four IDX files of ${name}, as they are or with .gz.`;
}

async function train(startWorker: () => Worker, files: readonly DroppedFile[]): Promise<void> {
  const choice = chosen();
  if (choice === undefined) return;
  trainer?.terminate();
  trainer = undefined;
  marks.replaceChildren();
  outcome.textContent = doing.textContent = '';
  failure.hidden = true;
  if (choice.data !== DRAWN && data.files?.length === 0)
    return fail(`choose the files of ${choice.data} first`);
  const dataFiles = choice.data === DRAWN ? [] : await filesOfInput(data);
  trainer = startWorker();
  trainer.addEventListener('message', ({ data }: MessageEvent<FromTrainer>) => show(data));
  trainer.addEventListener('error', ({ message }) => fail(`a bug in assay: ${message}`));
  pause.textContent = 'Stop';
  pause.hidden = bar.hidden = false;
  bar.removeAttribute('value');
  tell({
    ...{ what: 'train', files, record: choice.path, data: dataFiles },
    until: until.value as Until,
    threads: Number(threads.value),
  });
}

function tell(message: ToTrainer): void {
  trainer?.postMessage(message);
}

function show(message: FromTrainer): void {
  if (message.what === 'progress') showProgress(message);
  else if (message.what === 'mark') marks.append(markItem(message));
  else if (message.what === 'trained') showOutcome(message);
  else fail(message.message);
}

function showProgress({ doing: what, done, total, steps, seconds }: Progress): void {
  bar.max = total;
  bar.value = done;
  const rate = steps === 0 ? '' : `; step ${steps}, ${(steps / seconds).toFixed(1)} steps per second`;
  doing.textContent = `${what}: ${done} of ${total} images${rate}`;
}

function markItem({ name, agrees, expected, got }: Mark): HTMLLIElement {
  const item = document.createElement('li');
  item.className = agrees ? 'agrees' : 'differs';
  const value = document.createElement('code');
  value.textContent = got;
  item.append(
    `${agrees ? '✓' : '✗'} ${name} ${agrees ? 'as in the record' : 'not as in the record'}: `,
    value,
  );
  if (agrees) return item;
  const wanted = document.createElement('code');
  wanted.textContent = expected;
  item.append(', and the record says ', wanted);
  return item;
}

function showOutcome({ steps, agrees, seconds, threads }: Trained): void {
  rest();
  const rate = `${steps} steps, ${seconds.toFixed(1)} seconds, ${plural(threads, 'thread')}`;
  outcome.textContent = agrees
    ? `Everything that was compared is as in the record (${rate}).`
    : `Not the run of the record: the last line says where it differs first (${rate}).`;
}

function fail(message: string): void {
  rest();
  failure.hidden = false;
  failure.textContent = message;
}

function rest(): void {
  trainer?.terminate();
  trainer = undefined;
  pause.hidden = bar.hidden = true;
}
