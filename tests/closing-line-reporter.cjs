const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, relative, sep } = require('node:path');

/**
 * A jest reporter: the last line of a test run is `N passed, N failed`, with `, N skipped` after it when tests were
 * left out. A suite that could not even start counts as one failure. Before it stand a table of the areas, which are the folders of
 * `tests/`, the slowest suites, and what tests left to be said at the end, by appending it to the file that `ASSAY_CLOSING_WORDS` names.
 * With the option `failures` it also prints what failed, for runs without another reporter.
 *
 * @implements {import('@jest/reporters').Reporter}
 */
class ClosingLineReporter {
  constructor(_globalConfig, { failures = false } = {}) {
    this.printsFailures = failures;
    this.folder = mkdtempSync(join(tmpdir(), 'assay-closing-'));
    this.words = join(this.folder, 'words');
    writeFileSync(this.words, process.env.ASSAY_LEFT_OUT ? `${process.env.ASSAY_LEFT_OUT}\n` : '');
    // The workers, which are started later, inherit it.
    process.env.ASSAY_CLOSING_WORDS = this.words;
  }

  onTestResult(_test, { failureMessage }) {
    if (this.printsFailures && failureMessage) process.stderr.write(`${failureMessage}\n`);
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    const words = readFileSync(this.words, 'utf8');
    rmSync(this.folder, { recursive: true });
    const tables = results.testResults.length > 1 ? tablesOf(results.testResults) : '';
    // jest calls its own summary after every other reporter; only the end of the process comes later. To stderr, where
    // jest writes, so that the order holds when the two streams are read as one.
    process.once('exit', () => process.stderr.write(`${tables}${words}${counts.join(', ')}\n`));
  }
}

const SLOWEST = 5;

/** Seconds are those of a suite from its start to its end, while others ran beside it. */
function tablesOf(testResults) {
  const suites = testResults.map((result) => {
    const { testFilePath, numPassingTests, numFailingTests, testExecError, perfStats } = result;
    const name = relative(__dirname, testFilePath).split(sep).join('/');
    return {
      name,
      area: name.includes('/') ? name.slice(0, name.indexOf('/')) : '.',
      passed: numPassingTests,
      failed: numFailingTests + (testExecError ? 1 : 0),
      seconds: (perfStats.end - perfStats.start) / 1000,
    };
  });
  const areas = new Map();
  for (const { area, passed, failed, seconds } of suites) {
    const sum = areas.get(area) ?? { passed: 0, failed: 0, seconds: 0 };
    areas.set(area, {
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      seconds: sum.seconds + seconds,
    });
  }
  const ofAreas = [...areas]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([area, { passed, failed, seconds }]) => [
      area,
      `${passed} passed`,
      failed === 0 ? '' : `${failed} failed`,
      inSeconds(seconds),
    ]);
  const slowest = suites.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  return `by area:\n${columns(ofAreas)}slowest suites:\n${columns(slowest.map(({ name, seconds }) => [name, inSeconds(seconds)]))}`;
}

function inSeconds(seconds) {
  return `${seconds.toFixed(0)} s`;
}

function columns(rows) {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows
    .map(
      (row) =>
        `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}\n`,
    )
    .join('');
}

module.exports = ClosingLineReporter;
