import { AssayError } from '../../base/errors';
import type { Engine, EngineName, EngineOptions } from '../../engine/engine';
import { createReferenceEngine } from '../../engine/reference';
import { createWasmEngine } from '../../engine/wasm';

/** What `engine/create` is in a browser: there is no machine code, and no TensorFlow. */
export async function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  if (name === 'wasm') return createWasmEngine(options);
  if (name === 'reference') return createReferenceEngine(options);
  throw new AssayError('engine-unavailable', {
    what: `the engine ${name} does not run in a browser`,
    expected: 'wasm or reference',
  });
}
