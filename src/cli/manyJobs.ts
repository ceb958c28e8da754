import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import type { DataSet } from '../data/dataset';
import { AssayError } from '../base/errors';
import { withPackages, type Optional } from '../base/optional';
import type { Executor } from '../jobs/executor';
import type { Job } from '../jobs/job';
import type { Journal } from '../jobs/journal';
import { Stopped, type StopReason } from './failure';
import { count, MOST_THREADS, queueUrl, share } from './numbers';
import { Progress, type ProgressState } from './progress';
import { stoppable } from './stop';
import { printNote } from './text';

/** What the commands that need many jobs done have in common: by whom, and how it is shown. */

export const workersOption = new Option('--workers <n>', 'threads, with one job at a time on each')
  .argParser(count('--workers', MOST_THREADS))
  .default(availableParallelism());
export const queueOption = new Option(
  '--queue <url>',
  'let the `assay worker`s of this queue do it: redis://[user:password@]host[:port][/database], or rediss:// for TLS',
)
  .argParser(queueUrl)
  .conflicts('workers');
export const verifyShareOption = new Option(
  '--verify-share <share>',
  'with --queue: the share, 0 to 1, that a second worker does again, to find workers whose results are wrong',
).argParser(share('--verify-share'));

/** What a queue needs, at either end. */
export const QUEUE: Optional = {
  what: 'a queue',
  packages: ['bullmq', 'ioredis'],
  code: 'queue-unreachable',
};

/** By whom: threads here, or a queue. */
export interface Where {
  readonly workers: number;
  readonly queue?: string;
  readonly verifyShare?: number;
}

/** @throws AssayError `usage` for options that have nothing to do with each other. */
export function checkWhere({ queue, verifyShare }: Where): void {
  if (verifyShare !== undefined && queue === undefined)
    throw new AssayError('usage', {
      what: '--verify-share is for the workers of a queue',
      expected: '--queue, too',
    });
}

interface ManyJobs {
  readonly jobs: readonly Job[];
  readonly journal: Journal;
  readonly dataSet: DataSet;
  readonly where: Where;
  /** What the bar shows when `missing` jobs are still to be done. */
  readonly progress: (missing: number) => ProgressState;
  /** What is said after a stop. */
  readonly stopped: (missing: number) => string;
}

/**
 * Has jobs done that the journal has not yet, with a progress bar.
 *
 * @throws Stopped after a stop from outside; the journal has what was done.
 */
export async function doJobs({ jobs, journal, dataSet, where, ...say }: ManyJobs): Promise<void> {
  const { runJobs } = await import('../jobs/run.js');
  let missing = jobs.filter(({ id }) => !journal.has(id)).length;
  let detail: string | undefined;
  const progress = await Progress.create();
  const show = (): void => progress.show({ ...say.progress(missing), detail });
  const change = (by: number): void => {
    missing += by;
    show();
  };
  const executor = await executorOf(
    { ...where, workers: Math.min(where.workers, Math.max(1, missing)) },
    {
      ...{ dataSet, journal },
      onNotice: (text) => progress.makeWay(() => printNote(text)),
      onStatus: (text) => {
        detail = text;
        show();
      },
    },
  );
  try {
    show();
    await stoppable((signal) =>
      runJobs(jobs, executor, journal, { signal, onDone: () => change(-1), onGivenUp: change }).catch(
        (error: unknown) => {
          if (!signal.aborted || error !== signal.reason) throw error;
          throw new Stopped(signal.reason as StopReason, say.stopped(missing));
        },
      ),
    );
  } finally {
    progress.stop();
    await executor.close();
  }
}

interface Surroundings {
  readonly dataSet: DataSet;
  readonly journal: Journal;
  readonly onNotice: (text: string) => void;
  readonly onStatus: (text: string) => void;
}

async function executorOf(
  { queue, verifyShare = 0, workers }: Where,
  { dataSet, journal, onNotice, onStatus }: Surroundings,
): Promise<Executor> {
  const { LocalPool } = await import('../jobs/localPool.js');
  if (queue === undefined) return new LocalPool(workers, [dataSet]);
  const { QueueExecutor } = await withPackages(QUEUE, () => import('../jobs/queue/executor.js'));
  return QueueExecutor.connect({
    ...{ url: queue, verifyShare, dataSets: [dataSet], quarantined: journal.quarantined(), onNotice },
    arbiter: () => new LocalPool(1, [dataSet]),
    onStatus: (status) =>
      onStatus(`${status.running} running, ${status.failed} failed, ${status.workers} workers`),
  });
}
