import type { Verdict } from '../verdict';

/** Something that a log says and that does not hold. The rules are in docs/audit.md. */
export interface Finding {
  readonly rule: string;
  /** In the file, 1-based. */
  readonly line: number;
  readonly message: string;
}

/** In the order in which they are made. */
export const CHECKS = ['format', 'arithmetic', 'protocol', 'experiment', 'bands'] as const;
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
  const ordered = [...findings].sort((a, b) => a.line - b.line);
  return { name, verdict: findings.length === 0 ? 'pass' : 'fail', findings: ordered };
}
