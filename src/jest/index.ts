import { matchers, type BandsOptions, type GoldenOptions, type SpecOptions } from './matchers';
import type { RunSubject } from './subject';

/**
 * Matchers for users' own suites. `import 'assay/jest'`, or naming it in `setupFilesAfterEnv`, adds them to jest's `expect`:
 *
 *     await expect(readFileSync('train.log', 'utf8')).toMeetSpec();
 */

export { goldenRun, type StudyOptions } from './golden';
export { matchers, type BandsOptions, type GoldenOptions, type SpecOptions } from './matchers';
export type { RunSubject } from './subject';
// Named, so that the module that is added to below is known wherever this one is.
export type { Matchers } from 'expect';

interface AssayMatchers {
  /** The log, or the record, holds by its format, its arithmetic and its protocol. */
  toMeetSpec(options?: SpecOptions): Promise<void>;
  /** All numbers lie where runs of the study lie; several runs of one setting, in a list or in one log, also together. */
  toBeWithinBands(options?: BandsOptions): Promise<void>;
  /** The run is this one. */
  toMatchGoldenRun(golden: RunSubject, options?: GoldenOptions): Promise<void>;
}

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- where @types/jest has its types
  namespace jest {
    // eslint-disable-next-line @typescript-eslint/no-empty-object-type
    interface Matchers<R, T = {}> extends AssayMatchers {}
  }
}

declare module 'expect' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface Matchers<R extends void | Promise<void>, T = unknown> extends AssayMatchers {}
}

const { expect } = globalThis as { expect?: { extend?(matchers: object): void } };
expect?.extend?.(matchers);
