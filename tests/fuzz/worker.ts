import { parentPort, workerData } from 'node:worker_threads';
import { casesOf } from './surface';

/** What goes through a surface in a thread of its own, so that one that hangs or takes all memory can be ended. */
export interface Task {
  readonly surface: string;
  readonly seed: number;
  readonly from: number;
  readonly seconds: number;
}

export type Message =
  | { readonly began: number; readonly name: string }
  | { readonly bytes: number; readonly outcome: string; readonly ms: number }
  | { readonly fault: string };

const { surface, seed, from, seconds } = workerData as Task;
const post = (message: Message): void => parentPort?.postMessage(message);

async function goThrough(): Promise<void> {
  const caseAt = await casesOf(surface, seed);
  const end = performance.now() + 1000 * seconds;
  for (let index = from; performance.now() < end; index++) {
    const one = caseAt(index);
    post({ began: index, name: one.name });
    const start = performance.now();
    try {
      const done = one.run();
      post({ ...done, ms: performance.now() - start });
    } catch (error) {
      post({ fault: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
}

void goThrough();
