import type { Experiment } from '../../experiment/types';
import type { Bands } from '../bands';
import type { Check, GivenRun } from '../check';
import { countBatches } from '../check/batchSizes';
import { checkInBands } from '../check/inBands';
import type { Verdict } from '../verdict';

/**
 * Whether two runs of other seeds can be runs of one experiment: both have to lie in the band of one learning rate.
 *
 * @param runs the two
 * @param lr of both; left out, that with which most of both is inside
 */
export function compareByBands(
  runs: readonly Pick<GivenRun, 'run' | 'record'>[],
  lr: number | undefined,
  experiment: Experiment,
  bands: Bands,
): { readonly verdict: Verdict; readonly reason: string } {
  const lrs = lr === undefined ? bands.bands.map((band) => band.lr) : [lr];
  const references = { experiment, bands, dataName: bands.data.name };
  const subjects = runs.map(({ run, record }) => ({
    ...countBatches(run, experiment.training.batchSize),
    record,
  }));
  const judged = lrs.map((lr) =>
    subjects.map((subject) => checkInBands({ ...subject, lr }, references, runs.length).check),
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
  return { verdict: 'fail', reason: `not both lie in one band, ${a.reason}: ${texts.join('; ')}` };
}
