import { env } from 'node:process';

/**
 * `npm run test:stryker -- --mutate src/judge/collapse.ts,src/statistics/holm.ts`: changes every expression of these files, one at a time, and shows the
 * changes that no test notices. By hand; see docs/mutants.md. With SUITES=tests/jobs/jobs.test.ts, these suites alone are run.
 */
const suites = env.SUITES?.split(',');

export default {
  packageManager: 'npm',
  testRunner: 'jest',
  jest:
    suites === undefined
      ? { configFile: 'tests/stryker.jest.json', enableFindRelatedTests: true }
      : {
          configFile: 'tests/stryker.jest.json',
          enableFindRelatedTests: false,
          config: { testMatch: suites.map((suite) => `<rootDir>/${suite}`) },
        },
  // Its own choice of tests goes by what they ran, not by the suites.
  coverageAnalysis: suites === undefined ? 'perTest' : 'off',
  // Changes within a text that is printed say nothing of what is computed.
  mutator: { excludedMutations: ['StringLiteral'] },
  ignorePatterns: ['runs', 'golden/*/searches'],
  tempDirName: 'dist/.stryker',
  reporters: ['clear-text'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  concurrency: 2,
  timeoutMS: 600_000,
  dryRunTimeoutMinutes: 30,
};
