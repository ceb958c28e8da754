import { AssayError } from '../../base/errors';
import type { EngineOptions } from '../engine';

const MAX_THREADS = 64;

/**
 * The number of threads that an engine is asked for.
 *
 * @throws AssayError `usage`
 */
export function threadsOf({ threads = 1 }: EngineOptions): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= MAX_THREADS) return threads;
  throw new AssayError('usage', {
    what: 'This number of threads cannot be used',
    expected: `a whole number from 1 to ${MAX_THREADS}`,
    got: String(threads),
  });
}
