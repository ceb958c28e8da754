import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Laboratory, TINY } from './laboratory';

/**
 * A file that may not grow beyond a limit is what a disk is that fills up: of the first write that does not fit the system takes a part,
 * and it refuses the next.
 */
const PROGRAM = resolve(__dirname, '../../bin/assay.js');
const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

/** Standard output goes to the file `output`; a block is of 512 bytes. */
function limitedTo(blocks: number, ...args: string[]): { status: number | null; stderr: string } {
  const script = `ulimit -f ${blocks}; exec "$@" > output`;
  const words = ['-c', script, 'sh', process.execPath, PROGRAM, ...args];
  const { status, stderr } = spawnSync('sh', words, { cwd: lab.folder, encoding: 'utf8' });
  return { status, stderr };
}

const TOO_LARGE =
  /^error: the file cannot be written\n +where: +(.*)\n +got: +the file would be larger .*\(EFBIG\)\n/m;

test.each([[['--json']], [['--markdown']], [['--full']]])(
  'an audit %j that does not fit is not passed for a whole one',
  (format) => {
    const { status, stderr } = limitedTo(8, 'audit', REPORT, ...format);
    expect(status).toBe(2);
    expect(TOO_LARGE.exec(stderr)?.[1]).toBe('standard output');
    expect(statSync(lab.path('output')).size).toBe(8 * 512);
  },
);

test('one that fits is whole', () => {
  expect(limitedTo(100_000, 'audit', REPORT, '--json').status).toBe(1);
  expect(JSON.parse(readFileSync(lab.path('output'), 'utf8'))).toMatchObject({ verdict: 'fail' });
});

test('a run leaves nothing that is half a file', () => {
  const { status, stderr } = limitedTo(4, 'run', ...TINY, '--out', 'run');
  expect(status).toBe(2);
  expect(TOO_LARGE.exec(stderr)?.[1]).toBe('run/checkpoint.safetensors');
  expect(readdirSync(lab.folder)).not.toContain('run');
});

test('a sweep keeps what fitted, and goes on from there', () => {
  const args = ['sweep', '--study', 'study', '--data', 'tiny', '--seeds', '1..20', '--workers', '1'];
  const { status, stderr } = limitedTo(8, ...args, '--out', 'sweep');
  expect(status).toBe(2);
  expect(TOO_LARGE.exec(stderr)?.[1]).toBe('sweep/journal.jsonl');
  expect(readdirSync(lab.path('sweep'))).toEqual(['journal.jsonl', 'runs.jsonl']);
  const kept = readFileSync(lab.path('sweep/journal.jsonl'), 'utf8').split('\n').length - 1;
  expect(kept).toBeGreaterThan(0);
  limitedTo(100_000, ...args, '--out', 'sweep');
  expect(readFileSync(lab.path('output'), 'utf8')).toContain(
    `${40 - kept} runs trained, ${kept} were there already`,
  );
  limitedTo(100_000, ...args, '--out', 'whole');
  expect(readFileSync(lab.path('sweep/runs.jsonl'))).toEqual(readFileSync(lab.path('whole/runs.jsonl')));
  rmSync(lab.path('output'));
});
