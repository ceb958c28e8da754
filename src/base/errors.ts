import { printable } from './printable';

/** Every way in which input can be wrong. A code is stable: users may match on it; fixtures are named after it. */
export type ErrorCode =
  // usage and files
  | 'usage'
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-unwritable'
  | 'folder-busy'
  | 'json-syntax'
  // the experiment
  | 'spec-invalid'
  | 'spec-shape-mismatch'
  // studies
  | 'study-invalid'
  | 'study-read-only'
  // data sets
  | 'idx-malformed'
  | 'data-checksum-mismatch'
  | 'data-not-found'
  | 'data-download-failed'
  // logs and records
  | 'log-syntax'
  | 'record-invalid'
  // runs
  | 'checkpoint-invalid'
  | 'checkpoint-refused'
  | 'checkpoint-mismatch'
  | 'resume-mismatch'
  | 'engine-unavailable'
  // many runs
  | 'job-invalid'
  | 'job-refused'
  | 'job-failed'
  | 'queue-unreachable'
  | 'journal-invalid'
  | 'journal-busy'
  | 'ensemble-invalid'
  // pictures
  | 'pictures-unavailable'
  // judging
  | 'tolerance-too-fine'
  | 'golden-invalid'
  | 'golden-refused'
  | 'bands-invalid'
  | 'bands-vacuous'
  | 'claims-invalid'
  | 'claims-not-found'
  | 'rules-invalid'
  | 'alternatives-invalid'
  | 'too-few-runs';

/** What a message is made from: every fact is optional, none is repeated in another. */
export interface ErrorFacts {
  /** What is wrong, as a sentence without its full stop. */
  what: string;
  /** Where: file, JSON path, line and column, or byte offset. */
  where?: string;
  expected?: string;
  got?: string;
  /** What the user can do about it. */
  hint?: string;
}

/** The one error class for bad input and usage (exit code 2). Anything else that is thrown is our bug (exit code 3). */
export class AssayError extends Error {
  override readonly name = 'AssayError';

  constructor(
    readonly code: ErrorCode,
    readonly facts: ErrorFacts,
    options?: ErrorOptions,
  ) {
    super(formatFacts(facts), options);
  }
}

function formatFacts(facts: ErrorFacts): string {
  const { what, where, expected, got, hint } = facts;
  const lines = [shown(what)];
  if (where !== undefined) lines.push(`  where:    ${shown(where)}`);
  if (expected !== undefined) lines.push(`  expected: ${shown(expected)}`);
  if (got !== undefined) lines.push(`  got:      ${shown(got)}`);
  if (hint !== undefined) lines.push(`  hint:     ${shown(hint)}`);
  return lines.join('\n');
}

/** What a fact may quote is from anywhere, and of any length. */
const MOST_CHARACTERS = 4000;

function shown(fact: string): string {
  return printable(fact.length > MOST_CHARACTERS ? `${fact.slice(0, MOST_CHARACTERS)}…` : fact);
}
