import * as tf from '@tensorflow/tfjs-core';
import { AssayError } from '../../errors';

/** tfjs's names of what can compute: libtensorflow (of tfjs-node), and WebAssembly on one thread. */
export type Backend = 'tensorflow' | 'wasm';

/** Optional, so that it may be missing when this is compiled as well: the compiler must not look for it. */
const TFJS_NODE: string = '@tensorflow/tfjs-node';

const LOADERS: Readonly<Record<Backend, () => Promise<unknown>>> = {
  tensorflow: () => import(TFJS_NODE) as Promise<unknown>,
  wasm: () => import('@tensorflow/tfjs-backend-wasm'),
};

/**
 * Makes the first of `wanted` that loads on this machine tfjs's backend, for the whole process: tfjs has one at a time.
 *
 * @throws AssayError `engine-unavailable` when none does.
 */
export async function useBackend(wanted: readonly Backend[]): Promise<Backend> {
  const causes: unknown[] = [];
  for (const backend of wanted) {
    try {
      await LOADERS[backend]();
      if (await tf.setBackend(backend)) return backend;
    } catch (cause) {
      causes.push(cause);
    }
  }
  const facts = {
    what: 'no backend of tfjs runs here',
    expected: `one of ${wanted.join(', ')}`,
    got: causes.map(firstLine).join('; '),
    hint: 'npm install, or --engine wasm',
  };
  throw new AssayError('engine-unavailable', facts, { cause: causes[0] });
}

function firstLine(cause: unknown): string {
  return String(cause).split('\n')[0].trim();
}
