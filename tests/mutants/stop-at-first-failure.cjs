const { writeFileSync } = require('node:fs');

/**
 * A jest reporter for `npm run test:mutants`: writes down the first test that fails, and ends the process there and then; `--bail`
 * would first run the rest of the suite.
 *
 * @implements {import('@jest/reporters').Reporter}
 */
class StopAtFirstFailure {
  onTestCaseResult(_test, { status, fullName }) {
    if (status === 'failed') stop(fullName);
  }

  onTestResult({ path }, { testExecError }) {
    if (testExecError) stop(`${path} could not start: ${testExecError.message}`);
  }
}

function stop(name) {
  writeFileSync(process.env.ASSAY_FIRST_FAILURE, name);
  process.exit(1);
}

module.exports = StopAtFirstFailure;
