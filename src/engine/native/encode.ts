import type { Area } from '../plan/memory';
import type { KernelCall, Plan, Region } from '../plan/plan';

/** A plan as numbers: what makeProgram in program.cc reads. */
export interface Encoded {
  /** The kernels that the code calls by their numbers. */
  readonly names: string[];
  /**
   * The number of commands; of each the number of regions; of each its numbers of tasks (fixed, per sample, per group) and of
   * calls; of each the kernel, the number of arguments, and they.
   */
  readonly code: Float64Array;
}

export function encode(plan: Plan): Encoded {
  const names: string[] = [];
  const encodeCall = ([kernel, ...args]: KernelCall): number[] => {
    if (!names.includes(kernel)) names.push(kernel);
    return [names.indexOf(kernel), args.length, ...args];
  };
  const encodeRegion = ({ tasks, calls }: Region): number[] => [
    ...[tasks.fixed, tasks.perSample, tasks.perGroup, calls.length],
    ...calls.flatMap(encodeCall),
  ];
  const commands = Object.values(plan) as Region[][];
  const code = commands.flatMap((regions) => [regions.length, ...regions.flatMap(encodeRegion)]);
  return { names, code: Float64Array.of(commands.length, ...code) };
}

/** Address and size of each area of each thread. */
export function encodeScratch(scratch: readonly (readonly Area[])[]): Float64Array {
  return Float64Array.from(
    scratch.flatMap((areas) => areas.flatMap(({ address, bytes }) => [address, bytes])),
  );
}
