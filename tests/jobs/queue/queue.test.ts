import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Queue, Worker, type WorkerOptions } from 'bullmq';
import type { DataSet } from '../../../src/data/dataset';
import { jobOf, type Job } from '../../../src/jobs/job';
import { Journal } from '../../../src/jobs/journal';
import { probe, type Probe } from '../../../src/jobs/kinds/probe';
import { train, type TrainJob } from '../../../src/jobs/kinds/train';
import { LocalPool } from '../../../src/jobs/localPool';
import { QUEUE } from '../../../src/jobs/queue/connection';
import { QueueExecutor, type QueueExecutorOptions } from '../../../src/jobs/queue/executor';
import {
  decodeAnswer,
  decodeJob,
  encodeAnswer,
  encodeJob,
  MOST_MESSAGE_BYTES,
} from '../../../src/jobs/queue/message';
import { QueueWorker } from '../../../src/jobs/queue/worker';
import { runJobs } from '../../../src/jobs/run';
import { documentOf } from '../../../src/experiment/load';
import { RNGS } from '../../../src/experiment/rng';
import { tinyData, tinyExperiment } from '../../train/tiny';
import { describeWithRedis, RedisServer, Wire } from './redis';

const probes = (count: number): Job[] => Array.from({ length: count }, (_, seed) => jobOf(probe, { seed }));
const trainings = (count: number): Job[] =>
  Array.from({ length: count }, (_, seed) => {
    const payload: TrainJob = {
      experiment: documentOf(tinyExperiment),
      dataSha256: tinyData.sha256,
      ...{ lr: 0.01, seed, epochs: 2, rng: RNGS.torch, engine: 'wasm' },
    };
    return jobOf(train, payload);
  });

