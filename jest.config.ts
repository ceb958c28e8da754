/** @jest-config-loader esbuild-register */
import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

const GLOBALS_OF_LOOPS = [
  ...['Array', 'Float32Array', 'Float64Array', 'Int32Array', 'Uint8Array', 'Uint32Array', 'DataView'],
  ...['BigInt', 'Infinity', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Set', 'String'],
];

const config: Config = {
  testEnvironment: '<rootDir>/tests/environment.cjs',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // What src imports and is built: no test runs with what was made of other schemas.
  globalSetup: '<rootDir>/tests/builtSchemas.ts',
  // Types are checked by `npm run check`, once, rather than by every worker.
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  // In the context that tests run in, a global name is looked up slowly, each time: in loops over numbers that was most of the time.
  sandboxInjectedGlobals: GLOBALS_OF_LOOPS,
  // One more than cores, as some tests mostly wait; threads of an engine that wait for each other sleep soon enough to let others go on.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 120_000,
  verbose: true,
  silent: false,
  reporters: ['default', '<rootDir>/tests/closing-line-reporter.cjs'],
};

export default config;
