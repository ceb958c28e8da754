import { GROUP, type KernelCall, type Region } from '../plan/plan';
import { TRAPPED_WORD } from './memory';

/** What a thread needs to take part. */
export interface ThreadSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly threads: number;
  /** Addresses of this thread's own working memory. */
  readonly scratch: readonly number[];
  /** What each command runs; a command's number is its index. */
  readonly commands: readonly (readonly Region[])[];
}

/** What the compiled module exports: functions of addresses, sizes and scalars. */
type Kernels = Readonly<Record<string, (...args: number[]) => number>>;

type Task = (task: number) => void;

/** One thread's instance of the kernels. */
export class KernelThread {
  private readonly kernels: Kernels;
  private readonly control: Int32Array;
  private readonly commands: readonly { tasks: Region['tasks']; calls: Task[] }[][];

  constructor(private readonly setup: ThreadSetup) {
    const { module, memory, scratch, commands } = setup;
    this.kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
    this.kernels.setScratch(...scratch);
    this.control = new Int32Array(memory.buffer);
    this.commands = commands.map((regions) =>
      regions.map(({ tasks, calls }) => ({ tasks, calls: calls.map((call) => this.bind(call)) })),
    );
  }

  /**
   * This thread's part of a command on `n` samples; all threads must run the same. A thread whose kernel traps says so in `TRAPPED_WORD`,
   * and still comes to the barriers, where the others wait for it.
   */
  run(command: number, n: number): void {
    for (const { tasks, calls } of this.commands[command]) {
      const count = tasks.fixed + tasks.perSample * n + tasks.perGroup * Math.ceil(n / GROUP);
      try {
        this.runTasks(count, calls);
      } catch {
        this.control[TRAPPED_WORD] = 1;
      }
      this.barrier();
    }
  }

  private runTasks(count: number, calls: readonly Task[]): void {
    const { claimTask } = this.kernels;
    for (let task = claimTask(); task < count; task = claimTask()) {
      for (const call of calls) call(task);
    }
  }

  /** Waits for the other threads. */
  barrier(): void {
    this.kernels.barrier(this.setup.threads);
  }

  protected bind([kernel, ...args]: KernelCall): Task {
    const run = this.kernels[kernel];
    return (task) => {
      run(task, ...args);
    };
  }
}
