import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { instantiate, runCalls, type Kernels } from './kernels';
import { COMMAND_WORD } from './memory';
import type { Command, KernelCall, Plan } from './plan';
import type { WorkerData } from './worker';

/** The built files lie here, wherever this one runs from: dist or, in tests, src. */
const BUILT = join(__dirname, '../../../dist/engine/wasm');

/**
 * The threads that run a plan together: the calling one and `threads − 1` workers, which wait at the barrier between
 * commands. The workers do not keep the process alive.
 */
export class Crew {
  private constructor(
    private readonly kernels: Kernels,
    private readonly workers: readonly Worker[],
    private readonly names: readonly Command[],
    private readonly commands: readonly (readonly KernelCall[])[],
    private readonly control: Int32Array,
  ) {}

  static async start(plan: Plan, memory: WebAssembly.Memory, threads: number): Promise<Crew> {
    const module = await WebAssembly.compile(await readFile(join(BUILT, 'kernels.wasm')));
    const names = Object.keys(plan) as Command[];
    const commands = names.map((name) => plan[name]);
    const data: WorkerData = { module, memory, threads, commands };
    const workers = await Promise.all(
      Array.from({ length: threads - 1 }, async () => {
        const worker = new Worker(join(BUILT, 'worker.js'), { workerData: data });
        await once(worker, 'message');
        worker.unref();
        return worker;
      }),
    );
    return new Crew(instantiate(module, memory), workers, names, commands, new Int32Array(memory.buffer));
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /** Runs a command on all threads; returns when all are done. */
  run(command: Command): void {
    const number = this.names.indexOf(command);
    this.release(number);
    runCalls(this.kernels, this.commands[number], this.threads);
  }

  async end(): Promise<void> {
    // Unreferenced, their exits would not be waited for: the process could end before what follows this.
    for (const worker of this.workers) worker.ref();
    const exits = this.workers.map((worker) => once(worker, 'exit'));
    this.release(this.commands.length);
    await Promise.all(exits);
  }

  private release(command: number): void {
    this.control[COMMAND_WORD] = command;
    this.kernels.barrier(this.threads);
  }
}
