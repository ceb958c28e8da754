import { makeBandsAtHand } from '../../src/judge/bands';
import { checkLog } from '../../src/judge/check';
import type { Run } from '../../src/run/run';
import type { Metric } from '../../src/study/types';

const metrics: readonly Metric[] = [
  { name: 'loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
];
const study = { conditions: [], metrics, level: 0.95 };

function runOf(seed: number): Run {
  const points = [1, 2, 3].map((epoch) => ({
    epoch,
    value: 1 / epoch + ((seed * 7) % 20) / 100,
    line: epoch,
  }));
  const source = { path: `${seed}.log`, line: 1 };
  return { conditions: {}, seed, series: { loss: points }, source, faults: [], stated: {} };
}

test('a run that the band was made of is said to be one; a new run is not', () => {
  const ours = Array.from({ length: 20 }, (_, seed) => runOf(seed));
  const bands = makeBandsAtHand(ours, {}, study, undefined);
  const reasonOf = (run: Run): string =>
    checkLog(run, { study, bands, ours }).checks.find(({ name }) => name === 'bands')?.reason ?? '';
  expect(reasonOf(runOf(3))).toMatch(
    /; its numbers are those of a run that the band was made of, digit for digit: that says nothing of a new run$/,
  );
  const points = runOf(3).series.loss.map((point) => ({ ...point, value: point.value + 0.001 }));
  expect(reasonOf({ ...runOf(3), series: { loss: points } })).toMatch(
    /of new runs pass.*confidence\); judged: 3 numbers of loss$/,
  );
});
