import { startThread, type Thread } from '../../base/threads';
import type { Crew } from '../plan/engine';
import type { Command, Plan, Program } from '../plan/plan';
import { KernelThread, type ThreadSetup } from './kernels';
import { BATCH_WORD, COMMAND_WORD, createMemory, TRAPPED_WORD } from './memory';
import { compileKernels } from './module';

const HELPER = 'engine/wasm/worker.js';

/**
 * The threads that run a program together: the calling one and helpers, which wait at the barrier between commands. The
 * helpers do not keep the process alive.
 */
export class WasmCrew implements Crew {
  private readonly control: Int32Array;

  private constructor(
    private readonly thread: KernelThread,
    private readonly helpers: readonly Thread[],
    private readonly plan: Plan,
    readonly memory: ArrayBuffer,
  ) {
    this.control = new Int32Array(memory);
  }

  /**
   * Starts one thread for each scratch area of the program.
   *
   * @param Caller what the calling thread runs; `npm run bench` times it
   */
  static async start({ plan, bytes, scratch }: Program, Caller = KernelThread): Promise<WasmCrew> {
    const module = await compileKernels();
    const memory = createMemory(bytes);
    const setups = scratch.map((area): ThreadSetup => ({
      module,
      memory,
      threads: scratch.length,
      scratch: area.map(({ address }) => address),
      commands: Object.values(plan),
    }));
    const helpers = await Promise.all(setups.slice(1).map((setup) => startThread(HELPER, setup)));
    return new WasmCrew(new Caller(setups[0]), helpers, plan, memory.buffer);
  }

  get threads(): number {
    return this.helpers.length + 1;
  }

  /**
   * Runs a command on `n` samples on all threads; returns when all are done.
   *
   * @throws Error when a kernel trapped in one of them: our bug, and nothing in memory counts any more
   */
  run(command: Command, n: number): void {
    // With nothing to run, nobody would wait for helpers that have yet to read this command when the next one is written.
    if (this.plan[command].length === 0) return;
    const number = Object.keys(this.plan).indexOf(command);
    this.control[BATCH_WORD] = n;
    this.control[COMMAND_WORD] = number;
    this.thread.barrier();
    this.thread.run(number, n);
    if (this.control[TRAPPED_WORD] !== 0) throw new Error(`a kernel of '${command}' trapped`);
  }

  async end(): Promise<void> {
    const ends = this.helpers.map((helper) => helper.ended());
    this.control[COMMAND_WORD] = Object.keys(this.plan).length;
    this.thread.barrier();
    await Promise.all(ends);
  }
}
