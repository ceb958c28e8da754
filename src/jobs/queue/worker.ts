import { setTimeout as sleep } from 'node:timers/promises';
import { DelayedError, WaitingError, Worker, type Job as Delivery } from 'bullmq';
import type { Redis } from 'ioredis';
import type { DataSet } from '../../data/dataset';
import { AssayError } from '../../base/errors';
import { printable } from '../../base/printable';
import type { Job } from '../job';
import { LocalPool, shared, type Answer } from '../localPool';
import { connect, isOfConnection, QUEUE } from './connection';
import { answerOfError, decodeJob, encodeAnswer, lineOf, type QueueJob } from './message';

export interface QueueWorkerOptions {
  readonly url: string;
  /** Jobs at the same time. */
  readonly threads: number;
  /** Time for one job. */
  readonly mostMs: number;
  /** What jobs may ask for, by digest. */
  readonly dataSets: readonly DataSet[];
  /** Letters, digits, `.`, `_` and `-`: unique among the workers of the queue. */
  readonly name: string;
  /** Told, in one line, what went wrong: refused jobs, a lost connection … */
  readonly onNotice: (line: string) => void;
}

/** A job whose worker has not been heard of for as long is given to another one. */
const LOCK_MS = 30_000;
/** How often each worker looks for such jobs. */
const STALLED_CHECK_MS = 10_000;
/** A job that has lost as many workers is given up. */
const MOST_STALLS = 20;
/** How long a job that this worker is kept from stays away before somebody may take it, the first time and at most. */
const LEAVE_MS = { first: 100, most: 2000 };

/** Does the jobs of a queue on threads of this process, until it is closed. */
export class QueueWorker {
  /** Pools of one thread each, those that have nothing to do. */
  private readonly idle: LocalPool[];
  private readonly stop = new AbortController();
  private readonly worker: Worker<unknown, string>;
  private doneCount = 0;

  /** @throws AssayError `queue-unreachable` */
  static async start(options: QueueWorkerOptions): Promise<QueueWorker> {
    const redis = await connect(options.url, options.onNotice);
    return new QueueWorker(redis, options, options.dataSets.map(shared));
  }

  private constructor(
    private readonly redis: Redis,
    private readonly options: QueueWorkerOptions,
    private readonly dataSets: readonly DataSet[],
  ) {
    const { threads, name, onNotice } = options;
    this.idle = Array.from({ length: threads }, () => new LocalPool(1, dataSets));
    this.worker = new Worker(QUEUE.name, (delivery, token) => this.process(delivery, token), {
      connection: redis,
      prefix: QUEUE.prefix,
      name,
      concurrency: threads,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: MOST_STALLS,
      runRetryDelay: 1000, // after a cut connection
    });
    this.worker.on('error', (error) => {
      if (!isOfConnection(error)) onNotice(`queue: ${error.message}`);
    });
  }

  /** Answered jobs, refused ones included. */
  get done(): number {
    return this.doneCount;
  }

  /** What is being done goes back into the queue. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.worker.close();
    await Promise.all(this.idle.map((pool) => pool.close()));
    this.redis.disconnect();
  }

  private async process(delivery: Delivery<unknown, string>, token?: string): Promise<string> {
    const worker = this.options.name;
    const answer = await this.answerTo(delivery, token);
    this.doneCount++;
    try {
      return encodeAnswer({ worker, ...answer });
    } catch (error) {
      return encodeAnswer({ worker, ...this.failed(delivery.id, error) });
    }
  }

  private async answerTo(delivery: Delivery<unknown, string>, token?: string): Promise<Answer> {
    let job: QueueJob;
    try {
      job = decodeJob(delivery.data);
    } catch (error) {
      return this.failed(delivery.id, error);
    }
    if (job.not.includes(this.options.name)) {
      await this.leave(delivery, token);
      throw new DelayedError();
    }
    const { not: _, ...rest } = job;
    try {
      return { result: await this.execute(rest) };
    } catch (error) {
      if (!this.stop.signal.aborted) return this.failed(job.id, error);
      await delivery.moveToWait(token);
      throw new WaitingError();
    }
  }

  /**
   * Leaves a job to others. It is out of the queue for a while, so that those behind it are not held up; and when there are none, this
   * worker stays away for longer than that: it would take the same job again, as it is the first to know when that is back.
   */
  private async leave(delivery: Delivery<unknown, string>, token?: string): Promise<void> {
    const delayMs = Math.min(LEAVE_MS.first * 2 ** (delivery.attemptsStarted - 1), LEAVE_MS.most);
    await delivery.moveToDelayed(Date.now() + delayMs, token);
    if ((await this.redis.llen(this.worker.toKey('wait'))) > 0) return;
    await sleep(2 * delayMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
  }

  private async execute(job: Job): Promise<unknown> {
    // There are as many pools as jobs at the same time.
    const pool = this.idle.pop() as LocalPool;
    const end = new AbortController();
    const onStop = (): void => end.abort(this.stop.signal.reason);
    this.stop.signal.addEventListener('abort', onStop);
    const timer = setTimeout(() => end.abort(tooLong(job, this.options.mostMs)), this.options.mostMs);
    let isWhole = true;
    try {
      for await (const { result } of pool.execute([job], end.signal)) return result;
      throw new Error('a pool that yields nothing');
    } catch (error) {
      isWhole = error instanceof AssayError && !end.signal.aborted;
      throw error;
    } finally {
      clearTimeout(timer);
      this.stop.signal.removeEventListener('abort', onStop);
      // A thread that broke, or that is not done with its job, is not used again.
      if (!isWhole) await pool.close();
      if (isWhole || !this.stop.signal.aborted)
        this.idle.push(isWhole ? pool : new LocalPool(1, this.dataSets));
    }
  }

  private failed(id: string | undefined, error: unknown): Answer {
    const answer = answerOfError(error);
    if ('refused' in answer) this.options.onNotice(`job ${id} refused: ${lineOf(answer.refused.facts)}`);
    if ('bug' in answer) this.options.onNotice(`job ${id} broke: ${printable(answer.bug)}`);
    return answer;
  }
}

function tooLong(job: Job, mostMs: number): AssayError {
  return new AssayError('job-failed', {
    what: 'the job takes too long',
    where: `job ${job.id}`,
    expected: `at most ${mostMs / 60_000} minutes`,
  });
}
