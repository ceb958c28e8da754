/**
 * A jest reporter: the last line of a test run is `N passed, N failed`, with `, N skipped` after it when tests were
 * left out. A suite that could not even start counts as one failure.
 *
 * @implements {import('@jest/reporters').Reporter}
 */
class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    // jest calls its own summary after every other reporter; only the end of the process comes later. To stderr, where
    // jest writes, so that the order holds when the two streams are read as one.
    process.once('exit', () => process.stderr.write(`${counts.join(', ')}\n`));
  }
}

module.exports = ClosingLineReporter;
