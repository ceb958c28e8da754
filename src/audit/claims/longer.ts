import type { Chance } from '../../judge/collapse';
import { seedShare } from '../seeds';
import type { RunView } from '../types';
import { collapses, testedEpochs } from '../views';
import { show } from './metric';
import { cannotBeJudged, type Outcome } from './outcome';

/**
 * A claim about epochs that the document's run did not have: more than half of all runs come to the accuracy. Our runs of so many epochs
 * decide it where the interval of their share lies on one side of a half.
 */
export function longer(
  runs: readonly RunView[],
  lr: number,
  accuracy: number,
  { from, to }: { readonly from: number; readonly to: number },
  chance: Chance,
): Outcome {
  const tried = runs.filter((run) => run.lr === lr && run.epochs.length >= to);
  if (tried.length === 0) return cannotBeJudged(`we have no runs of ${to} epochs at lr ${lr}`);
  const arrivals = tried.map((run) =>
    testedEpochs(run).find((test) => test.epoch <= to && test.accuracy >= accuracy),
  );
  const arrived = arrivals.filter((test) => test !== undefined);
  const early = arrived.filter(({ epoch }) => epoch <= from);
  const reached = `${show('accuracy', accuracy)} by epoch`;
  const supporting = arrived.map(({ epoch, accuracy }) => ({
    ...{ lr, epoch, text: `one of our runs reaches ${show('accuracy', accuracy)}` },
  }));
  const against = tried.flatMap((run, i) => {
    const best = testedEpochs(run).reduce((best, { accuracy }) => Math.max(best, accuracy), -Infinity);
    return arrivals[i] === undefined
      ? [{ lr, text: `one of our runs is never better than ${show('accuracy', best)}` }]
      : [];
  });
  const seeds = seedShare(
    tried.map((run, i) => ({
      holds: arrivals[i] !== undefined,
      collapsed: collapses(run, chance) === true,
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
