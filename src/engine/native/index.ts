import { AssayError } from '../../base/errors';
import type { Engine, EngineOptions } from '../engine';
import { PlannedEngine } from '../plan/engine';
import { type ChainTraits, compileFusedChain } from '../plan/fusedChain';
import { compile, type KernelTraits } from '../plan/plan';
import { threadsOf } from '../plan/threads';
import { loadAddon } from './addon';
import { NativeCrew } from './crew';
import { nativeWidth } from './width';

export const NATIVE_TRAITS: KernelTraits = { transposesWeights: false, sumsSamples: true, channelGroup: 32 };

const NATIVE_CHAINS: ChainTraits = { block: 16, weightBytes: 4 };

/**
 * Kernels in C++ on `threads` threads, in the widest vectors that the processor has, equal to `reference` on every bit. Rejects with
 * AssayError `engine-unavailable` where the addon was not built.
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
  const program =
    options.arithmetic === 'fused-chain'
      ? compileFusedChain(options, threads, NATIVE_CHAINS)
      : compile(options, threads, NATIVE_TRAITS);
  return new PlannedEngine('native', options, program, new NativeCrew(addon, width, program));
}
