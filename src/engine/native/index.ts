import { AssayError } from '../../base/errors';
import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { type ChainTraits, compileFusedChain } from '../plan/fusedChain';
import { compile, type KernelTraits, type Program } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { inRoom, MACHINE, type Room } from '../room';
import { loadAddon } from './addon';
import { NativeCrew } from './crew';
import { nativeWidth } from './width';

/** Its addresses are of 32 bits, with a sign. */
const ROOM: Room = { bytes: 0x7fffffff, whose: 'what its addresses reach' };

export const NATIVE_TRAITS: KernelTraits = { transposesWeights: false, channelGroup: 32 };

const NATIVE_CHAINS: ChainTraits = { block: 16, weightBytes: 4 };

/**
 * Kernels in C++ on `threads` threads, in the widest vectors that the processor has, equal to `reference` on every bit. Rejects with
 * AssayError `engine-unavailable` where the addon was not built, or the model does not fit.
 */
export async function createNativeEngine(options: EngineOptions): Promise<Engine> {
  const addon = loadAddon();
  const width = nativeWidth();
  if (addon === undefined || width === undefined) {
    throw new AssayError('engine-unavailable', {
      what: 'the native engine is not built',
      expected: 'a C++ compiler when assay was installed',
      got: 'none, or one for another processor',
      hint: 'install one and run `npm run build:native`, or use --engine wasm, whose bits are the same',
    });
  }
  const threads = threadsOf(options);
  const programFor = (maxBatch: number): Program => {
    const of = { ...options, maxBatch };
    return options.arithmetic === 'fused-chain'
      ? compileFusedChain(of, threads, NATIVE_CHAINS)
      : compile(of, threads, NATIVE_TRAITS);
  };
  const bytesFor = (maxBatch: number): number => programFor(maxBatch).bytes;
  const needs = [ROOM, MACHINE].map((room) => ({ bytesFor, room }));
  return inRoom('native', options, needs, () => {
    const program = programFor(options.maxBatch);
    return new PlannedEngine('native', options, program, new NativeCrew(addon, width, program));
  });
}
