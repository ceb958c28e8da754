import type { Colors } from 'picocolors/types';
import type { ClaimVerdict } from '../../audit/types';
import type { Verdict } from '../../judge/verdict';

/** What text is coloured by; picocolors has it, with and without colours. */
export type Colours = Pick<Colors, 'bold' | 'dim' | 'green' | 'red' | 'yellow'>;

const same = (text: unknown): string => String(text);

export const PLAIN: Colours = { bold: same, dim: same, green: same, red: same, yellow: same };

/** The same everywhere: what was not judged is not green. */
export function colourOf(verdict: Verdict | ClaimVerdict, colours: Colours): Colours['red'] {
  if (verdict === 'pass' || verdict === 'holds') return colours.green;
  if (verdict === 'fail' || verdict === 'contradicted') return colours.red;
  return verdict === 'no-reference' || verdict === 'cannot be judged' ? colours.dim : colours.yellow;
}
