import { packagePath } from '../base/paths';
import { Worker } from 'node:worker_threads';
import type { DataSet, ImageSet } from '../data/dataset';
import { AssayError, type ErrorCode, type ErrorFacts } from '../base/errors';
import type { Done, Executor } from './executor';
import { checkResult, type Job } from './job';

/** The built worker, wherever this file runs from: dist or, in tests, src. */
const WORKER = packagePath('dist/jobs/worker.js');

/** What a worker answers. */
export type Answer =
  | { readonly result: unknown }
  | { readonly refused: { readonly code: ErrorCode; readonly facts: ErrorFacts } }
  | { readonly bug: string };

/** Jobs on threads of this process, one at a time on each; the data sets are shared by all. */
export class LocalPool implements Executor {
  private readonly workers: readonly Worker[];

  constructor(threads: number, dataSets: readonly DataSet[] = []) {
    const workerData = dataSets.map(shared);
    this.workers = Array.from({ length: threads }, () => new Worker(WORKER, { workerData }));
  }

  async *execute(jobs: Iterable<Job>, signal?: AbortSignal): AsyncGenerator<Done> {
    const finished: (() => Done)[] = [];
    let wake = (): void => undefined;
    let running = 0;
    const finish = (outcome: () => Done): void => {
      finished.push(outcome);
      wake();
    };
    const fail = (error: unknown): void =>
      finish(() => {
        throw error;
      });
    const iterator = jobs[Symbol.iterator]();
    const current = new Map<Worker, Job>();
    const next = (worker: Worker): void => {
      const taken = iterator.next();
      if (taken.done === true) return;
      current.set(worker, taken.value);
      running++;
      worker.postMessage(taken.value);
    };
    const onAbort = (): void => fail(signal?.reason);
    const listeners = this.workers.map((worker) => ({
      worker,
      onMessage: (answer: Answer) => {
        const job = current.get(worker) as Job;
        running--;
        next(worker);
        finish(() => ({ job, result: resultOf(job, answer) }));
      },
    }));
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort);
    for (const { worker, onMessage } of listeners) {
      worker.on('message', onMessage).on('error', fail);
    }
    try {
      for (const worker of this.workers) next(worker);
      while (running > 0 || finished.length > 0) {
        if (finished.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        for (const outcome of finished.splice(0)) yield outcome();
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
      for (const { worker, onMessage } of listeners) {
        worker.off('message', onMessage).off('error', fail);
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }
}

function resultOf(job: Job, answer: Answer): unknown {
  if ('result' in answer) return checkResult(job, answer.result);
  if ('refused' in answer) throw new AssayError(answer.refused.code, answer.refused.facts);
  throw new Error(`job ${job.id}: ${answer.bug}`);
}

/** Threads share the bytes of what has been through here; they would copy others. */
export function shared({ name, sha256, train, test }: DataSet): DataSet {
  const copy = (set: ImageSet): ImageSet => ({
    ...set,
    images: sharedBytes(set.images),
    labels: sharedBytes(set.labels),
  });
  return { name, sha256, train: copy(train), test: copy(test) };
}

function sharedBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}
