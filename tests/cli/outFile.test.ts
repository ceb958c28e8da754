import { copyFile, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Laboratory } from './laboratory';

const ROOT = join(__dirname, '../..');
const REPORT = join(ROOT, 'fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
  await copyFile(REPORT, lab.path('report.txt'));
  await symlink('report.txt', lab.path('link'));
});
afterAll(() => lab.close());

test.each([
  [
    'audit --html over its document',
    ['audit', 'report.txt', '--html', './report.txt'],
    '--html names a file that is read',
  ],
  [
    'audit --junit over its document, by a link',
    ['audit', 'report.txt', '--junit', 'link'],
    '--junit names a file that is read',
  ],
  [
    'audit: one file for two',
    ['audit', 'report.txt', '--html', 'a', '--junit', './a'],
    '--junit names the file of --html',
  ],
  [
    'check --junit over a log',
    ['check', REPORT, 'link', '--junit', 'report.txt'],
    '--junit names a file that is read',
  ],
])('%s is refused, and nothing is lost', async (_, args, message) => {
  const before = await lab.entries();
  const { exitCode, stderr, stdout } = await lab.run(args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(message);
  expect(await lab.entries()).toEqual(before);
  expect(await readFile(lab.path('report.txt'))).toEqual(await readFile(REPORT));
});
