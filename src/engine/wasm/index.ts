import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { compile } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { WasmCrew } from './crew';

/** SIMD kernels in WebAssembly on `threads` threads over shared memory, equal to `reference` on every bit. */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const program = compile(options, threadsOf(options));
  return new PlannedEngine('wasm', options, program, await WasmCrew.start(program));
}
