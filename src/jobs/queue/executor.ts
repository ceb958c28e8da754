import { Queue } from 'bullmq';
import { randomInt } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { printable } from '../../base/printable';
import type { Done, Executor, Quarantine } from '../executor';
import { checkResult, type Job } from '../job';
import { connect, isOfConnection, QUEUE, withoutSecrets } from './connection';
import { agree, doneHere, rule, type Statement } from './inquiry';
import {
  decodeAnswer,
  encodeJob,
  isWorkerName,
  lineOf,
  MOST_MESSAGE_BYTES,
  MOST_NAME,
  type QueueAnswer,
} from './message';

export interface QueueExecutorOptions {
  readonly url: string;
  /** Share of the jobs, 0 to 1, that a second worker does again. Which ones is drawn here, and no worker can know. */
  readonly verifyShare: number;
  /** Those of the jobs that are here: results are compared with them. */
  readonly dataSets?: readonly DataSet[];
  /** Makes what does a job in this process, when two workers disagree, or none gives a result. */
  readonly arbiter: () => Executor;
  /** Time for a job that no worker gives a result of; the default is that of a worker. */
  readonly mostMs?: number;
  /** Workers that have been found out before. */
  readonly quarantined: readonly string[];
  /** Told what the user should know: refusals, liars, a lost connection … */
  readonly onNotice: (text: string) => void;
  readonly onStatus?: (status: QueueStatus) => void;
}

export interface QueueStatus {
  readonly running: number;
  /** Attempts that came to nothing. */
  readonly failed: number;
  /** That have taken a job or answered. */
  readonly workers: number;
}

/** Jobs in the queue at the same time: more than the threads of all workers, and few enough for memory to stay flat. */
const WINDOW = 1000;
/** Answered jobs that Redis keeps, so that a second coordinator finds their results and does not have them done again. */
const KEPT = 5000;
/** Then the job is done here: what workers say of it ends nothing. */
const MOST_FAILURES = 3;
/** That are known by name, and are shut out. */
const MOST_WORKERS = 1000;
/** That are looked at, of the jobs that workers are said to be doing. */
const MOST_ACTIVE = 10_000;
/** Between two looks at the queue: as answers come, and when none does. */
const POLL_MS = { least: 10, most: 1000 };
/** Between two looks whether jobs that are waited for are still there; Redis may have lost them. */
const CENSUS_MS = 5000;
const STATUS_MS = 500;
/** A worker's own lack, and no fault of the job. */
/** Of a job that is done here, as `assay worker` has it unless it is told otherwise. */
const MOST_MS = 120 * 60_000;
const LACKS = ['job-refused', 'data-not-found', 'engine-unavailable'];

/** What is no answer, and the name of who is said to have given it. */
interface NoAnswer {
  readonly fault: AssayError;
  readonly worker?: string;
}

/** A job that has been taken and not yet yielded. */
interface Pending {
  readonly job: Job;
  failures: number;
  /** Who gave no result, of those who said their name. */
  readonly failedBy: Set<string>;
  /** What it has in the queue now: the job itself, or its second execution. */
  key: string;
  /** The first result, of which the second execution is a check. */
  first?: Statement;
}

/**
 * Jobs on workers elsewhere, through a queue in Redis (BullMQ). A job's id is its key in the queue, so that any number of coordinators
 * have it done once. Nobody is believed about anything but results, which are checked against their schema.
 */
export class QueueExecutor implements Executor {
  private readonly queue: Queue<string>;
  private readonly quarantined: Set<string>;
  /** Workers that refused, as they lack the code or the data, and that gave no result where there is one. */
  private readonly unfit = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly noticed = new Set<string>();
  private failed = 0;
  /** By their keys in the queue. */
  private pending = new Map<string, Pending>();
  private nextCensus = 0;
  private nextStatus = 0;

  /** @throws AssayError `queue-unreachable` */
  static async connect(options: QueueExecutorOptions): Promise<QueueExecutor> {
    return new QueueExecutor(await connect(options.url, options.onNotice), options);
  }

