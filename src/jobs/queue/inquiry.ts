import { canonicalJson } from '../../base/canonical';
import { firstDifference } from '../difference';
import type { Executor } from '../executor';
import type { Job } from '../job';
import { kindNamed } from '../registry';

/** A result, and the worker that gave it. */
export interface Statement {
  readonly worker: string;
  readonly result: unknown;
}

export interface Ruling {
  readonly result: unknown;
  /** Who said otherwise. */
  readonly liars: readonly string[];
  /** For the user: the two workers, where they part, and who lied. */
  readonly report: string;
}

export function agree(a: Statement, b: Statement): boolean {
  return canonicalJson(a.result) === canonicalJson(b.result);
}

/**
 * Two workers disagree about a job: it is done a third time, here, and that decides.
 *
 * @param arbiter an executor of this process, for this one job
 */
export async function rule(
  job: Job,
  statements: readonly [Statement, Statement],
  arbiter: () => Executor,
  signal: AbortSignal | undefined,
): Promise<Ruling> {
  const result = await doneHere(job, arbiter, signal);
  const liars = statements
    .filter((statement) => canonicalJson(statement.result) !== canonicalJson(result))
    .map(({ worker }) => worker);
  const [a, b] = statements;
  const kind = kindNamed(job.kind);
  const report = [
    `${a.worker} and ${b.worker} disagree about job ${job.id}`,
    `  ${kind?.difference?.(a.result, b.result) ?? firstDifference(a.result, b.result)}`,
    `  done a third time, here: ${liars.join(' and ')} lied, and what came from there is done again`,
  ].join('\n');
  return { result, liars, report };
}

/** What a job gives here, whatever others say of it. */
export async function doneHere(
  job: Job,
  arbiter: () => Executor,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const executor = arbiter();
  try {
    for await (const event of executor.execute([job], signal)) if ('result' in event) return event.result;
    throw new Error('an executor that yields nothing');
  } finally {
    await executor.close();
  }
}
