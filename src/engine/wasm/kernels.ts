import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GROUP, type KernelCall, type Region } from './plan';

/** The built files lie here, wherever this one runs from: dist or, in tests, src. */
export const BUILT = join(__dirname, '../../../dist/engine/wasm');

export async function compileKernels(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(join(BUILT, 'kernels.wasm')));
}

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
  private readonly commands: readonly { tasks: Region['tasks']; calls: Task[] }[][];

  constructor(private readonly setup: ThreadSetup) {
    const { module, memory, scratch, commands } = setup;
    this.kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
    this.kernels.setScratch(...scratch);
    this.commands = commands.map((regions) =>
      regions.map(({ tasks, calls }) => ({ tasks, calls: calls.map((call) => this.bind(call)) })),
    );
  }

  /** This thread's part of a command on `n` samples; all threads must run the same. */
  run(command: number, n: number): void {
    const { claimTask } = this.kernels;
    for (const { tasks, calls } of this.commands[command]) {
      const count = tasks.fixed + tasks.perSample * n + tasks.perGroup * Math.ceil(n / GROUP);
      for (let task = claimTask(); task < count; task = claimTask()) {
        for (const call of calls) call(task);
      }
      this.barrier();
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
