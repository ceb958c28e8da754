const { readFileSync } = require('node:fs');
const { join } = require('node:path');

/** What the last training printed: `python train.py | tee train.log`. */
const log = readFileSync(join(__dirname, 'train.log'), 'utf8');

test('the log is one of this experiment: its format, its arithmetic, its epochs', async () => {
  await expect(log).toMeetSpec();
});

test('it is the run that was approved: the same seed, the same numbers', async () => {
  const approved = readFileSync(join(__dirname, 'approved.log'), 'utf8');
  // Another BLAS library or another number of threads moves PyTorch's last digits: give a tolerance then.
  await expect(log).toMatchGoldenRun(approved);
});
