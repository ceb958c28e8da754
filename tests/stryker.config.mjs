/**
 * `npm run test:stryker -- --mutate src/judge/collapse.ts,src/statistics/holm.ts`: changes every expression of these files, one at a time, and shows the
 * changes that no test notices. By hand; see docs/mutants.md.
 */
export default {
  packageManager: 'npm',
  testRunner: 'jest',
  jest: { configFile: 'tests/stryker.jest.json', enableFindRelatedTests: true },
  coverageAnalysis: 'perTest',
  // Changes within a text that is printed say nothing of what is computed.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignorePatterns: ['runs', 'golden/*/searches'],
  tempDirName: 'dist/.stryker',
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 30,
};
