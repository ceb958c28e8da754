import { parentPort, workerData } from 'node:worker_threads';
import { KernelThread } from './kernels';
import { BATCH_WORD, COMMAND_WORD } from './memory';
import type { Region } from './plan';

/** What a helper thread is started with. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly threads: number;
  readonly scratch: readonly number[];
  /** What each command runs; a command's number is its index. A number beyond them means: end. */
  readonly commands: readonly (readonly Region[])[];
}

const { module: kernels, memory, threads, scratch, commands } = workerData as WorkerData;
const thread = new KernelThread(kernels, memory, threads, scratch);
const control = new Int32Array(memory.buffer);

parentPort?.postMessage('ready');
for (;;) {
  thread.barrier();
  const command = control[COMMAND_WORD];
  if (command >= commands.length) break;
  thread.run(commands[command], control[BATCH_WORD]);
}
