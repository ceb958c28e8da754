import type { ClaimVerdict, Evidence, SeedShare } from '../audit/types';

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

/**
 * The outcome of several: what cannot be judged does not count beside what can; where the others do not agree, or one of them holds
 * only in part, so does the whole.
 */
export function together(outcomes: readonly Outcome[]): Outcome {
  const judged = outcomes.filter(({ verdict }) => verdict !== 'cannot be judged');
  const verdicts = new Set(judged.map(({ verdict }) => verdict));
  return {
    verdict: verdicts.size === 0 ? 'cannot be judged' : verdicts.size > 1 ? 'partly' : [...verdicts][0],
    because: outcomes.map(({ because }) => because).join('; '),
    supporting: outcomes.flatMap(({ supporting }) => supporting),
    against: outcomes.flatMap(({ against }) => against),
  };
}
