import { AssayError } from '../src/base/errors';

/** The error that an action ends in; undefined when there is none. Whatever is not an AssayError is thrown on. */
export function refusal(action: () => unknown): AssayError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
}
