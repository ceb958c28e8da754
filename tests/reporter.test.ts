import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** What the reporter of this project prints of two suites, in a process of its own, as it prints at its end. */
function printed(options: object): string {
  const suite = (name: string, passed: number, failed: number, seconds: number): object => ({
    ...{ testFilePath: join(__dirname, name), numPassingTests: passed, numFailingTests: failed },
    perfStats: { start: 1000, end: 1000 + 1000 * seconds },
  });
  const results = {
    ...{
      numPassedTests: 12,
      numFailedTests: 1,
      numRuntimeErrorTestSuites: 0,
      numPendingTests: 2,
      numTodoTests: 0,
    },
    testResults: [
      suite('cli/a.test.ts', 4, 1, 3),
      suite('audit/b.test.ts', 3, 0, 65),
      suite('cli/c.test.ts', 5, 0, 4),
    ],
  };
  const script = `
    const Reporter = require(${JSON.stringify(join(__dirname, 'closing-line-reporter.cjs'))});
    const reporter = new Reporter({}, ${JSON.stringify(options)});
    reporter.onTestResult({}, { failureMessage: 'this is what failed' });
    reporter.onTestResult({}, { failureMessage: null });
    reporter.onRunComplete([], ${JSON.stringify(results)});`;
  const { ASSAY_LEFT_OUT: _, ...env } = process.env;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env }).stderr;
}

const CLOSING = `by area:
  audit  3 passed            65 s
  cli    9 passed  1 failed   7 s
slowest suites:
  audit/b.test.ts  65 s
  cli/c.test.ts     4 s
  cli/a.test.ts     3 s
12 passed, 1 failed, 2 skipped
`;

test('a test run ends with its areas, its slowest suites, and the counts', () => {
  expect(printed({})).toBe(CLOSING);
});

test('without another reporter, it also says what failed', () => {
  expect(printed({ failures: true })).toBe(`this is what failed\n${CLOSING}`);
});
