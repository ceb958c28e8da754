/** @jest-config-loader esbuild-register */
import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: '<rootDir>/tests/environment.cjs',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // Types are checked by `npm run check`, once, rather than by every worker.
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  // One more than cores, as some tests mostly wait; threads of an engine that wait for each other sleep soon enough to let others go on.
  maxWorkers: availableParallelism() + 1,
  testTimeout: 120_000,
  verbose: true,
  silent: false,
  reporters: ['default', '<rootDir>/tests/closing-line-reporter.cjs'],
};

export default config;
