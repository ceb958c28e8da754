/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/tests'],
  testMatch: ['**/*.test.ts'],
  // Types are checked by `npm run check`, once, rather than by every worker.
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  testTimeout: 120_000,
  verbose: true,
  silent: false,
  reporters: ['default', '<rootDir>/tests/closing-line-reporter.cjs'],
};

export default config;
