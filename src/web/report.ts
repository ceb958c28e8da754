import workerCode from 'worker-code';
import { CARRIED_ID, type Carried } from '../report/html/carried';
import { offerTraining, showRecords } from './again';
import { element } from './elements';

/** The script of a report that carries its records: each can be trained again where it is read. */

const { files, runs } = JSON.parse(element(CARRIED_ID, HTMLScriptElement).text) as Carried;
const encoder = new TextEncoder();
const carried = files.map(({ path, text }) => ({ path, bytes: encoder.encode(text) }));
const workerUrl = URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' }));

offerTraining(
  () => new Worker(workerUrl),
  () => carried,
);
showRecords(runs.map((run) => ({ ...run, isDropped: false })));
