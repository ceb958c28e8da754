import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { availableParallelism, hostname } from 'node:os';
import { Option, type Command } from '@commander-js/extra-typings';
import type { DataSet } from '../../data/dataset';
import { withPackages } from '../../base/optional';
import { Stopped, type StopReason } from '../failure';
import { QUEUE } from '../manyJobs';
import { count, MOST_THREADS, queueUrl } from '../numbers';
import { stoppable } from '../stop';
import { printNote } from '../text';
import { loadData } from '../training';
import { SOURCES_TEXT } from '../../data/names';

/** `assay worker`: does the jobs of a queue. */
export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .summary('do the jobs of a queue')
    .description(
      'do the jobs that `assay sweep`, `find-seed` and `alternatives` put into a queue with --queue',
    )
    .addOption(
      new Option('--queue <url>', 'redis://[user:password@]host[:port][/database], or rediss:// for TLS')
        .argParser(queueUrl)
        .makeOptionMandatory(),
    )
    .option(
      '--threads <n>',
      'jobs at the same time, one thread each',
      count('--threads', MOST_THREADS),
      availableParallelism(),
    )
    .option(
      '--most-minutes <n>',
      'for one job; one that takes longer is given up, and the coordinator is told',
      count('--most-minutes', MOST_MINUTES),
      120,
    )
    .option(
      '--data <sources...>',
      `data sets that jobs may ask for: ${SOURCES_TEXT} (default: those that are found or can be downloaded or drawn)`,
    )
    .addHelpText(
      'after',
      `
Ends with Ctrl-C; what it was doing goes back into the queue. A job for other code or other data is refused, and the coordinator is told.

Example:
  $ npx assay worker --queue redis://queue.example --threads 4`,
    )
    .action(async ({ queue, threads, mostMinutes, data }) => {
      const { QueueWorker } = await withPackages(QUEUE, () => import('../../jobs/queue/worker.js'));
      const { withoutSecrets } = await import('../../jobs/queue/connection.js');
      const { codeVersion } = await import('../../base/version.js');
      const dataSets = await loadAll(data ?? [undefined, 'synthetic']);
      const name = workerName();
      const onNotice = (line: string): void => printNote(line);
      const worker = await QueueWorker.start({
        url: queue,
        threads,
        mostMs: 60_000 * mostMinutes,
        dataSets,
        name,
        onNotice,
      });
      const has = dataSets.map((dataSet) => `${dataSet.name} (${dataSet.sha256.slice(0, 12)})`).join(', ');
      onNotice(`${name}: ${threads} threads for ${withoutSecrets(queue)}; ${codeVersion()}; data: ${has}`);
      await stoppable(async (signal) => {
        await once(signal, 'abort');
        await worker.close();
        throw new Stopped(signal.reason as StopReason, `stopped: ${worker.done} jobs done`);
      });
    });
}

/** Timers go no further than 2^31 ms. */
const MOST_MINUTES = 30_000;

/** Says where it runs, and is nobody else's. */
function workerName(): string {
  const host = hostname()
    .replace(/[^A-Za-z0-9.-]/g, '-')
    .slice(0, 60);
  return `${host}-${process.pid}-${randomBytes(3).toString('hex')}`;
}

async function loadAll(choices: readonly (string | undefined)[]): Promise<DataSet[]> {
  const bySha256 = new Map<string, DataSet>();
  for (const choice of choices) {
    const dataSet = await loadData(choice);
    bySha256.set(dataSet.sha256, dataSet);
  }
  return [...bySha256.values()];
}