describeWithRedis('many jobs on workers elsewhere', () => {
  let folder: string;
  let redis: RedisServer;
  let toClose: (() => unknown)[];
  let notices: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-queue-'));
    redis = await RedisServer.start();
    toClose = [];
    notices = [];
  });
  afterEach(async () => {
    for (const close of toClose.reverse()) await close();
    await redis.close();
    rmSync(folder, { recursive: true });
  });

  const onNotice = (text: string): void => void notices.push(text);

  async function worker(
    name: string,
    dataSets: readonly DataSet[] = [],
    { url = redis.url, mostMs = 60_000 } = {},
  ): Promise<QueueWorker> {
    const started = await QueueWorker.start({ url, threads: 1, mostMs, dataSets, name, onNotice });
    toClose.push(() => started.close());
    return started;
  }

  /** A worker that answers whatever it likes. */
  function impostor(answer: (job: Job) => unknown, options: Partial<WorkerOptions> = {}): Worker {
    const process = async (delivery: { data: unknown }): Promise<unknown> => {
      const { not: _, ...job } = decodeJob(delivery.data);
      return answer(job);
    };
    const connection = { url: redis.url };
    const started = new Worker(QUEUE.name, process, { prefix: QUEUE.prefix, connection, ...options });
    started.on('error', () => undefined);
    toClose.push(() => started.close(true));
    return started;
  }

  async function coordinator(options: Partial<QueueExecutorOptions> = {}): Promise<QueueExecutor> {
    const arbiter = (): LocalPool => new LocalPool(1, [tinyData]);
    const started = await QueueExecutor.connect({
      ...{
        url: redis.url,
        verifyShare: 0,
        dataSets: [tinyData],
        arbiter,
        quarantined: [],
        onNotice,
        ...options,
      },
    });
    toClose.push(() => started.close());
    return started;
  }

  function journal(name = 'journal'): Journal {
    const opened = Journal.open(join(folder, name));
    toClose.push(() => opened.close());
    return opened;
  }
  const linesOf = (name = 'journal'): string[] =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');

  /** The seeds in a journal: each once when nothing was lost or counted twice. */
  const seedsOf = (name?: string): number[] =>
    linesOf(name)
      .map((line) => (JSON.parse(line) as { result?: Probe }).result?.seed)
      .filter((seed) => seed !== undefined) // a line may quarantine a worker
      .sort((a, b) => a - b);
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

  test('two coordinators at once have each job done once, and both have all results', async () => {
    const workers = [await worker('a'), await worker('b')];
    const run = async (name: string): Promise<void> =>
      runJobs(probes(300), await coordinator(), journal(name));
    await Promise.all([run('one'), run('other')]);
    expect(seedsOf('one')).toEqual(upTo(300));
    expect(seedsOf('other')).toEqual(upTo(300));
    expect(workers[0].done + workers[1].done).toBe(300);
  });

  test('stopped and started again, it goes on, and nothing is done twice', async () => {
    const workers = [await worker('a'), await worker('b')];
    const stop = new AbortController();
    const kept = journal();
    let done = 0;
    const onDone = (): void => {
      if (++done === 50) stop.abort('stop');
    };
    const first = runJobs(probes(300), await coordinator(), kept, { signal: stop.signal, onDone });
    await expect(first).rejects.toBe('stop');
    await runJobs(probes(300), await coordinator(), kept);
    expect(seedsOf()).toEqual(upTo(300));
    expect(workers[0].done + workers[1].done).toBe(300);
  });

  test.each([
    ['killed and started again', async () => redis.kill().then(() => redis.start())],
    ['emptied', () => redis.flush()],
  ])('a Redis that is %s in the midst of it loses nothing', async (_, disturb) => {
    await worker('a');
    await worker('b');
    let disturbed = Promise.resolve();
    const onDone = (): void => void (done++ === 20 && (disturbed = disturb()));
    let done = 0;
    await runJobs(probes(1500), await coordinator(), journal(), { onDone });
    await disturbed;
    expect(seedsOf()).toEqual(upTo(1500));
  });

  test('a cut network loses nothing', async () => {
    const wires = [await Wire.to(redis.port), await Wire.to(redis.port)];
    toClose.unshift(() => wires.forEach((wire) => wire.close()));
    await worker('a', [], { url: wires[0].url });
    const executor = await coordinator({ url: wires[1].url });
    let done = 0;
    const onDone = (): void => {
      const wire = { 20: wires[0], 200: wires[1] }[++done];
      if (wire === undefined) return;
      wire.cut();
      setTimeout(() => wire.mend(), 300);
    };
    await runJobs(probes(400), executor, journal(), { onDone });
    expect(seedsOf()).toEqual(upTo(400));
    // The jobs may be done before the worker, which had them already, is back.
    const back = (): string[] => notices.filter((notice) => notice.includes('is back'));
    while (back().length < 2) await sleep(20);
    expect(back()).toHaveLength(2);
  });

  test('a worker without the data refuses by name, and another does the jobs', async () => {
    const poor = await worker('poor');
    const running = runJobs(trainings(5), await coordinator(), journal());
    while (poor.done < 5) await sleep(20);
    const rich = await worker('rich', [tinyData]);
    await running;
    expect(linesOf()).toHaveLength(5);
    expect(linesOf().every((line) => line.endsWith('"workers":["rich"]}'))).toBe(true);
    const refusals = notices.filter((notice) => notice.startsWith('poor refuses: '));
    expect(refusals).toEqual([expect.stringContaining(`expected ${tinyData.sha256}; got none`)]);
    expect([poor.done, rich.done]).toEqual([5, 5]);
  });

  test('a worker refuses other code and whatever is no job, and lives on', async () => {
    const [job] = probes(1);
    const steady = await worker('w');
    const queue = new Queue(QUEUE.name, { prefix: QUEUE.prefix, connection: { url: redis.url } });
    toClose.push(() => queue.close());
    const put = [
      encodeJob({ ...job, code: 'assay 0.0.0' }, []),
      encodeJob({ ...job, kind: 'eval' }, []),
      encodeJob({ ...job, payload: { seed: 6 } }, []),
      encodeJob({ ...job, payload: { seed: 5, code: 'process.exit()' } }, []),
      '{"id":',
      { id: job.id },
      'x'.repeat(5 << 20),
      encodeJob(job, []),
    ];
    for (const [i, data] of put.entries()) await queue.add('probe', data, { jobId: `job-${i}` });
    while (steady.done < put.length) await sleep(20);
    const codes = await Promise.all(
      put.map(async (_, i) => {
        const answer = decodeAnswer((await queue.getJob(`job-${i}`))?.returnvalue);
        return 'refused' in answer ? answer.refused.code : Object.keys(answer)[1];
      }),
    );
    expect(codes).toEqual([
      ...['job-refused', 'job-refused', 'job-invalid', 'job-invalid'],
      ...['json-syntax', 'job-invalid', 'job-invalid', 'result'],
    ]);
    expect(notices[0]).toContain('expected assay 0.0.0; got assay');
  });

  test.each([
    ['nothing', () => undefined, 'a message that is no text'],
    ['rubbish', () => 'rubbish', 'not JSON'],
    ['a result of another job', () => encodeAnswer({ worker: 'w', result: { seed: 99 } }), 'another job'],
    ['another kind of result', () => encodeAnswer({ worker: 'w', result: { lr: 1 } }), "unknown key 'lr'"],
    ['what broke', () => encodeAnswer({ worker: 'w', bug: 'I broke\u001b[2J' }), 'I broke\\u001b[2J'],
    ['far too much', () => 'x'.repeat(2 * MOST_MESSAGE_BYTES), 'a message that is no text'],
  ])(
    'a worker that answers %s ends nothing: nothing more is taken from it, and others do the jobs',
    async (_, answer, what) => {
      impostor(answer, { name: 'w' });
      const running = runJobs(probes(4), await coordinator(), journal());
      const isOut = /^w is left out: |^w: .*\n {2}nothing is taken from there any more/;
      while (!notices.some((notice) => isOut.test(notice))) await sleep(20);
      await worker('honest');
      await running;
      expect(seedsOf()).toEqual(upTo(4));
      expect(notices.join('\n')).toContain(what);
      expect(linesOf().every((line) => !line.includes('"workers":["w"]'))).toBe(true);
    },
  );

  test('a job that no worker gives a result of is done here', async () => {
    impostor(() => 'rubbish');
    await runJobs(probes(2), await coordinator(), journal());
    expect(linesOf().map((line) => Object.keys(JSON.parse(line) as object))).toEqual([
      ['id', 'result'],
      ['id', 'result'],
    ]);
  });

  test('what one worker says of a job, and no other repeats, is held against what it gives here', async () => {
    const [job] = trainings(1);
    const here = new LocalPool(1, [tinyData]);
    toClose.push(() => here.close());
    const { value: truth } = (await here.execute([job]).next()) as { value: { result: object } };
    const lie = structuredClone(truth.result) as { epochs: { correctCount: number }[] };
    lie.epochs[1].correctCount ^= 1;
    let answers = 0;
    impostor(() => (++answers === 1 ? encodeAnswer({ worker: 'liar', result: lie }) : 'rubbish'));
    const kept = journal();
    await runJobs([job], await coordinator({ verifyShare: 1 }), kept);
    expect(kept.result(job.id)).toEqual(truth.result);
    expect(kept.quarantined()).toEqual(['liar']);
    expect(notices.join()).toContain('liar lied about job');
  });

  test('a job that fails here too is an error, which says both', async () => {
    impostor(() => encodeAnswer({ worker: 'w', bug: 'I broke' }));
    const arbiter = (): LocalPool => new LocalPool(1); // without the data
    const running = runJobs(trainings(1), await coordinator({ arbiter }), journal());
    await expect(running).rejects.toMatchObject({
      code: 'job-failed',
      facts: {
        what: 'a job failed 3 times, the last time: w broke: I broke',
        got: expect.stringContaining(`here: the worker does not have the job's data`) as string,
      },
    });
    expect(linesOf()).toEqual(['']);
  });

  test('a result that cannot be is refused, though nobody does the job again', async () => {
    const epoch = { epoch: 77, testLoss: 0.1, correctCount: 9, testCount: 23, weightsSha256: 'a'.repeat(64) };
    const [initialWeightsSha256, lossesSha256, finalWeightsSha256, logitsSha256] = 'abcd';
    const digests = { initialWeightsSha256, lossesSha256, finalWeightsSha256, logitsSha256 };
    const result = {
      ...Object.fromEntries(Object.entries(digests).map(([name, digit]) => [name, digit.repeat(64)])),
      ...{ lr: 0.01, seed: 0, loggedLosses: [1, 1, 1, 1, 1, 1], epochs: [epoch, epoch] },
    };
    let answers = 0;
    const kept = journal();
    impostor(() => (answers++, encodeAnswer({ worker: 'w', result })));
    const running = runJobs(trainings(2), await coordinator(), kept);
    while (answers < 2) await sleep(20);
    await worker('honest', [tinyData]);
    await running;
    expect(notices.join()).toContain('a result that cannot be; where job');
    expect(kept.quarantined()).toEqual(['w']);
    expect(linesOf().filter((line) => line.endsWith('"workers":["honest"]}'))).toHaveLength(2);
  });

  test('a job that takes too long is given up, and the worker goes on with others', async () => {
    const count = 100_000;
    const images = new Uint8Array(64 * count);
    const large = { ...tinyData.train, images, labels: new Uint8Array(count), count };
    const payload = { ...(trainings(1)[0].payload as TrainJob), epochs: 100 };
    const long = jobOf(train, payload);
    await worker('w', [{ ...tinyData, train: large }], { mostMs: 2000 });
    const arbiter = (): LocalPool => new LocalPool(1, [{ ...tinyData, train: large }]);
    const running = runJobs([long], await coordinator({ arbiter, mostMs: 2000 }), journal('long'));
    await expect(running).rejects.toMatchObject({
      code: 'job-failed',
      message: expect.stringContaining('the job takes too long') as string,
    });
    await runJobs(probes(5), await coordinator(), journal());
    expect(seedsOf()).toEqual(upTo(5));
  });

  test('workers without end, each of another name, are not waited for', async () => {
    let count = 0;
    const refused = { code: 'data-not-found' as const, facts: { what: 'I have nothing' } };
    impostor(() => encodeAnswer({ worker: `w${count++}`, refused }));
    const running = runJobs(probes(1000), await coordinator(), journal());
    await expect(running).rejects.toMatchObject({
      facts: { what: expect.stringContaining('1000 workers') as string },
    });
    expect(count).toBeGreaterThan(1000);
  });

  test('a worker that stalls loses its job to another, and is not heard when it comes late', async () => {
    let release = (): void => undefined;
    const late = new Promise<void>((resolve) => (release = resolve));
    const stuck = impostor(
      async (job) => {
        await late;
        return encodeAnswer({ worker: 'stuck', result: job.payload });
      },
      { lockDuration: 300, skipLockRenewal: true, stalledInterval: 200 },
    );
    const active = new Promise((resolve) => stuck.once('active', resolve));
    const running = runJobs(probes(20), await coordinator(), journal());
    await active;
    await worker('w');
    await running;
    release();
    await sleep(300);
    expect(seedsOf()).toEqual(upTo(20));
    expect(linesOf().every((line) => line.endsWith('"workers":["w"]}'))).toBe(true);
  });

  test('with a share of 1 every result has two workers that vouch for it', async () => {
    await worker('a', [tinyData]);
    await worker('b', [tinyData]);
    await runJobs(trainings(6), await coordinator({ verifyShare: 1 }), journal());
    for (const line of linesOf()) expect(line).toMatch(/"workers":\["(a","b|b","a)"\]\}$/);
    expect(linesOf()).toHaveLength(6);
  });

  test('a liar is found, and what only it vouched for is done again, of earlier sessions too', async () => {
    const jobs = trainings(12);
    const honest = new LocalPool(1, [tinyData]);
    toClose.push(() => honest.close());
    const truth = new Map<string, unknown>();
    for await (const { job, result } of honest.execute(jobs)) truth.set(job.id, result);
    const kept = journal();
    const lie = (job: Job): string => {
      const result = structuredClone(truth.get(job.id)) as { epochs: { correctCount: number }[] };
      result.epochs[1].correctCount ^= 1;
      return encodeAnswer({ worker: 'liar', result });
    };
    const liar = impostor(lie);
    await runJobs(jobs.slice(0, 4), await coordinator(), kept); // nobody checks
    expect(linesOf().every((line) => line.endsWith('"workers":["liar"]}'))).toBe(true);
    await worker('a', [tinyData]);
    await worker('b', [tinyData]);
    let givenUp = 0;
    const onGivenUp = (count: number): void => void (givenUp += count);
    await runJobs(jobs, await coordinator({ verifyShare: 1 }), kept, { onGivenUp });
    await liar.close(true);
    expect(givenUp).toBeGreaterThanOrEqual(4);
    for (const { id } of jobs) expect(kept.result(id)).toEqual(truth.get(id));
    expect(kept.quarantined()).toEqual(['liar']);
    const reports = notices.filter((notice) => notice.includes('disagree'));
    expect(reports.length).toBeGreaterThan(0);
    for (const report of reports) {
      expect(report).toMatch(/^(liar and (a|b)|(a|b) and liar) disagree about job/);
      expect(report).toMatch(/epoch 2: correctCount: \d+ against \d+, with the same weights [0-9a-f]{64}/);
      expect(report).toContain('here: liar lied');
    }
  });

  test('an address that does not answer, or a wrong password, is said without the password', async () => {
    const secured = await RedisServer.start(['--requirepass', 'secret']);
    toClose.push(() => secured.close());
    const url = (password: string): string => `redis://:${password}@127.0.0.1:${secured.port}`;
    const right = await coordinator({ url: url('secret') });
    await expect(right.execute([]).next()).resolves.toMatchObject({ done: true });
    for (const bad of [url('hunter2'), secured.url, 'redis://:hunter2@127.0.0.1:1']) {
      const error: unknown = await coordinator({ url: bad }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: 'queue-unreachable' });
      expect(String(error)).not.toContain('hunter2');
    }
  });
});
