import type { KernelCall } from './plan';

/** What the compiled module exports: `barrier`, and kernels that take addresses, sizes and scalars. */
export type Kernels = Readonly<Record<string, (...args: number[]) => void>>;

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}

/** One thread's part of a command. All `threads` threads must run the same calls. */
export function runCalls(kernels: Kernels, calls: readonly KernelCall[], threads: number): void {
  for (const [kernel, ...args] of calls) {
    kernels[kernel](...args);
    kernels.barrier(threads);
  }
}
