import type { CreateEngine, Engine, EngineName, EngineOptions } from './engine';
import { withPackages, type Optional } from '../base/optional';
import { nativeWidths } from './native/width';

const TFJS: Optional = {
  what: 'the engine tfjs',
  packages: ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-wasm'],
  code: 'engine-unavailable',
};

/** An engine's code is loaded only when it is asked for. */
const ENGINES: Record<EngineName, () => Promise<CreateEngine>> = {
  reference: async () => (await import('./reference')).createReferenceEngine,
  native: async () => (await import('./native')).createNativeEngine,
  wasm: async () => (await import('./wasm')).createWasmEngine,
  tfjs: async () => (await withPackages(TFJS, () => import('./tfjs'))).createTfjsEngine,
};

export const ENGINE_NAMES = Object.keys(ENGINES) as EngineName[];

/** Creates the engine `name`; rejects with `engine-unavailable` where this machine cannot run it. */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  return (await ENGINES[name]())(options);
}

/** The fastest engine that this machine has with the bits of all `BITWISE_ENGINES`. */
export function fastestEngine(): EngineName {
  return nativeWidths().length > 0 ? 'native' : 'wasm';
}

/** The fastest one with the bits of `name`, but for `reference`, which is there to be slow and certain. */
export function fastestLike(name: EngineName): EngineName {
  return name === 'native' || name === 'wasm' ? fastestEngine() : name;
}
