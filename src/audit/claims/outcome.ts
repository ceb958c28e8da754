import type { ClaimVerdict, Evidence, SeedShare } from '../types';

/** What a predicate makes of a run. */
export interface Outcome {
  readonly verdict: ClaimVerdict;
  readonly because: string;
  readonly supporting: readonly Evidence[];
  readonly against: readonly Evidence[];
  /** Of a predicate that is about other runs than those of the document. */
  readonly seeds?: SeedShare;
}

/** The outcome of something that either holds or does not. */
export function eitherWay(holds: boolean, because: string, evidence: readonly Evidence[] = []): Outcome {
  return {
    verdict: holds ? 'holds' : 'contradicted',
    because,
    supporting: holds ? evidence : [],
    against: holds ? [] : evidence,
  };
}

export function cannotBeJudged(because: string): Outcome {
  return { verdict: 'cannot be judged', because, supporting: [], against: [] };
}

/** The outcome of several of which each is claimed. */
export function together(outcomes: readonly Outcome[]): Outcome {
  return {
    verdict: verdictOf(new Set(outcomes.map(({ verdict }) => verdict))),
    because: outcomes.map(({ because }) => because).join('; '),
    supporting: outcomes.flatMap(({ supporting }) => supporting),
    against: outcomes.flatMap(({ against }) => against),
  };
}

/** Whatever is not decided may hold or not: beside something else, it leaves the whole open, unless that holds in part in either case. */
function verdictOf(verdicts: ReadonlySet<ClaimVerdict>): ClaimVerdict {
  if (verdicts.has('partly') || (verdicts.has('holds') && verdicts.has('contradicted'))) return 'partly';
  return verdicts.size === 1 ? [...verdicts][0] : 'inconclusive';
}
