const { TestEnvironment } = require('jest-environment-node');

/**
 * As jest's own. On a terminal jest tells its workers to colour, and they would tell it to each program that a test starts and reads;
 * a shell may tell its width.
 */
delete process.env.FORCE_COLOR;
delete process.env.COLUMNS;

module.exports = TestEnvironment;
