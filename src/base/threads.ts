import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { packagePath } from './paths';

/** A thread beside the calling one. It does not keep the process alive. */
export interface Thread {
  /** Waits until it has ended by itself. */
  ended(): Promise<void>;
}

/**
 * Starts a built script of this package as a thread, and waits until it is ready.
 *
 * @param data what its {@link runThread} gets; shared memory in it is shared
 */
export async function startThread(script: string, data: object): Promise<Thread> {
  const worker = new Worker(packagePath('dist', script), { workerData: data });
  await once(worker, 'message');
  worker.unref();
  return {
    ended: async () => {
      // Unreferenced, its exit would not be waited for: the process could end before what follows.
      worker.ref();
      await once(worker, 'exit');
    },
  };
}

/** What a thread's script does with its data; it calls `ready` before it waits for anything. */
export function runThread<T>(work: (data: T, ready: () => void) => void): void {
  work(workerData as T, () => parentPort?.postMessage('ready'));
}
