import type { CreateEngine, Engine, EngineName, EngineOptions } from './engine';

/** An engine's code is loaded only when it is asked for. */
const ENGINES: Record<EngineName, () => Promise<CreateEngine>> = {
  reference: async () => (await import('./reference')).createReferenceEngine,
  wasm: async () => (await import('./wasm')).createWasmEngine,
  tfjs: async () => (await import('./tfjs')).createTfjsEngine,
};

export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[];

/** Those that agree on every bit; of the others, results are near. */
export const BITWISE_ENGINES: readonly EngineName[] = ['reference', 'wasm'];

/** Creates the engine `name`; rejects with `engine-unavailable` where this machine cannot run it. */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  return (await ENGINES[name]())(options);
}
