import { parentPort, workerData } from 'node:worker_threads';
import type { DataSet } from '../data/dataset';
import { AssayError } from '../base/errors';
import { checkJob, type Job } from './job';
import type { Workbench } from './kind';
import type { Answer } from './localPool';

/** A thread of the local pool: does one job after another. */
const dataSets = workerData as readonly DataSet[];

const workbench: Workbench = {
  dataSet(sha256) {
    const found = dataSets.find((dataSet) => dataSet.sha256 === sha256);
    if (found !== undefined) return found;
    const got = dataSets.map((dataSet) => `${dataSet.sha256} (${dataSet.name})`).join(', ') || 'none';
    throw new AssayError('data-not-found', {
      what: "the worker does not have the job's data",
      expected: sha256,
      got,
    });
  },
};

async function answerTo(job: Job): Promise<Answer> {
  try {
    return { result: await checkJob(job).execute(job.payload, workbench) };
  } catch (error) {
    if (error instanceof AssayError) return { refused: { code: error.code, facts: error.facts } };
    return { bug: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

parentPort?.on('message', (job: Job) => void answerTo(job).then((answer) => parentPort?.postMessage(answer)));
