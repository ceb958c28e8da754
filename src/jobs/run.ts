import type { Executor } from './executor';
import { checkResult, type Job } from './job';
import type { Journal } from './journal';

/**
 * Does the jobs that the journal has not yet, and writes each result into it as it comes. What the journal gives up because a worker
 * was found out is done again.
 *
 * @param jobs can be gone through several times
 * @param options.onGivenUp is told how many results the journal gave up
 * @throws AssayError `job-invalid` where the journal has for one of the jobs what is no result of it
 */
export async function runJobs(
  jobs: Iterable<Job>,
  executor: Executor,
  journal: Journal,
  { signal, onDone, onGivenUp }: RunJobsOptions = {},
): Promise<void> {
  for (const job of jobs) if (journal.has(job.id)) checkResult(job, journal.result(job.id));
  let givenUp: number;
  do {
    givenUp = 0;
    for await (const event of executor.execute(missing(jobs, journal), signal)) {
      if ('quarantined' in event) {
        const count = journal.quarantine(event.quarantined);
        givenUp += count;
        onGivenUp?.(count);
      } else {
        journal.append(event.job.id, event.result, event.workers);
        onDone?.(event.job);
      }
    }
  } while (givenUp > 0);
}

interface RunJobsOptions {
  readonly signal?: AbortSignal;
  readonly onDone?: (job: Job) => void;
  readonly onGivenUp?: (count: number) => void;
}

function* missing(jobs: Iterable<Job>, journal: Journal): Generator<Job> {
  const taken = new Set<string>();
  for (const job of jobs) {
    if (journal.has(job.id) || taken.has(job.id)) continue;
    taken.add(job.id);
    yield job;
  }
}
