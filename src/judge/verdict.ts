/** The verdicts of design 3.4. `no-reference`: there is nothing yet to judge against. `waived` comes with a reason. */
export type Verdict = 'pass' | 'fail' | 'inconclusive' | 'no-reference' | 'waived';

/** How equal two runs can be expected to be. */
export type Tier = 'bitwise' | 'within tolerance' | 'statistical';
