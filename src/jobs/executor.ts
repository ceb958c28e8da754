import type { Job } from './job';

export interface Done {
  readonly job: Job;
  /** As JSON has it, checked against the kind's schema. */
  readonly result: unknown;
}

/** Does jobs, in whatever order and wherever: takes no more from `jobs` than it has room for. */
export interface Executor {
  /**
   * Yields results as they come. A job that cannot be done throws its error; a stop throws the signal's reason.
   */
  execute(jobs: Iterable<Job>, signal?: AbortSignal): AsyncIterable<Done>;
  close(): Promise<void>;
}
