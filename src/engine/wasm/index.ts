import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { compile, type KernelTraits } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { WasmCrew } from './crew';

export const WASM_TRAITS: KernelTraits = { transposesWeights: true, channelGroup: 32 };

/** SIMD kernels in WebAssembly on `threads` threads over shared memory, equal to `reference` on every bit. */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const program = compile(options, threadsOf(options), WASM_TRAITS);
  return new PlannedEngine('wasm', options, program, await WasmCrew.start(program));
}
