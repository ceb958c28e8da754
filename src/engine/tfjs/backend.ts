import * as tf from '@tensorflow/tfjs-core';
import { AssayError } from '../../base/errors';
import type { Backend, BackendName } from '../engine';

/** Optional, so that it may be missing when this is compiled as well: the compiler must not look for it. */
const TFJS_NODE: string = '@tensorflow/tfjs-node';

/** Each loads a backend, and says its version. */
const LOADERS: Readonly<Record<BackendName, () => Promise<string>>> = {
  tensorflow: async () => {
    const { version } = (await import(TFJS_NODE)) as { readonly version: Readonly<Record<string, string>> };
    return version['tfjs-node'];
  },
  wasm: async () => (await import('@tensorflow/tfjs-backend-wasm')).version_wasm,
};

/**
 * Makes the first of `wanted` that loads on this machine tfjs's backend, for the whole process: tfjs has one at a time.
 *
 * @throws AssayError `engine-unavailable` when none does.
 */
export async function useBackend(wanted: readonly BackendName[]): Promise<Backend> {
  const missing: { name: BackendName; reason: string }[] = [];
  const causes: unknown[] = [];
  for (const name of wanted) {
    try {
      const version = await LOADERS[name]();
      if (await tf.setBackend(name)) return { name, version, missing };
      missing.push({ name, reason: 'tfjs refuses it' });
    } catch (cause) {
      causes.push(cause);
      missing.push({ name, reason: firstLine(cause) });
    }
  }
  const facts = {
    what: 'no backend of tfjs runs here',
    expected: `one of ${wanted.join(', ')}`,
    got: missing.map(({ reason }) => reason).join('; '),
    hint: 'npm install @tensorflow/tfjs-backend-wasm, or --engine wasm',
  };
  throw new AssayError('engine-unavailable', facts, { cause: causes[0] });
}

function firstLine(cause: unknown): string {
  return String(cause).split('\n')[0].trim();
}
