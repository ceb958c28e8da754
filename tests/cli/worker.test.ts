import { spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithRedis, RedisServer, Wire } from '../jobs/queue/redis';
import { Laboratory, outcomeOf, type Outcome } from './laboratory';

const ROOT = resolve(__dirname, '../..');

/** Loaded into a worker before it starts: what it does otherwise than the one that users have. */
const PRELOADED = {
  /** Finds in a second, not in half a minute, that a worker is gone. */
  impatient: `
    const path = require.resolve(${JSON.stringify(join(ROOT, 'node_modules/bullmq'))});
    const bullmq = require(path);
    class Impatient extends bullmq.Worker {
      constructor(name, process, options) {
        super(name, process, { ...options, lockDuration: 1500, stalledInterval: 500 });
      }
    }
    require.cache[path].exports = { ...bullmq, Worker: Impatient };`,
  /** Is wrong about one accuracy. */
  liar: `
    const { LocalPool } = require(${JSON.stringify(join(ROOT, 'dist/jobs/localPool.js'))});
    const { execute } = LocalPool.prototype;
    LocalPool.prototype.execute = async function* (...args) {
      for await (const done of execute.apply(this, args)) {
        const { seed, lr, epochs } = done.result;
        if (seed === 2 && lr === 0.1) epochs[1].correctCount += epochs[1].correctCount === 0 ? 1 : -1;
        yield done;
      }
    };`,
};

