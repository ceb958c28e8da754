import type { EngineOptions } from '../engine/engine';
import { NATIVE_TRAITS } from '../engine/native';
import { loadAddon } from '../engine/native/addon';
import { NativeCrew } from '../engine/native/crew';
import { nativeWidths } from '../engine/native/width';
import type { Crew } from '../engine/plan/engine';
import { compile, type Program, type Region } from '../engine/plan/plan';
import { WASM_TRAITS } from '../engine/wasm';
import { WasmCrew } from '../engine/wasm/crew';
import { KernelThread } from '../engine/wasm/kernels';
import { keyOf, WAITING } from './calls';
import { spentMs, TimedThread } from './timedThread';

/** The kernels that are measured: C++ in vectors of so many floats, or WebAssembly. */
export type Kernels = { readonly name: 'native'; readonly width: number } | { readonly name: 'wasm' };

/** All that this machine has, the fastest first. */
export const ALL_KERNELS: readonly Kernels[] = [
  ...[...nativeWidths()].reverse().map((width) => ({ name: 'native' as const, width })),
  { name: 'wasm' },
];

export function titleOf(kernels: Kernels): string {
  return kernels.name === 'wasm' ? 'wasm' : `native, ${kernels.width} floats`;
}

/** A program and the threads that run it. */
export interface Started {
  readonly program: Program;
  readonly crew: Crew;
  /** If timed: the milliseconds that the calling thread has spent so far, by `keyOf` the kernel call, and waiting at barriers. */
  spent(): ReadonlyMap<string, number>;
}

export async function start(
  kernels: Kernels,
  options: EngineOptions,
  threads: number,
  isTimed: boolean,
): Promise<Started> {
  if (kernels.name === 'wasm') {
    const program = compile(options, threads, WASM_TRAITS);
    const crew = await WasmCrew.start(program, isTimed ? TimedThread : KernelThread);
    return { program, crew, spent: () => new Map(spentMs) };
  }
  const addon = loadAddon();
  if (addon === undefined) throw new Error('the native engine is not built');
  const program = compile(options, threads, NATIVE_TRAITS);
  const crew = new NativeCrew(addon, kernels.width, program, isTimed);
  return { program, crew, spent: () => byCall(program, crew.spentMs()) };
}

/** @param spent of each call of each command in turn, and waiting */
function byCall({ plan }: Program, spent: readonly number[]): Map<string, number> {
  const regions = Object.values(plan).flat() as Region[];
  const calls = regions.flatMap((region) => region.calls);
  const times = new Map([[WAITING, spent[calls.length]]]);
  for (const [i, call] of calls.entries()) times.set(keyOf(call), (times.get(keyOf(call)) ?? 0) + spent[i]);
  return times;
}
