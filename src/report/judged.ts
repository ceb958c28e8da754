import type { Verdict } from '../judge/verdict';

/** What the renderers of judgements take: anything that was judged by checks, such as a log, a report or a run of the gate. */
export interface JudgedSubject {
  /** Names what was judged: `train.log, run from line 3`. */
  readonly name: string;
  readonly verdict: Verdict;
  readonly checks: readonly JudgedCheck[];
  /** The file that lines of findings are lines of. */
  readonly file?: string;
}

export interface JudgedCheck {
  readonly name: string;
  /** `cannot be judged`: no number could contradict it, so that nothing is lacking. */
  readonly verdict: Verdict | 'cannot be judged';
  /** Why there is no other verdict, or what it was judged by. */
  readonly reason?: string;
  readonly findings: readonly JudgedFinding[];
}

export interface JudgedFinding {
  readonly rule: string;
  /** 1-based; missing where there is none. */
  readonly line?: number;
  readonly message: string;
}

/** `line 12, accuracy: 9849/10000 is 98.49 %, not 98.40 %` */
export function findingText({ rule, line, message }: JudgedFinding): string {
  return `${line === undefined ? '' : `line ${line}, `}${rule}: ${message}`;
}

/** `pass`, or `inconclusive; not judged: bands`: what was not judged is said beside the verdict. */
export function verdictText({ verdict, checks }: Pick<JudgedSubject, 'verdict' | 'checks'>): string {
  const unjudged = checks.filter(({ verdict }) => verdict === 'no-reference' || verdict === 'inconclusive');
  return unjudged.length === 0
    ? verdict
    : `${verdict}; not judged: ${unjudged.map(({ name }) => name).join(', ')}`;
}
