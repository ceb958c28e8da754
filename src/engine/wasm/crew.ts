import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Crew } from '../plan/engine';
import type { Command, Plan, Program } from '../plan/plan';
import { BUILT, compileKernels, KernelThread, type ThreadSetup } from './kernels';
import { BATCH_WORD, COMMAND_WORD, createMemory, TRAPPED_WORD } from './memory';

/**
 * The threads that run a program together: the calling one and workers, which wait at the barrier between commands. The
 * workers do not keep the process alive.
 */
export class WasmCrew implements Crew {
  private readonly control: Int32Array;

  private constructor(
    private readonly thread: KernelThread,
    private readonly workers: readonly Worker[],
    private readonly plan: Plan,
    readonly memory: ArrayBuffer,
  ) {
    this.control = new Int32Array(memory);
  }

  /**
   * Starts one thread for each scratch area of the program.
   *
   * @param Thread what the calling thread runs; `npm run bench` times it
   */
  static async start({ plan, bytes, scratch }: Program, Thread = KernelThread): Promise<WasmCrew> {
    const module = await compileKernels();
    const memory = createMemory(bytes);
    const setups = scratch.map((area): ThreadSetup => ({
      module,
      memory,
      threads: scratch.length,
      scratch: area.map(({ address }) => address),
      commands: Object.values(plan),
    }));
    const workers = await Promise.all(
      setups.slice(1).map(async (workerData) => {
        const worker = new Worker(join(BUILT, 'worker.js'), { workerData });
        await once(worker, 'message');
        worker.unref();
        return worker;
      }),
    );
    return new WasmCrew(new Thread(setups[0]), workers, plan, memory.buffer);
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /**
   * Runs a command on `n` samples on all threads; returns when all are done.
   *
   * @throws Error when a kernel trapped in one of them: our bug, and nothing in memory counts any more
   */
  run(command: Command, n: number): void {
    // With nothing to run, nobody would wait for workers that have yet to read this command when the next one is written.
    if (this.plan[command].length === 0) return;
    const number = Object.keys(this.plan).indexOf(command);
    this.control[BATCH_WORD] = n;
    this.control[COMMAND_WORD] = number;
    this.thread.barrier();
    this.thread.run(number, n);
    if (this.control[TRAPPED_WORD] !== 0) throw new Error(`a kernel of '${command}' trapped`);
  }

  async end(): Promise<void> {
    // Unreferenced, their exits would not be waited for: the process could end before what follows this.
    for (const worker of this.workers) worker.ref();
    const exits = this.workers.map((worker) => once(worker, 'exit'));
    this.control[COMMAND_WORD] = Object.keys(this.plan).length;
    this.thread.barrier();
    await Promise.all(exits);
  }
}
