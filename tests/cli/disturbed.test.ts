import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, open } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCheckpoint } from '../../src/train';
import { DEFAULT_STUDY, Laboratory, outcomeOf, TINY, type Outcome } from './laboratory';

/** What the system does to a command: signals, folders that cannot be written, clocks that jump, pipes and disks that fail. */
const PROGRAM = resolve(__dirname, '../../bin/assay.js');
const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

const read = (...parts: string[]): string => readFileSync(lab.path(...parts), 'utf8');

/** What may not depend on when it was done. */
function withoutTime(record: object): object {
  return { ...record, environment: undefined };
}

describe('signals', () => {
  const SWEEP = ['sweep', '--study', 'study', '--data', 'tiny', '--workers', '2', '--seeds', '1..100'];
  const linesOf = (path: string): number =>
    existsSync(lab.path(path)) ? read(path).split('\n').length - 1 : 0;

  test('in a sweep, one after another: each ends it in good order, and the same command has the same bytes in the end', async () => {
    await lab.run([...SWEEP, '--out', 'whole']);
    let last: Outcome;
    let signals = 0;
    do {
      const child = lab.start([...SWEEP, '--out', 'signalled']);
      const outcome = outcomeOf(child);
      const before = linesOf('signalled/journal.jsonl');
      while (linesOf('signalled/journal.jsonl') <= before && child.exitCode === null) await sleep(5);
      const signal = signals % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      if (signals < 6) child.kill(signal);
      last = await outcome;
      if (signals < 6) {
        expect(last.exitCode).toBe({ SIGINT: 130, SIGTERM: 143 }[signal]);
        expect(last.stderr).toMatch(/^stopped: \d+ of 200 runs are missing; the same command continues\n$/);
        expect(existsSync(lab.path('signalled/journal.jsonl.lock'))).toBe(false);
      }
    } while (signals++ < 6);
    expect(last.exitCode).toBe(0);
    expect(read('signalled/runs.jsonl')).toBe(read('whole/runs.jsonl'));
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'in a reproduction, %s: the run that was stopped goes on to the same bits, and what was done before it is there',
    async (signal) => {
      const training = { batchSize: 4, epochs: 100, logInterval: 2, lrs: [0.01, 0.1] };
      await lab.writeStudy('long', { training });
      const what = ['--study', 'long', '--data', 'tiny'];
      const child = lab.start(['reproduce', ...what, '--out', signal]);
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        if (chunk.includes('## LR = 0.1')) child.kill(signal);
      });
      const { exitCode, stderr } = await outcomeOf(child);
      expect(exitCode).toBe({ SIGINT: 130, SIGTERM: 143 }[signal]);
      expect(readdirSync(lab.path(signal))).toEqual(['lr0.01', 'lr0.1']);
      expect((await lab.record(`${signal}/lr0.01`)).epochs).toHaveLength(100);
      const command = /to continue: npx assay (.*)/.exec(stderr)?.[1].split(' ') as string[];
      expect(command.slice(0, 3)).toEqual(['run', '--resume', `${signal}/lr0.1`]);
      expect(await lab.run(command)).toMatchObject({ exitCode: 0 });
      await lab.run(['run', ...what, '--lr', '0.1', '--out', `${signal}-whole`]);
      const [stopped, whole] = [await lab.record(`${signal}/lr0.1`), await lab.record(`${signal}-whole`)];
      expect(withoutTime(stopped)).toEqual(withoutTime(whole));
    },
  );
});

describe('a folder that cannot be written', () => {
  const NOBODY = 65_534;
  const isRoot = process.getuid?.() === 0;

  /** As somebody whom permissions bind: root may write anywhere. */
  function asNobody(args: readonly string[], cwd = lab.folder): Promise<Outcome> {
    const { ASSAY_DATA: _, ...rest } = process.env;
    const env = { ...rest, ASSAY_CACHE: lab.path('cache'), NO_COLOR: '1' };
    const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
    const words = [PROGRAM, ...args];
    return outcomeOf(spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], ...who }));
  }

  beforeAll(async () => {
    await chmod(lab.folder, 0o755);
    await mkdir(lab.path('sealed'));
    await chmod(lab.path('sealed'), 0o555);
  });

  const HERE = ['--study', '../study', '--data', '../tiny'];
  test.each<[string, string[]]>([
    ['run --out', ['run', ...HERE, '--lr', '0.01', '--out', 'new']],
    ['run without --out', ['run', ...HERE, '--lr', '0.01']],
    ['sweep', ['sweep', ...HERE, '--seeds', '1', '--out', 'new']],
    ['reproduce', ['reproduce', ...HERE, '--out', 'new']],
    ['a page', ['audit', REPORT, '--html', 'page.html']],
    ['a search', ['find-seed', ...HERE, '--loss', '1.1', '--range', '0..9', '--out', 'new']],
  ])('%s: one clear line, and 2', async (_, args) => {
    const { exitCode, stdout, stderr } = await asNobody(args, lab.path('sealed'));
    expect(exitCode).toBe(2);
    expect(stdout).not.toContain('Train Epoch'); // before anything is trained
    expect(stderr).toMatch(/^error: .*\n +where: +(new|runs|page)/m);
    expect(stderr).toMatch(/permission denied \(E(ACCES|PERM)\)/);
    expect(readdirSync(lab.path('sealed'))).toEqual([]);
  });

  test('in the midst of a run: what was saved before is whole, and continues', async () => {
    await mkdir(lab.path('open'));
    if (isRoot) await chown(lab.path('open'), NOBODY, NOBODY);
    const training = { batchSize: 4, epochs: 100_000, logInterval: 2, lrs: [0.01] };
    await lab.writeStudy('endless', { training });
    const what = ['--study', 'endless', '--data', 'tiny'];
    const running = asNobody(['run', ...what, '--lr', '0.01', '--out', 'open/run']);
    while (!existsSync(lab.path('open/run/checkpoint.safetensors'))) await sleep(5);
    await sleep(200);
    await chmod(lab.path('open/run'), 0o555);
    const { exitCode, stderr } = await running;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2 });
    expect(stderr).toMatch(/where: +open\/run\/checkpoint.safetensors\n +got: +permission denied/);
    await chmod(lab.path('open/run'), 0o755);
    const { losses } = await readCheckpoint(lab.path('open/run'));
    const until = ['--until-step', String(losses.length + 7)];
    expect(await asNobody(['run', '--resume', 'open/run', ...what, ...until])).toMatchObject({ exitCode: 0 });
    await lab.run(['run', ...what, '--lr', '0.01', ...until, '--out', 'straight']);
    expect(withoutTime(await lab.record('open/run'))).toEqual(withoutTime(await lab.record('straight')));
  });
});

