import type { Executor } from './executor';
import type { Job } from './job';
import type { Journal } from './journal';

/** Does the jobs that the journal has not yet, and writes each result into it as it comes. */
export async function runJobs(
  jobs: Iterable<Job>,
  executor: Executor,
  journal: Journal,
  { signal, onDone }: { signal?: AbortSignal; readonly onDone?: (job: Job) => void } = {},
): Promise<void> {
  for await (const { job, result } of executor.execute(missing(jobs, journal), signal)) {
    journal.append(job.id, result);
    onDone?.(job);
  }
}

function* missing(jobs: Iterable<Job>, journal: Journal): Generator<Job> {
  const taken = new Set<string>();
  for (const job of jobs) {
    if (journal.has(job.id) || taken.has(job.id)) continue;
    taken.add(job.id);
    yield job;
  }
}
