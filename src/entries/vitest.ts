/**
 * `assay/vitest`: the matchers of `assay/jest`, for `expect.extend` of Vitest.
 *
 *     import { expect } from 'vitest';
 *     import { matchers } from 'assay/vitest';
 *     expect.extend(matchers);
 */

export { goldenRun, type StudyOptions } from '../jest/golden';
export { matchers, type BandsOptions, type GoldenOptions, type SpecOptions } from '../jest/matchers';
export type { RunSubject } from '../jest/subject';
