import { AssayError, type ErrorFacts } from '../../base/errors';
import { printable } from '../../base/printable';
import { schemaOf } from '../../base/schema';
import type { Job } from '../job';
import type { Answer } from '../localPool';

/**
 * What goes through the queue: JSON texts, checked for their length and then against a schema. Nothing else that comes out of the queue decides
 * anything here.
 */

/** A job, and the workers that are to leave it to others. */
export interface QueueJob extends Job {
  readonly not: readonly string[];
}

/** What a worker made of a job. The worker's name is what it says of itself. */
export type QueueAnswer = Answer & { readonly worker: string };

/** Most bytes of one message: a thousand times what the reported experiment needs. */
export const MOST_MESSAGE_BYTES = 4 << 20;
/** As many workers as a job may be kept from. */
const MOST_EXCLUDED = 1000;
const MOST_TEXT = 4000;

const jobs = schemaOf<QueueJob>('queue-job', 'job-invalid');
const answers = schemaOf<QueueAnswer>('queue-answer', 'job-invalid');

/** Of a worker's name, as the schema of answers has it. */
export const MOST_NAME = 100;

export function isWorkerName(text: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(text);
}

/** @throws AssayError `job-invalid` when it is too long. */
export function encodeJob(job: Job, not: Iterable<string>): string {
  const message: QueueJob = { ...job, not: [...not].slice(-MOST_EXCLUDED) };
  return limited(JSON.stringify(message), `job ${job.id}`);
}

/** @throws AssayError `json-syntax`, `job-invalid` */
export function decodeJob(text: unknown): QueueJob {
  return jobs.parse(limited(text, 'a job of the queue'), 'a job of the queue');
}

/** @throws AssayError `job-invalid` for a result that is too long. */
export function encodeAnswer(answer: QueueAnswer): string {
  return limited(JSON.stringify(answer), 'the answer of a worker');
}

/** @throws AssayError `json-syntax`, `job-invalid` */
export function decodeAnswer(text: unknown): QueueAnswer {
  return answers.parse(limited(text, 'the answer of a worker'), 'the answer of a worker');
}

/** An error as an answer has it: its texts shortened to what the schema admits. */
export function answerOfError(error: unknown): Answer {
  if (!(error instanceof AssayError))
    return { bug: (error instanceof Error ? error.message : String(error)).slice(0, MOST_TEXT) };
  const entries = Object.entries(error.facts as unknown as Record<string, string | undefined>);
  const facts = Object.fromEntries(entries.map(([key, text]) => [key, text?.slice(0, MOST_TEXT)]));
  return { refused: { code: error.code, facts: facts as unknown as ErrorFacts } };
}

/** The facts of an error in one line. */
export function lineOf({ what, where, expected, got }: ErrorFacts): string {
  const more = Object.entries({ where, expected, got }).filter(([, fact]) => fact !== undefined);
  return printable([what, ...more.map(([key, fact]) => `${key} ${fact}`)].join('; '));
}

function limited(text: unknown, where: string): string {
  const bytes = typeof text === 'string' ? Buffer.byteLength(text) : undefined;
  if (bytes !== undefined && bytes <= MOST_MESSAGE_BYTES) return text as string;
  throw new AssayError('job-invalid', {
    what: bytes === undefined ? 'a message that is no text' : 'a message that is too long',
    where,
    expected: `${MOST_MESSAGE_BYTES} bytes at most`,
    got: bytes === undefined ? typeof text : `${bytes} bytes`,
  });
}
