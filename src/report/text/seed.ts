import { pythonFixed } from '../../base/printf';
import type { Candidate } from '../../judge/seed/candidates';
import type { Confirmed } from '../../judge/seed/confirm';
import { conditionsText } from '../../run/run';
import type { SearchedRun, SeedSearch } from '../../judge/seed/search';

type SeedRange = SeedSearch['range'];

/** What a first loss says: the seeds that print it. */
export interface FoundByLoss {
  readonly candidates: readonly Candidate[];
  readonly expectedByChance: number;
}

export function lossText({ candidates, expectedByChance }: FoundByLoss, range: SeedRange): string {
  const lines = candidates.map(({ seed, loss }) => `seed ${seed}: ${loss.toFixed(7)}`);
  return `${[...lines, summary(candidates.length, range, expectedByChance)].join('\n')}\n`;
}

/** What came of the search for a run's seed. */
export function logText(
  { line, conditions, loss, epochs, candidates, found, ...rest }: SearchedRun,
  range: SeedRange,
): string {
  const first = pythonFixed(loss.value, loss.decimals);
  const compared = epochs === 0 ? '' : `, ${epochs === 1 ? 'epoch 1' : `epochs 1 to ${epochs}`}`;
  const setting = conditionsText(conditions);
  const heading = `the run from line ${line}: loss ${first} of batch 0${setting === '' ? '' : `, ${setting}`}${compared}`;
  return `${[
    heading,
    ...candidates.map((candidate) => `  ${confirmedText(candidate)}`),
    `  ${summary(candidates.length, range, rest.expectedByChance)}`,
    found === undefined ? '  none of them is shown to be its seed' : `  its seed is ${found}`,
  ].join('\n')}\n`;
}

function summary(found: number, { from, to }: SeedRange, expectedByChance: number): string {
  return `${found} of the seeds ${from} to ${to}; ${expectedByChance.toPrecision(2)} are to be expected by chance`;
}

function confirmedText({ seed, loss, resemblance }: Confirmed): string {
  const start = `seed ${seed}: ${loss.toFixed(7)}`;
  if (resemblance === undefined) return `${start}; too few losses to compare`;
  const { n, r, p } = resemblance;
  const chance = p < 1e-12 ? 'p < 1e-12' : `p = ${p.toPrecision(2)}`;
  return `${start}; over ${n} further losses r = ${pythonFixed(r, 3)}, ${chance}`;
}
