import { sameConditions, type Conditions } from '../../run/run';
import { seedShare } from '../seeds';
import type { JudgingTerms } from '../terms';
import type { RunNumbers } from '../types';
import { bestOf, collapses, epochPoints, epochsOf, isAsGood, metricOf } from '../views';
import { atText, show } from '../words';
import type { Predicate } from './claim';
import { cannotBeJudged, type Outcome } from './outcome';

/**
 * A claim about epochs that the document's run did not have: more than half of all runs come to a value. Our runs of so many epochs
 * decide it where the interval of their share lies on one side of a half.
 */
export function longer(
  runs: readonly RunNumbers[],
  conditions: Conditions,
  predicate: Extract<Predicate, { readonly predicate: 'longer' }>,
  { metrics, guess }: JudgingTerms,
): Outcome {
  const { value: wanted, epochs } = predicate;
  const { from, to } = epochs;
  const metric = metricOf(metrics, predicate.metric);
  const tried = runs.filter(
    (run) => sameConditions(run.conditions, conditions) && epochsOf(run).length >= to,
  );
  if (tried.length === 0) return cannotBeJudged(`we have no runs of ${to} epochs${atText(conditions)}`);
  const arrivals = tried.map((run) =>
    epochPoints(run, metric).find(({ epoch, value }) => epoch <= to && isAsGood(metric, value, wanted)),
  );
  const arrived = arrivals.filter((test) => test !== undefined);
  const early = arrived.filter(({ epoch }) => epoch <= from);
  const reached = `${show(metric, wanted)} by epoch`;
  const supporting = arrived.map(({ epoch, value }) => ({
    ...{ conditions, epoch, text: `one of our runs reaches ${show(metric, value)}` },
  }));
  const against = tried.flatMap((run, i) => {
    if (arrivals[i] !== undefined) return [];
    const best = bestOf(
      metric,
      epochPoints(run, metric).map(({ value }) => value),
    );
    return [{ conditions, text: `one of our runs is never better than ${show(metric, best)}` }];
  });
  const seeds = seedShare(
    tried.map((run, i) => ({
      holds: arrivals[i] !== undefined,
      collapsed: collapses(run, metrics, guess) === true,
    })),
  );
  return {
    verdict: seeds.lower > 0.5 ? 'holds' : seeds.upper < 0.5 ? 'contradicted' : 'inconclusive',
    because:
      `of our ${tried.length} runs of ${to} epochs and more, ${early.length} reach ${reached} ${from} and ` +
      `${arrived.length} by epoch ${to}`,
    supporting,
    against,
    seeds,
  };
}
