import type { Finding } from '../../run/run';
import type { Verdict } from '../verdict';

/** In the order in which they are made. `paired` is made where a run of ours with the log's seed is at hand. */
export const CHECKS = ['format', 'arithmetic', 'protocol', 'experiment', 'bands', 'paired'] as const;
export type CheckName = (typeof CHECKS)[number];

/** What was looked at, and how it came out. */
export interface Check {
  readonly name: CheckName;
  readonly verdict: Verdict;
  /** Why there is no other verdict, or what it was judged by. */
  readonly reason?: string;
  readonly findings: readonly Finding[];
}

export function checkOf(name: CheckName, findings: readonly Finding[]): Check {
  const ordered = [...findings].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { name, verdict: findings.length === 0 ? 'pass' : 'fail', findings: ordered };
}
