import { conditionsText, type Conditions, type Run } from '../../run/run';
import type { Check, References } from '../check';
import { checkInBands } from '../check/inBands';
import type { Verdict } from '../verdict';

/**
 * Whether two runs of other seeds can be runs of one experiment: both have to lie in the band of one setting.
 *
 * @param runs the two; where neither says its conditions, the setting with which most of both is inside counts
 */
export function compareByBands(
  runs: readonly Run[],
  references: References,
): { readonly verdict: Verdict; readonly reason: string } {
  const known: Conditions = { ...runs[1].conditions, ...runs[0].conditions };
  const settings = (references.bands?.bands ?? [])
    .map(({ conditions }) => conditions)
    .filter((conditions) => Object.entries(known).every(([name, value]) => conditions[name] === value));
  if (settings.length === 0)
    return {
      verdict: 'no-reference',
      reason: `A cannot be judged by bands: there is no band for ${conditionsText(known)}`,
    };
  const judged = settings.map((conditions) =>
    runs.map((run) => checkInBands({ run, conditions }, references, runs.length).check),
  );
  const outside = (checks: readonly Check[]): number =>
    checks.reduce((sum, { findings }) => sum + findings.length, 0);
  const [a, b] = judged.reduce((best, next) => (outside(next) < outside(best) ? next : best));
  const named = [
    ['A', a],
    ['B', b],
  ] as const;
  const failed = named.filter(([, { verdict }]) => verdict === 'fail');
  const unjudged = named.find(([, { verdict }]) => verdict !== 'pass' && verdict !== 'fail');
  if (failed.length === 0 && unjudged !== undefined) {
    const [name, { verdict, reason }] = unjudged;
    return { verdict, reason: `${name} cannot be judged by bands: ${reason}` };
  }
  if (failed.length === 0) return { verdict: 'pass', reason: `both lie in one band: ${a.reason}` };
  const texts = failed.map(
    ([name, { findings }]) => `${name}: ${findings.map(({ message }) => message).join(', ')}`,
  );
  return { verdict: 'fail', reason: `they do not both lie in one band, ${a.reason}: ${texts.join('; ')}` };
}