  private constructor(
    private readonly redis: Redis,
    private readonly options: QueueExecutorOptions,
  ) {
    this.quarantined = new Set(options.quarantined);
    this.queue = new Queue(QUEUE.name, { connection: redis, prefix: QUEUE.prefix });
    this.queue.on('error', (error) => {
      if (!isOfConnection(error)) this.notice(`queue: ${error.message}`);
    });
  }

  /** Throws AssayError `job-failed` for a job that failed several times, and here too. Jobs in the queue stay there after a stop. */
  async *execute(jobs: Iterable<Job>, signal?: AbortSignal): AsyncGenerator<Done | Quarantine> {
    const iterator = jobs[Symbol.iterator]();
    this.pending = new Map();
    let waitMs = POLL_MS.least;
    for (;;) {
      await stoppable(this.take(iterator), signal);
      if (this.pending.size === 0) return;
      const answers = await stoppable(this.look(), signal);
      const again = new Set<Pending>();
      for (const [pending, answer] of answers)
        yield* this.settle(pending, answer, (entry) => again.add(entry), signal);
      await stoppable(this.again([...again]), signal);
      await stoppable(this.watch(), signal);
      waitMs = answers.length > 0 ? POLL_MS.least : Math.min(2 * waitMs, POLL_MS.most);
      await stoppable(new Promise((resolve) => setTimeout(resolve, waitMs)), signal);
    }
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.queue.close();
  }

  /** As many jobs as there is room for. */
  private async take(iterator: Iterator<Job>): Promise<void> {
    const taken: Pending[] = [];
    while (this.pending.size + taken.length < WINDOW) {
      const next = iterator.next();
      if (next.done === true) break;
      taken.push({ job: next.value, failures: 0, failedBy: new Set(), key: next.value.id });
    }
    await this.add(taken);
  }

  /** Puts them into the queue, where one that is there already stays as it is. */
  private async add(entries: readonly Pending[]): Promise<void> {
    for (const entry of entries) this.pending.set(entry.key, entry);
    if (entries.length === 0) return;
    await this.queue.addBulk(
      entries.map(({ job, key, first }) => {
        const not = new Set([...this.unfit, ...this.quarantined]);
        if (first !== undefined) not.add(first.worker);
        return {
          name: job.kind,
          data: encodeJob(job, not),
          opts: {
            jobId: key,
            lifo: first !== undefined,
            removeOnComplete: { count: KEPT },
            removeOnFail: { count: KEPT },
          },
        };
      }),
    );
  }

  /** What has come of the jobs in the queue since. */
  private async look(): Promise<(readonly [Pending, QueueAnswer | NoAnswer])[]> {
    const keys = [...this.pending.keys()];
    const [completed, failed] = await Promise.all([
      this.redis.call('ZMSCORE', this.queue.toKey('completed'), ...keys) as Promise<(string | null)[]>,
      this.redis.call('ZMSCORE', this.queue.toKey('failed'), ...keys) as Promise<(string | null)[]>,
    ]);
    const done = keys.filter((_, i) => completed[i] !== null);
    const answers = await Promise.all(done.map((key) => this.answer(key)));
    const stalled = keys.filter((_, i) => failed[i] !== null && completed[i] === null);
    const losses = await Promise.all(stalled.map((key) => this.noAnswer(key, lost())));
    return [
      ...done.map((key, i) => [this.pending.get(key) as Pending, answers[i]] as const),
      ...stalled.map((key, i) => [this.pending.get(key) as Pending, losses[i]] as const),
    ];
  }

  private async noAnswer(key: string, fault: AssayError): Promise<NoAnswer> {
    const at = [this.queue.toKey(key), 'pb'] as const;
    if ((await this.redis.hstrlen(...at)) > MOST_NAME) return { fault };
    const worker = await this.redis.hget(...at);
    return { fault, worker: worker !== null && isWorkerName(worker) ? worker : undefined };
  }

