import { parentPort, workerData } from 'node:worker_threads';
import { instantiate, runCalls } from './kernels';
import { COMMAND_WORD } from './memory';
import type { KernelCall } from './plan';

/** What a helper thread is started with. */
export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly threads: number;
  /** The calls of each command; a command's number is its index. A number beyond them means: end. */
  readonly commands: readonly (readonly KernelCall[])[];
}

const { module: wasmModule, memory, threads, commands } = workerData as WorkerData;
const kernels = instantiate(wasmModule, memory);
const control = new Int32Array(memory.buffer);

parentPort?.postMessage('ready');
for (;;) {
  kernels.barrier(threads);
  const command = control[COMMAND_WORD];
  if (command >= commands.length) break;
  runCalls(kernels, commands[command], threads);
}
