import { alea } from 'seedrandom';
import { makeBand, type EnsembleRun } from '../../../src/judge/bands';
import { powerOf } from '../../../src/judge/power';
import { faultsSeen, type SeenFault } from '../../../src/judge/power/faultyRuns';
import { refusal } from '../../refusal';
import { METRICS, RULES, runsOf } from './ownRuns';

const random = alea('real');
const runs = runsOf(40, { size: 1 }, random);
const band = makeBand(runs, METRICS, RULES.level);

/** Runs whose costs are all so much greater. */
function worse(by: number, count = 5): EnsembleRun[] {
  return runsOf(count, { size: 1 }, random).map((run) => ({
    ...run,
    series: { ...run.series, cost: run.series.cost.map((point) => ({ ...point, value: point.value + by })) },
  }));
}

function seenOf(faulty: readonly EnsembleRun[]): SeenFault {
  return faultsSeen([{ name: 'costly', runs: faulty }], band, runs, METRICS, undefined, 20)[0];
}

test('are judged alone, and in all sets of three and of five', () => {
  const { name, runs, places, seen } = seenOf(worse(2));
  expect([name, runs, places]).toEqual(['costly', 5, 6]);
  expect(seen.map(({ runs, gate }) => [runs, gate.of])).toEqual([
    [1, 5],
    [3, 10],
    [5, 1],
  ]);
  expect(seen[0].gate.count).toBeLessThan(5);
  expect([seen[2].gate.count, seen[2].alone.count]).toEqual([1, 0]);
  expect(seen[2].gate.upper).toBe(1);
  expect(seen[2].gate.lower).toBeCloseTo(0.025, 10); // five runs are one witness
});

test('far ones are all refused, and those that nothing is wrong with are not', () => {
  for (const { gate } of seenOf(worse(20)).seen) expect(gate.count).toBe(gate.of);
  const honest = seenOf(worse(0, 12)).seen;
  expect(honest.map(({ runs }) => runs)).toEqual([1, 3, 5, 10]);
  for (const { gate } of honest) expect(gate.count / gate.of).toBeLessThan(0.2);
});

test('that tell some of the epochs alone are judged by these', () => {
  const lastTwo = (by: number, count?: number): SeenFault =>
    seenOf(
      worse(by, count).map((run) => ({
        ...run,
        series: Object.fromEntries(METRICS.map(({ name }) => [name, run.series[name].slice(1)])),
      })),
    );
  const { places, seen } = lastTwo(2);
  expect(places).toBe(4);
  expect([seen[2].gate.count, seen[2].alone.count]).toEqual([1, 0]);
  const [alone, , , together] = lastTwo(0, 40).seen;
  for (const { gate } of [alone, together]) expect(gate.count / gate.of).toBeLessThan(0.2);
});

test('that tell nothing of a metric are refused by their name', () => {
  const empty = worse(1).map((run) => ({ ...run, series: { ...run.series, cost: [] } }));
  expect(refusal(() => seenOf(empty))?.facts.what).toMatch(
    /the fault costly has numbers in other places than the ensemble/,
  );
});

test('are of a setting of the ensemble, and all tell numbers in the same places', () => {
  const elsewhere = worse(0).map((run) => ({ ...run, conditions: { size: 3 } }));
  const ofAnother = (): unknown => powerOf(runs, RULES, undefined, 1, [{ name: 'odd', runs: elsewhere }]);
  expect(refusal(ofAnother)).toMatchObject({
    code: 'ensemble-invalid',
    facts: { what: expect.stringContaining('odd') as string, expected: 'size 1' },
  });
  const [whole, ...others] = worse(0);
  const cut = { ...whole, series: { ...whole.series, cost: whole.series.cost.slice(1) } };
  expect(refusal(() => seenOf([...others, cut]))?.code).toBe('ensemble-invalid');
  const longer = {
    ...whole,
    series: { ...whole.series, cost: [...whole.series.cost, { epoch: 4, value: 0 }] },
  };
  expect(refusal(() => seenOf([longer]))?.code).toBe('ensemble-invalid');
});
