import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { KernelThread } from './kernels';
import { BATCH_WORD, COMMAND_WORD } from './memory';
import type { Command, Program, Region } from './plan';
import type { WorkerData } from './worker';

/** The built files lie here, wherever this one runs from: dist or, in tests, src. */
const BUILT = join(__dirname, '../../../dist/engine/wasm');

/**
 * The threads that run a program together: the calling one and workers, which wait at the barrier between commands. The
 * workers do not keep the process alive.
 */
export class Crew {
  private constructor(
    private readonly thread: KernelThread,
    private readonly workers: readonly Worker[],
    private readonly names: readonly Command[],
    private readonly commands: readonly (readonly Region[])[],
    private readonly control: Int32Array,
  ) {}

  /** One thread for each scratch area of the program. */
  static async start({ plan, memory, scratch }: Program): Promise<Crew> {
    const module = await WebAssembly.compile(await readFile(join(BUILT, 'kernels.wasm')));
    const threads = scratch.length;
    const names = Object.keys(plan) as Command[];
    const commands = names.map((name) => plan[name]);
    const workers = await Promise.all(
      scratch.slice(1).map(async (area) => {
        const data: WorkerData = { module, memory, threads, scratch: area, commands };
        const worker = new Worker(join(BUILT, 'worker.js'), { workerData: data });
        await once(worker, 'message');
        worker.unref();
        return worker;
      }),
    );
    const thread = new KernelThread(module, memory, threads, scratch[0]);
    return new Crew(thread, workers, names, commands, new Int32Array(memory.buffer));
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /** Runs a command on `n` samples on all threads; returns when all are done. */
  run(command: Command, n: number): void {
    const number = this.names.indexOf(command);
    this.control[BATCH_WORD] = n;
    this.control[COMMAND_WORD] = number;
    this.thread.barrier();
    this.thread.run(this.commands[number], n);
  }

  async end(): Promise<void> {
    // Unreferenced, their exits would not be waited for: the process could end before what follows this.
    for (const worker of this.workers) worker.ref();
    const exits = this.workers.map((worker) => once(worker, 'exit'));
    this.control[COMMAND_WORD] = this.commands.length;
    this.thread.barrier();
    await Promise.all(exits);
  }
}
