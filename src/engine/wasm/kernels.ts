import { GROUP, type Region } from './plan';

/** What the compiled module exports: functions of addresses, sizes and scalars. */
type Kernels = Readonly<Record<string, (...args: number[]) => number>>;

/** One thread's instance of the kernels. */
export class KernelThread {
  private readonly kernels: Kernels;

  constructor(
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    private readonly threads: number,
    scratch: readonly number[],
  ) {
    this.kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
    this.kernels.setScratch(...scratch);
  }

  /** This thread's part of a command on `n` samples; all threads must run the same regions. */
  run(regions: readonly Region[], n: number): void {
    const { claimTask } = this.kernels;
    for (const { tasks, calls } of regions) {
      const count = tasks.fixed + tasks.perSample * n + tasks.perGroup * Math.ceil(n / GROUP);
      for (let task = claimTask(); task < count; task = claimTask()) {
        for (const [kernel, ...args] of calls) this.kernels[kernel](task, ...args);
      }
      this.barrier();
    }
  }

  /** Waits for the other threads. */
  barrier(): void {
    this.kernels.barrier(this.threads);
  }
}
