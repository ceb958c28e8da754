import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Laboratory } from './laboratory';

const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

/** The report with one text replaced, audited. */
async function auditOf(from: string, to: string): Promise<{ exitCode: number | null; stdout: string }> {
  const text = readFileSync(REPORT, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  await writeFile(lab.path('report.txt'), text.replace(from, to));
  return lab.run(['audit', 'report.txt']);
}

test('the report as it is: its numbers agree, each run lies in its band, every line is accounted for', async () => {
  const { exitCode, stdout, stderr } = await lab.run(['audit', REPORT]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain('The 198 numbers of the report agree with each other.');
  expect(stdout).toContain(' 0 not understood');
  expect(stdout.match(/in our bands: pass/g)).toHaveLength(3);
  expect(stdout).toContain('no two runs shared a seed');
  expect(stdout).toContain('line 97: - With more epochs (10-20), it would probably reach 99%+');
});

test.each([
  ['a changed count', '9586/10000 (95.86%)', '9587/10000 (95.86%)', 'line 29, accuracy: '],
  [
    'a swapped percent',
    '[6400/60000 (11%)]       Loss: 0.876382',
    '[6400/60000 (21%)]       Loss: 0.876382',
    'line 19, percent: ',
  ],
  [
    'another final accuracy',
    'Final Test Accuracy: 96.66%',
    'Final Test Accuracy: 97.66%',
    'line 286, final-accuracy: ',
  ],
])('%s is found, in its line', async (_, from, to, finding) => {
  const { exitCode, stdout } = await auditOf(from, to);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(finding);
});

test('a document without runs is refused', async () => {
  await writeFile(lab.path('letter.txt'), 'Dear reader,\n');
  const { exitCode, stderr } = await lab.run(['audit', 'letter.txt']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('not a log of a training run');
});
