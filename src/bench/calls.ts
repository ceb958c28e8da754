import type { KernelCall } from '../engine/plan/plan';

/** By which the time of a kernel call is known: the kernel and its arguments. */
export function keyOf([kernel, ...args]: KernelCall): string {
  return `${kernel} ${args.join()}`;
}

/** By which the time at barriers is. */
export const WAITING = 'waiting';