  private async answer(key: string): Promise<QueueAnswer | NoAnswer> {
    const at = [this.queue.toKey(key), 'returnvalue'] as const;
    try {
      // JSON of JSON: each quote has become two characters.
      const length = await this.redis.hstrlen(...at);
      if (length > 2 * MOST_MESSAGE_BYTES) return decodeAnswer(undefined);
      return decodeAnswer(JSON.parse((await this.redis.hget(...at)) ?? 'null'));
    } catch (error) {
      if (error instanceof AssayError) return this.noAnswer(key, error);
      if (error instanceof SyntaxError)
        return this.noAnswer(key, new AssayError('job-invalid', { what: error.message }));
      throw error;
    }
  }

  /** @param again takes the jobs that are not done yet, under the keys that they are to have */
  private async *settle(
    pending: Pending,
    answer: QueueAnswer | NoAnswer,
    again: (pending: Pending) => void,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Done | Quarantine> {
    const { job, first, key } = pending;
    const { worker } = answer;
    if (worker !== undefined && (this.quarantined.has(worker) || worker === first?.worker))
      return again(pending);
    if (worker !== undefined) this.see(worker);
    if ('refused' in answer && LACKS.includes(answer.refused.code)) {
      this.leaveOut(answer.worker, faultOf(answer));
      return again(pending);
    }
    if (!('result' in answer)) {
      yield* this.failedAt(worker, faultOf(answer), pending, again, signal);
      return;
    }
    const result = checkedResult(job, answer.result, this.options.dataSets);
    if (result instanceof AssayError) {
      this.failed++;
      const what = `${answer.worker}: ${lineOf(result.facts)}`;
      this.options.onNotice(`${what}\n  nothing is taken from there any more, and what came is done again`);
      again(pending);
      yield* this.foundOut([answer.worker], again);
      return;
    }
    const statement = { worker: answer.worker, result };
    this.pending.delete(key);
    if (first === undefined) {
      if (this.isToBeChecked()) await this.add([{ ...pending, key: `${job.id}.check`, first: statement }]);
      else yield { job, result, workers: [answer.worker] };
    } else if (agree(first, statement)) {
      yield { job, result, workers: [first.worker, answer.worker] };
    } else {
      const ruling = await rule(job, [first, statement], this.options.arbiter, signal);
      this.options.onNotice(ruling.report);
      yield { job, result: ruling.result };
      yield* this.foundOut(ruling.liars, again);
    }
  }

  /** Nothing is taken from them any more, and what only they vouch for is done again. */
  private *foundOut(liars: readonly string[], again: (pending: Pending) => void): Generator<Quarantine> {
    for (const liar of liars) {
      this.quarantined.add(liar);
      this.checkWorkers();
      for (const entry of this.pending.values()) if (entry.first?.worker === liar) again(entry);
      yield { quarantined: liar };
    }
  }

  /** Others do the jobs. */
  private leaveOut(worker: string, why: string): void {
    this.notice(why);
    this.unfit.add(worker);
    this.checkWorkers();
  }

  /** A worker gave no result: another one may, and in the end the job is done here. Who failed then has no more jobs. */
  private async *failedAt(
    worker: string | undefined,
    fault: string,
    pending: Pending,
    again: (pending: Pending) => void,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Done | Quarantine> {
    const { job, key, failedBy, first } = pending;
    if (worker !== undefined && this.unfit.has(worker)) return again(pending);
    this.failed++;
    this.notice(`job ${job.id}: ${fault}`);
    if (worker !== undefined) failedBy.add(worker);
    if (++pending.failures < MOST_FAILURES) return again(pending);
    const result = await this.doneHere(pending, fault, signal);
    this.pending.delete(key);
    await this.queue.remove(key);
    yield { job, result };
    if (first !== undefined && !agree(first, { worker: 'here', result })) {
      this.notice(`${first.worker} lied about job ${job.id}, by what it gives here`);
      yield* this.foundOut([first.worker], again);
    }
    for (const name of failedBy)
      this.leaveOut(
        name,
        `${name} is left out: it gave no result of job ${job.id}, which could be done here`,
      );
  }

  /** The result of a job that workers gave none of. Errors: AssayError `job-failed` when there is none here either. */
  private async doneHere(
    { job, failures }: Pending,
    fault: string,
    signal: AbortSignal | undefined,
  ): Promise<unknown> {
    const timeout = AbortSignal.timeout(this.options.mostMs ?? MOST_MS);
    const ends = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    try {
      return await doneHere(job, this.options.arbiter, ends);
    } catch (error) {
      signal?.throwIfAborted();
      const here = error instanceof AssayError ? lineOf(error.facts) : printable(String(error));
      throw new AssayError('job-failed', {
        what: `a job failed ${failures} times, the last time: ${fault}`,
        where: `job ${job.id}`,
        got: `here: ${timeout.aborted ? 'the job takes too long' : here}`,
      });
    }
  }

  private isToBeChecked(): boolean {
    return randomInt(2 ** 32) < this.options.verifyShare * 2 ** 32;
  }

  /** Removes what came of jobs, and has them done again; a check of a liar's word begins anew. */
  private async again(entries: readonly Pending[]): Promise<void> {
    await Promise.all(
      entries.map(({ key }) => {
        this.pending.delete(key);
        return this.queue.remove(key);
      }),
    );
    const renewed = entries.map((entry) => {
      const isVoid = entry.first !== undefined && this.quarantined.has(entry.first.worker);
      return isVoid ? { ...entry, key: entry.job.id, first: undefined } : entry;
    });
    await Promise.all(
      renewed.filter((entry, i) => entry !== entries[i]).map(({ key }) => this.queue.remove(key)),
    );
    await this.add(renewed);
  }

  /** From time to time: whether Redis has lost jobs, and who does them. */
  private async watch(): Promise<void> {
    const now = performance.now();
    if (now >= this.nextCensus) {
      this.nextCensus = now + CENSUS_MS;
      const entries = [...this.pending.values()];
      const there = await Promise.all(entries.map(({ key }) => this.redis.exists(this.queue.toKey(key))));
      await this.add(entries.filter((_, i) => there[i] === 0));
    }
    if (this.options.onStatus !== undefined && now >= this.nextStatus) {
      this.nextStatus = now + STATUS_MS;
      const active = await this.redis.lrange(this.queue.toKey('active'), 0, MOST_ACTIVE - 1);
      const own = [...new Set(active)].filter((key) => this.pending.has(key));
      const names = await Promise.all(own.map((key) => this.redis.hget(this.queue.toKey(key), 'pb')));
      for (const name of names) if (name !== null) this.see(name);
      this.options.onStatus({ running: own.length, failed: this.failed, workers: this.seen.size });
    }
  }

  private see(worker: string): void {
    if (this.seen.size < MOST_WORKERS) this.seen.add(worker);
  }

  /** Whoever makes up names is not waited for, nor remembered for ever. */
  private checkWorkers(): void {
    if (this.unfit.size + this.quarantined.size <= MOST_WORKERS) return;
    throw new AssayError('job-failed', {
      what: `more than ${MOST_WORKERS} workers refuse the jobs, or were found out`,
      where: withoutSecrets(this.options.url),
      hint: 'somebody may be making up workers; who can write to the queue?',
    });
  }

  /** Once for each thing that is to be said. */
  private notice(text: string): void {
    if (this.noticed.has(text) || this.noticed.size > 1000) return;
    this.noticed.add(text);
    this.options.onNotice(text);
  }
}

function checkedResult(job: Job, value: unknown, dataSets?: readonly DataSet[]): unknown {
  try {
    return checkResult(job, value, dataSets);
  } catch (error) {
    if (error instanceof AssayError) return error;
    throw error;
  }
}

/** Why there is no result, and whose. */
function faultOf(answer: Exclude<QueueAnswer, { result: unknown }> | NoAnswer): string {
  if ('fault' in answer) return [answer.worker, lineOf(answer.fault.facts)].filter(Boolean).join(': ');
  if ('bug' in answer) return `${answer.worker} broke: ${printable(answer.bug)}`;
  return `${answer.worker} refuses: ${lineOf(answer.refused.facts)}`;
}

function lost(): AssayError {
  return new AssayError('job-failed', { what: 'lost one worker after another' });
}

/** Waits no longer than until the stop, whose reason it throws: a command may be waiting for a connection. */
async function stoppable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  let onAbort = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
