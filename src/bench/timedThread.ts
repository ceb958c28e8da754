import { KernelThread } from '../engine/wasm/kernels';
import type { KernelCall } from '../engine/plan/plan';
import { keyOf, WAITING } from './calls';

/** Milliseconds that the calling thread of a wasm engine spent, by kernel call, and waiting at barriers. */
export const spentMs = new Map<string, number>();

function spend(key: string, sinceMs: number): void {
  spentMs.set(key, (spentMs.get(key) ?? 0) + performance.now() - sinceMs);
}

/** The calling thread of an engine, timed. */
export class TimedThread extends KernelThread {
  override barrier(): void {
    const start = performance.now();
    super.barrier();
    spend(WAITING, start);
  }

  protected override bind(call: KernelCall): (task: number) => void {
    const run = super.bind(call);
    const key = keyOf(call);
    return (task) => {
      const start = performance.now();
      run(task);
      spend(key, start);
    };
  }
}
