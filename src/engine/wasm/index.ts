import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { type ChainTraits, compileFusedChain } from '../plan/fusedChain';
import { compile, type KernelTraits, type Program } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { inRoom, MACHINE, type Room } from '../room';
import { WasmCrew } from './crew';
import { MOST_BYTES } from './memory';

const ROOM: Room = { bytes: MOST_BYTES, whose: 'the memory of WebAssembly' };

export const WASM_TRAITS: KernelTraits = { transposesWeights: true, channelGroup: 32 };

const WASM_CHAINS: ChainTraits = { block: 8, weightBytes: 8 };

/** SIMD kernels in WebAssembly on `threads` threads over shared memory, equal to `reference` on every bit. Rejects with
 * AssayError `engine-unavailable` where the model does not fit. */
export async function createWasmEngine(options: EngineOptions): Promise<Engine> {
  const threads = threadsOf(options);
  const programFor = (maxBatch: number): Program => {
    const of = { ...options, maxBatch };
    return options.arithmetic === 'fused-chain'
      ? compileFusedChain(of, threads, WASM_CHAINS)
      : compile(of, threads, WASM_TRAITS);
  };
  const bytesFor = (maxBatch: number): number => programFor(maxBatch).bytes;
  const needs = [ROOM, MACHINE].map((room) => ({ bytesFor, room }));
  return inRoom('wasm', options, needs, async () => {
    const program = programFor(options.maxBatch);
    return new PlannedEngine('wasm', options, program, await WasmCrew.start(program));
  });
}
