import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { type ChainTraits, compileFusedChain } from '../plan/fusedChain';
import { compile, type KernelTraits } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { WasmCrew } from './crew';

export const WASM_TRAITS: KernelTraits = { transposesWeights: true, sumsSamples: false, channelGroup: 8 };

const WASM_CHAINS: ChainTraits = { block: 8, weightBytes: 8 };

/** SIMD kernels in WebAssembly on `threads` threads over shared memory, equal to `reference` on every bit. */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const threads = threadsOf(options);
  const program =
    options.arithmetic === 'fused-chain'
      ? compileFusedChain(options, threads, WASM_CHAINS)
      : compile(options, threads, WASM_TRAITS);
  return new PlannedEngine('wasm', options, program, await WasmCrew.start(program));
}