describeWithRedis('assay worker', () => {
  let lab: Laboratory;
  let redis: RedisServer;
  let workers: ChildProcess[];

  beforeAll(async () => {
    lab = await Laboratory.open();
    for (const [name, text] of Object.entries(PRELOADED))
      writeFileSync(lab.path(`${name}.cjs`), `if (require('node:worker_threads').isMainThread) {${text}}`);
  });
  afterAll(() => lab.close());
  beforeEach(async () => {
    redis = await RedisServer.start();
    workers = [];
  });
  afterEach(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await redis.close();
  });

  interface Hired {
    readonly child: ChildProcess;
    readonly name: string;
    readonly outcome: Promise<Outcome>;
  }

  /** Starts a worker, and waits until it says its name. */
  async function hire(
    data: string,
    preloaded?: keyof typeof PRELOADED,
    environment: Record<string, string> = {},
    url = redis.url,
  ): Promise<Hired> {
    const NODE_OPTIONS = preloaded === undefined ? '' : `--require ${lab.path(`${preloaded}.cjs`)}`;
    const args = ['worker', '--queue', url, '--threads', '1', '--data', data];
    const child = lab.start(args, { environment: { NODE_OPTIONS, ...environment } });
    workers.push(child);
    const name = new Promise<string>((resolveName, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        const found = /^(\S+): 1 threads for /m.exec(chunk.toString())?.[1];
        if (found !== undefined) resolveName(found);
      });
      child.once('exit', () => reject(new Error('the worker has ended')));
    });
    const outcome = outcomeOf(child);
    return { child, name: await name, outcome };
  }

  const read = (path: string): string => readFileSync(lab.path(path), 'utf8');
  const linesOf = (path: string): number =>
    existsSync(lab.path(path)) ? read(path).split('\n').length - 1 : 0;

  const TINY = ['sweep', '--study', 'study', '--data', 'tiny', '--seeds', '1..6'];

  test('a worker that lies about one accuracy is found and named, and the ensemble is that of the local pool', async () => {
    const hired = [await hire('tiny'), await hire('tiny', 'liar'), await hire('tiny')];
    const [one, liar, other] = hired.map(({ name }) => name);
    await lab.run([...TINY, '--out', 'local']);
    // A single job that is lied about: whether the liar gets it, first or as its check, is chance.
    let reports = '';
    for (let attempt = 1; !reports.includes('disagree'); attempt++) {
      await redis.flush();
      const out = `queue-${attempt}`;
      const args = [...TINY, '--queue', redis.url, '--verify-share', '1', '--out', out];
      const { exitCode, stdout, stderr } = await lab.run(args);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: `12 runs trained, 0 were there already; all are in ${out}/runs.jsonl\n`,
      });
      expect(read(`${out}/runs.jsonl`)).toBe(read('local/runs.jsonl'));
      reports = stderr;
    }
    expect([
      `${liar} and ${one}`,
      `${one} and ${liar}`,
      `${liar} and ${other}`,
      `${other} and ${liar}`,
    ]).toContain(/^(\S+ and \S+) disagree about job [0-9a-f]{64}$/m.exec(reports)?.[1]);
    expect(reports).toMatch(
      /^ {2}epoch 2: correctCount: \d+ against \d+, with the same weights [0-9a-f]{64}$/m,
    );
    expect(reports).toContain(`here: ${liar} lied`);
  });

  test('with workers killed and Redis killed in the midst of it, twelve runs on the synthetic digits are those of the local pool', async () => {
    const digits = JSON.parse(readFileSync(join(ROOT, 'spec/lr-experiment/experiment.json'), 'utf8')) as {
      data: unknown;
    };
    await lab.writeStudy('small', { data: digits.data, ...smallModel });
    const args = ['sweep', '--study', 'small', '--data', 'synthetic', '--seeds', '1..6', '--epochs', '1'];
    const crew: Hired[] = [];
    for (let i = 0; i < 3; i++) crew.push(await hire('synthetic', 'impatient'));
    const sweep = lab.run([...args, '--queue', redis.url, '--out', 'disturbed']);
    let isOver = false;
    void sweep.then(() => (isOver = true));
    let killed = 0;
    for (const at of [1, 3, 5, 7]) {
      while (linesOf('disturbed/journal.jsonl') < at && !isOver) await sleep(10);
      if (at === 5) {
        await redis.kill();
        await redis.start();
      }
      const victim = Math.floor(3 * Math.random());
      killed += Number(crew[victim].child.kill('SIGKILL'));
      crew[victim] = await hire('synthetic', 'impatient');
    }
    const { exitCode, stdout } = await sweep;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: '12 runs trained, 0 were there already; all are in disturbed/runs.jsonl\n',
    });
    expect(killed).toBe(4);
    await lab.run([...args, '--out', 'undisturbed']);
    expect(read('disturbed/runs.jsonl')).toBe(read('undisturbed/runs.jsonl'));
  });

  test('coordinator and worker stop by Ctrl-C, and what was begun is done by the next ones', async () => {
    const many = ['sweep', '--study', 'study', '--data', 'tiny', '--seeds', '1..400'];
    const through = [...many, '--queue', redis.url, '--out', 'stopped'];
    const first = await hire('tiny');
    const child = lab.start(through);
    const outcome = outcomeOf(child);
    while (linesOf('stopped/journal.jsonl') < 20) await sleep(10);
    child.kill('SIGINT');
    first.child.kill('SIGINT');
    expect((await outcome).stderr).toMatch(
      /^stopped: \d+ of 800 runs are missing; the same command continues$/m,
    );
    const { exitCode, stderr } = await first.outcome;
    expect(exitCode).toBe(130);
    expect(stderr).toMatch(/^stopped: \d+ jobs done$/m);
    await hire('tiny');
    const { stdout } = await lab.run(through);
    expect(stdout).toMatch(/^\d+ runs trained, [1-9]\d+ were there already/);
    await lab.run([...many, '--out', 'whole']);
    expect(read('stopped/runs.jsonl')).toBe(read('whole/runs.jsonl'));
  });

  test('a worker that is cut off for longer than its job is kept for it is not waited for, and not heard when it is back', async () => {
    const many = ['sweep', '--study', 'study', '--data', 'tiny', '--seeds', '1..400'];
    const wire = await Wire.to(redis.port);
    const cut = await hire('tiny', 'impatient', {}, wire.url);
    const sweep = lab.run([...many, '--queue', redis.url, '--out', 'cut']);
    while (linesOf('cut/journal.jsonl') < 20) await sleep(10);
    wire.cut();
    await sleep(3000); // twice the time after which a job is given again
    await hire('tiny', 'impatient');
    const before = linesOf('cut/journal.jsonl');
    while (linesOf('cut/journal.jsonl') < before + 20) await sleep(10);
    wire.mend();
    const { exitCode } = await sweep;
    wire.close();
    expect(exitCode).toBe(0);
    expect(cut.child.exitCode).toBeNull(); // it has come back, and works
    await lab.run([...many, '--out', 'uncut']);
    expect(read('cut/runs.jsonl')).toBe(read('uncut/runs.jsonl'));
  });

  test('the search for a seed goes through the queue, too', async () => {
    await hire('tiny');
    const args = ['find-seed', '--study', 'study', '--data', 'tiny', '--loss', '1.1', '--range', '0..999'];
    const here = await lab.run([...args, '--out', 'here', '--json']);
    const there = await lab.run([...args, '--out', 'there', '--json', '--queue', redis.url]);
    expect(there).toEqual({ ...here, stderr: '' });
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  (openssl ? test : test.skip)('passwords and TLS are in the address', async () => {
    const [key, cert] = [lab.path('key.pem'), lab.path('cert.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    spawnSync('openssl', [...request, '-keyout', key, '-out', cert, ...name]);
    const tls = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-auth-clients', 'no'];
    const secured = await RedisServer.start([...tls, '--requirepass', 'secret'], 'rediss');
    try {
      const url = (password: string): string => `rediss://:${password}@localhost:${secured.port}/3`;
      const environment = { NODE_EXTRA_CA_CERTS: cert };
      await hire('tiny', undefined, environment, url('secret'));
      const args = [...TINY, '--out', 'secured', '--queue'];
      expect(await lab.run([...args, url('secret')], { environment })).toMatchObject({
        exitCode: 0,
        stderr: '',
      });
      for (const [password, trusted] of [
        ['hunter2', environment],
        ['secret', {}],
      ] as const) {
        const { exitCode, stderr } = await lab.run([...args, url(password)], { environment: trusted });
        expect(exitCode).toBe(2);
        expect(stderr).toContain(
          `the queue cannot be reached\n  where:    rediss://localhost:${secured.port}/3\n`,
        );
        expect(stderr).not.toContain(password);
      }
    } finally {
      await secured.close();
    }
  });
});

test.each([
  ['no queue', ['worker'], "required option '--queue <url>' not specified"],
  ['another protocol', ['worker', '--queue', 'http://host'], '--queue has no valid value'],
  ['a database that is none', ['worker', '--queue', 'redis://host/x'], '--queue has no valid value'],
  [
    'two places for the jobs',
    ['sweep', '--seeds', '1', '--queue', 'redis://host', '--workers', '2'],
    '--workers',
  ],
  [
    'a check of oneself',
    ['sweep', '--seeds', '1', '--verify-share', '0.1'],
    '--verify-share is for the workers of a queue',
  ],
  ['a share of 2', ['sweep', '--seeds', '1', '--verify-share', '2'], '--verify-share has no valid value'],
])('%s is refused', async (_, args, message) => {
  const lab = await Laboratory.open();
  const { exitCode, stderr } = await lab.run(args);
  await lab.close();
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});

/** What is quick to train on images of 28×28. */
const smallModel = {
  model: {
    name: 'SmallClassifier',
    modules: [
      { name: 'pool', type: 'MaxPool2d', kernelSize: 4 },
      { name: 'fc', type: 'Linear', inFeatures: 49, outFeatures: 10 },
    ],
    forward: ['pool', 'flatten', 'fc'],
  },
  expected: {
    outputShapes: [
      { module: 'pool', shape: [1, 7, 7] },
      { module: 'flatten', shape: [49] },
      { module: 'fc', shape: [10] },
    ],
    parameterCounts: { 'fc.weight': 490, 'fc.bias': 10 },
    parameterCount: 500,
  },
};
