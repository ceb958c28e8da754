/** The verdicts of docs/verdicts.md. `no-reference`: there is nothing yet to judge against. `waived` comes with a reason. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'no-reference' | 'waived';

/** Of parts that all have to hold: what was not judged is not green, but a failure goes before it. */
export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return (
    verdicts.find((verdict) => verdict === 'fail') ?? verdicts.find((verdict) => verdict !== 'pass') ?? 'pass'
  );
}

/** How equal two runs can be expected to be. `as printed`: no tolerance is given, and all that a log shows is equal. */
export type Tier = 'bitwise' | 'within tolerance' | 'as printed' | 'paired' | 'statistical';
