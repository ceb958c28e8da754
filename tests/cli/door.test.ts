import { fc, test as property } from '@fast-check/jest';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coloursFor, throughDoor } from '../../src/cli/door';
import { Laboratory, TINY } from './laboratory';

const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

/** What steers a terminal or turns text around: ESC, BEL, backspace, CSI and OSC of C1, a right-to-left override, an isolate. */
const HOSTILE = '\x1b[2J\x07\b\x9b31m\x9d\u202e\u2066';
const STEERING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u;

describe('text through the door', () => {
  const { NO_COLOR } = process.env;
  beforeAll(() => delete process.env.NO_COLOR);
  afterAll(() => {
    if (NO_COLOR !== undefined) process.env.NO_COLOR = NO_COLOR;
  });

  test('is seen, and does nothing', () => {
    expect(throughDoor(HOSTILE)).toBe('\\u001b[2J\\u0007\\u0008\\u009b31m\\u009d\\u202e\\u2066');
    expect(throughDoor('größer\t≤ 1\n')).toBe('größer\t≤ 1\n');
  });

  property.prop([fc.string({ unit: 'binary' })])('has no control character', (text) => {
    expect(throughDoor(text)).not.toMatch(STEERING);
  });

  test('has our colours on a terminal, and no others', () => {
    const { red, bold } = coloursFor({ isTTY: true });
    expect(throughDoor(red('fail'))).toBe('\x1b[31mfail\x1b[39m');
    expect(throughDoor(red(bold('fail')))).toBe('\x1b[31m\x1b[1mfail\x1b[22m\x1b[39m');
    expect(throughDoor(red('\x1b[8mhidden'))).toBe('\x1b[31m\\u001b[8mhidden\x1b[39m');
    expect(throughDoor(coloursFor({ isTTY: false }).red('fail'))).toBe('fail');
  });

  test('has the mark of our colours in none of another process', () => {
    const [mark] = coloursFor({ isTTY: true }).red('|').split('31m');
    const other = mark.replace(/\d/, (digit) => String((Number(digit) % 9) + 1));
    expect(throughDoor(`${other}8m`)).not.toMatch(STEERING);
  });
});

describe('whatever is in a file, no command prints a control character', () => {
  let lab: Laboratory;
  beforeAll(async () => {
    lab = await Laboratory.open();
    await lab.run(['run', ...TINY, '--out', 'run']);
    const record = await lab.record('run');
    await lab.writeStudy('key', { [HOSTILE]: 1 });
    await lab.writeStudy('title', { title: HOSTILE });
    const data = { ...record.data, name: HOSTILE };
    await writeFile(lab.path('names.json'), JSON.stringify({ ...record, data }));
    await writeFile(lab.path('other.json'), JSON.stringify({ ...record, data, seed: 5 }));
    await writeFile(lab.path('broken.json'), `{ "${HOSTILE}`);
    await lab.writeStudy('broken');
    await writeFile(lab.path('broken', 'study.json'), `{ "${HOSTILE}`);
    const report = await readFile(REPORT, 'utf8');
    await writeFile(lab.path('report.txt'), report.replace('\n', `\nThe loss ${HOSTILE} goes down.\n`));
  });
  afterAll(() => lab.close());

  test.each([
    ['run', '--lr', '0.1', '--study', 'key'],
    ['run', '--lr', '0.1', '--study', 'broken'],
    ['run', '--lr', '0.1', '--study', HOSTILE],
    ['run', `--${HOSTILE}`],
    [HOSTILE],
    ['verify', 'names.json', '--study', 'study', '--data', 'tiny'],
    ['compare', 'names.json', 'other.json', '--study', 'study'],
    ['compare', 'names.json', 'other.json', '--study', 'study', '--json'],
    ['check', 'broken.json', '--study', 'study'],
    ['check', 'report.txt', '--study', 'study', '--markdown'],
    ['audit', 'report.txt'],
    ['audit', 'report.txt', '--markdown'],
    ['eval', 'broken.json', '--study', 'study', '--data', 'tiny'],
    ['data', 'verify', HOSTILE],
  ])('%j', async (...args) => {
    const { exitCode, stdout, stderr } = await lab.run(args);
    expect([0, 1, 2]).toContain(exitCode);
    expect(stdout + stderr).not.toMatch(STEERING);
    expect(stdout + stderr).not.toBe('');
  });

  test('JSON says the same without them', async () => {
    const { stdout } = await lab.run(['audit', 'report.txt', '--json']);
    expect(stdout).not.toMatch(STEERING);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(JSON.stringify(HOSTILE).slice(1, -1));
  });
});
