import { sha256Of } from '../base/sha256';
import type { DataSet } from '../data/dataset';
import { AssayError } from '../base/errors';
import { canonicalJson } from '../base/canonical';
import { codeVersion } from '../base/version';
import type { JobKind } from './kind';
import { kindNamed } from './registry';

/** Something to be computed, by anyone who has the same code: JSON. */
export interface Job {
  /** SHA-256 of all that decides the result: the same job is never done twice. */
  readonly id: string;
  readonly kind: string;
  /** See `codeVersion`. */
  readonly code: string;
  readonly payload: unknown;
}

export function jobOf<P, R>(kind: JobKind<P, R>, payload: P): Job {
  const code = codeVersion();
  return { id: idOf(kind, payload, code), kind: kind.name, code, payload };
}

/**
 * The kind of a job that came from elsewhere, when it can be done here.
 *
 * @throws AssayError `job-refused` for an unknown kind or other code; `job-invalid` for a payload that is none, or another job's id.
 */
export function checkJob(job: Job): JobKind<unknown, unknown> {
  const kind = kindNamed(job.kind);
  const refuse = (what: string, expected: string, got: string): AssayError =>
    new AssayError('job-refused', { what, where: `job ${job.id}`, expected, got });
  if (kind === undefined) throw refuse('no such kind of job', 'a kind that this version knows', job.kind);
  if (job.code !== codeVersion())
    throw refuse('the job is for another version of the code', job.code, codeVersion());
  const id = idOf(kind, kind.payload.check(job.payload, `job ${job.id}`), job.code);
  if (id === job.id) return kind;
  throw new AssayError('job-invalid', {
    what: "the job's id is not that of its payload",
    expected: id,
    got: job.id,
  });
}

/**
 * A result of a job that came from elsewhere.
 *
 * @param dataSets those that are here, so that more of it can be checked
 * @throws AssayError `job-invalid` for what the schema does not admit, the result of another job, and what no execution can give; as
 *   `checkJob` for the job.
 */
export function checkResult(job: Job, value: unknown, dataSets: readonly DataSet[] = []): unknown {
  const kind = checkJob(job);
  const where = `job ${job.id}`;
  const result = kind.result.check(value, `result of ${where}`);
  if (!kind.belongs(result, job.payload))
    throw new AssayError('job-invalid', { what: 'the result of another job', where });
  const got = kind.impossible?.(result, job.payload, dataSets);
  if (got !== undefined) throw new AssayError('job-invalid', { what: 'a result that cannot be', where, got });
  return result;
}

function idOf<P, R>(kind: JobKind<P, R>, payload: P, code: string): string {
  const text = canonicalJson({ kind: kind.name, code, identity: kind.identity(payload) });
  return sha256Of(text);
}
