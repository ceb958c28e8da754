import type { Job } from './job';

export interface Done {
  readonly job: Job;
  /** As JSON has it, checked by `checkResult`. */
  readonly result: unknown;
  /** By name, the workers elsewhere of which each computed it; nobody has to vouch for what was computed here. */
  readonly workers?: readonly string[];
}

/** This worker has been found out: what only such workers vouch for has to be done again. */
export interface Quarantine {
  readonly quarantined: string;
}

/** Does jobs, in whatever order and wherever: takes no more from `jobs` than it has room for. */
export interface Executor {
  /**
   * Yields results as they come, and who may not be believed, also of what was yielded before. A job that cannot be done throws its error; a stop throws the signal's reason.
   */
  execute(jobs: Iterable<Job>, signal?: AbortSignal): AsyncIterable<Done | Quarantine>;
  close(): Promise<void>;
}
