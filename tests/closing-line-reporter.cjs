const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

/**
 * A jest reporter: the last line of a test run is `N passed, N failed`, with `, N skipped` after it when tests were
 * left out. A suite that could not even start counts as one failure. Before it stands what tests left to be said at the end, by
 * appending it to the file that `ASSAY_CLOSING_WORDS` names.
 *
 * @implements {import('@jest/reporters').Reporter}
 */
class ClosingLineReporter {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'assay-closing-'));
    this.words = join(this.folder, 'words');
    writeFileSync(this.words, process.env.ASSAY_LEFT_OUT ? `${process.env.ASSAY_LEFT_OUT}\n` : '');
    // The workers, which are started later, inherit it.
    process.env.ASSAY_CLOSING_WORDS = this.words;
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const counts = [`${results.numPassedTests} passed`, `${failed} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    const words = readFileSync(this.words, 'utf8');
    rmSync(this.folder, { recursive: true });
    // jest calls its own summary after every other reporter; only the end of the process comes later. To stderr, where
    // jest writes, so that the order holds when the two streams are read as one.
    process.once('exit', () => process.stderr.write(`${words}${counts.join(', ')}\n`));
  }
}

module.exports = ClosingLineReporter;