describe('a clock that jumps', () => {
  /** Each time that somebody looks, it is another year. */
  const JUMPING = `
    const { now } = Date;
    let jumps = 0;
    const year = 365 * 24 * 3600 * 1000;
    Date.now = () => now() + (jumps++ % 2 === 0 ? -year : year);
    globalThis.Date = class extends Date {
      constructor(...args) { args.length === 0 ? super(Date.now()) : super(...args); }
    };`;
  let environment: Record<string, string>;
  beforeAll(() => {
    writeFileSync(lab.path('jumping.cjs'), JUMPING);
    environment = { NODE_OPTIONS: `--require ${lab.path('jumping.cjs')}` };
  });

  test('changes nothing in a run, and no time is negative', async () => {
    await lab.run(['run', ...TINY, '--out', 'steady']);
    expect(await lab.run(['run', ...TINY, '--out', 'jumping'], { environment })).toMatchObject({
      exitCode: 0,
    });
    const [steady, jumping] = [await lab.record('steady'), await lab.record('jumping')];
    expect(withoutTime(jumping)).toEqual(withoutTime(steady));
    expect(jumping.environment.elapsedMs).toBeGreaterThanOrEqual(0);
    expect(jumping.environment.elapsedMs).toBeLessThan(60_000);
  });

  test('nor in a sweep', async () => {
    const sweep = ['sweep', '--study', 'study', '--data', 'tiny', '--workers', '2', '--seeds', '1..20'];
    await lab.run([...sweep, '--out', 'steadySweep']);
    const { exitCode } = await lab.run([...sweep, '--out', 'jumpingSweep'], { environment });
    expect(exitCode).toBe(0);
    expect(read('jumpingSweep/runs.jsonl')).toBe(read('steadySweep/runs.jsonl'));
  });
});

describe('output that fails', () => {
  const FORMATS = [['--json'], ['--markdown'], []];

  (existsSync('/dev/full') ? test.each : test.skip.each)(FORMATS.map((format) => [format]))(
    'audit %j onto a full disk ends with a message and 2',
    async (format) => {
      const full = await open('/dev/full', 'w');
      const outcome = await lab.run(['audit', REPORT, ...format], { stdout: full.fd });
      await full.close();
      expect(outcome.exitCode).toBe(2);
      expect(outcome.stderr).toMatch(/where: +standard output\n +got: +no space left on the disk/);
    },
  );

  test('a reader that has had enough is no fault of anybody: 141, and nothing of it is said', async () => {
    const child = lab.start(['audit', REPORT, '--json']);
    child.stdout?.destroy();
    expect(await outcomeOf(child)).toMatchObject({ exitCode: 141, stderr: DEFAULT_STUDY });
  });

  test('a connection that is reset ends with a message and 2', async () => {
    const server = createServer((socket) => socket.once('readable', () => socket.resetAndDestroy()));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as { port: number };
    const socket = connect(port, '127.0.0.1');
    await new Promise((done) => socket.once('connect', done));
    // The process has the connection itself as its standard output.
    const args = [PROGRAM, 'run', ...TINY, '--epochs', '100000', '--out', 'reset'];
    const child = spawn(process.execPath, args, { cwd: lab.folder, stdio: ['ignore', socket, 'pipe'] });
    const { exitCode, stderr } = await outcomeOf(child);
    socket.destroy();
    server.close();
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/where: +standard output\n +got: .*\(ECONNRESET\)/);
    expect(stderr).toContain('to continue: npx assay run --resume reset');
  });
});
