import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AssayError } from '../../src/base/errors';
import { execute } from '../../src/trainer/execute';
import { clearUnfinished, noteTrainer } from '../../src/trainer/orphans';
import { trainRun, type TrainerOptions, type TrainerOutcome } from '../../src/trainer/run';

let [out, scripts] = ['', ''];
beforeEach(async () => {
  scripts = await mkdtemp(join(tmpdir(), 'assay-script-'));
  out = await mkdtemp(join(tmpdir(), 'assay-trainer-'));
});
afterEach(async () => {
  for (const folder of [out, scripts]) await rm(folder, { recursive: true, force: true });
});

const RUN = { conditions: {}, seed: 1, name: 'seed1' };
/** Node runs the code, with the seed and the folder of the run as its arguments. */
async function train(code: string, options: Partial<TrainerOptions> = {}): Promise<TrainerOutcome> {
  const script = join(scripts, 'train.cjs');
  await writeFile(script, code);
  return trainRun(RUN, { template: `'${process.execPath}' '${script}' {seed} {out}`, out, ...options });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a run that is done has its folder, and is not made again', async () => {
  const code = 'console.log(`seed ${process.argv[2]}`); console.error(0)';
  expect((await train(code)).status).toBe('trained');
  expect(await readdir(join(out, 'seed1'))).toEqual(['output.log']);
  expect(await readFile(join(out, 'seed1/output.log'), 'utf8')).toContain('seed 1\n');
  expect(await readdir(join(out, '.unfinished'))).toEqual([]);
  expect((await train('process.exit(1)')).status).toBe('there already');
});

test('one that failed says what it printed last, where `*/output.log` does not find it', async () => {
  const failed = await train('console.log(`a\\nloss nan\\n`); process.exitCode = 4');
  const output = join(out, '.failed/seed1/output.log');
  expect(failed).toEqual({
    run: RUN,
    status: 'failed',
    why: 'it ended with 4',
    output,
    lastLine: 'loss nan',
  });
  expect(await readdir(out)).toEqual(expect.not.arrayContaining(['seed1']));
  expect((await train('0')).status).toBe('trained');
  expect(existsSync(output)).toBe(false);
});

test('a program that is not there', async () => {
  const failed = await trainRun(RUN, { template: 'no-such-program {seed}', out });
  expect(failed).toMatchObject({ status: 'failed', why: 'there is no program no-such-program' });
});

test('the time limit ends it', async () => {
  const failed = await train('setInterval(() => 0, 1000)', { timeLimit: 1 });
  expect(failed).toMatchObject({ why: 'it took longer than 1 s' });
});

test('another process that it has left, and that holds its output, is not waited for', async () => {
  const left = 'setTimeout(() => 0, 30_000)';
  const code = `const c = require("child_process").spawn(process.execPath, ["-e", "${left}"], { detached: true, stdio: "inherit" }); console.log(c.pid); c.unref()`;
  const start = performance.now();
  expect((await train(code)).status).toBe('trained');
  expect(performance.now() - start).toBeLessThan(15_000);
  process.kill(Number((await readFile(join(out, 'seed1/output.log'), 'utf8')).trim()));
});

describe('a stop', () => {
  test('before the start keeps it from being started', async () => {
    const signal = AbortSignal.abort('SIGINT');
    const mark = join(out, 'started');
    const outcome = await train(`require("node:fs").writeFileSync("${mark}", "")`, { signal });
    expect(outcome).toMatchObject({ status: 'failed', why: 'stopped' });
    expect(existsSync(mark)).toBe(false);
  });

  test('while it runs ends it', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort('SIGINT'), 500);
    const outcome = await train('setInterval(() => 0, 1000)', { signal: stop.signal });
    expect(outcome).toMatchObject({ status: 'failed', why: 'stopped' });
    expect(await readdir(out)).toEqual(['.unfinished']);
  });
});

test('output that cannot be written ends the trainer, and is told', async () => {
  if (!existsSync('/dev/full')) return;
  let pid = 0;
  const words = [process.execPath, '-e', 'setInterval(() => console.log("x"), 10)'];
  const error = (await execute(words, '/dev/full', { onStart: (of) => (pid = of) }).catch(
    (thrown: unknown) => thrown,
  )) as AssayError;
  expect([error.code, error.facts.where]).toEqual(['file-unwritable', '/dev/full']);
  expect(isAlive(pid)).toBe(false);
});

test('a trainer that an earlier sweep left running is ended, and what it wrote is removed', async () => {
  if (process.platform !== 'linux') return;
  const folder = join(out, '.unfinished');
  await mkdir(join(folder, 'seed1-0a'), { recursive: true });
  const args = ['-e', 'setInterval(() => 0, 1000)'];
  const [orphan, other] = [0, 1].map(() =>
    spawn(process.execPath, args, { detached: true, stdio: 'ignore' }),
  );
  if (orphan.pid === undefined || other.pid === undefined) throw new Error('no process');
  noteTrainer(join(folder, 'seed1-0a.pid'), orphan.pid);
  // Another process that has the number of one that is gone.
  const note = JSON.parse(await readFile(join(folder, 'seed1-0a.pid'), 'utf8')) as object;
  await writeFile(join(folder, 'seed2-0b.pid'), JSON.stringify({ ...note, pid: other.pid, start: 'before' }));
  await symlink('/dev/zero', join(folder, 'seed3-0c.pid'));
  const ended = once(orphan, 'exit');
  await clearUnfinished(folder);
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(await readdir(folder)).toEqual([]);
  await sleep(100);
  expect(isAlive(other.pid)).toBe(true);
  other.kill('SIGKILL');
});
