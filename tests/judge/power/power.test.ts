import { alea } from 'seedrandom';
import { makeBand, type EnsembleRun } from '../../../src/judge/bands';
import { preparedRun } from '../../../src/judge/jointly';
import { placeInBand } from '../../../src/judge/placement';
import { powerOf, type PowerOfSetting } from '../../../src/judge/power';
import type { Seen } from '../../../src/judge/power/gate';
import { isRefused } from '../../../src/judge/power/refused';
import type { Metric } from '../../../src/study/types';
import { normal } from './luck';
import { RULES, runsOf } from './ownRuns';

const shareOf = ({ gate }: Seen): number => gate.count / gate.of;

describe('of runs whose luck is known', () => {
  let setting: PowerOfSetting;
  let other: PowerOfSetting;
  const seenOf = (change: object): readonly Seen[] => {
    const found = setting.changes.find((own) =>
      Object.entries(change).every(([key, value]) => own[key as keyof typeof own] === value),
    );
    return found!.seen;
  };
  beforeAll(() => {
    const random = alea('power');
    const runs = [...runsOf(60, { size: 1 }, random), ...runsOf(20, { size: 2 }, random, 20)];
    [setting, other] = powerOf(runs, RULES, undefined, 25);
  });

  test('sets leave three quarters of the runs', () => {
    expect(setting.gates.map(({ runs, sets, disjoint }) => [runs, sets, disjoint])).toEqual([
      [1, 60, 60],
      [3, 25, 20],
      [5, 25, 12],
      [10, 25, 6],
    ]);
    expect(setting.gates.map(({ coverage }) => Math.round(1e4 * coverage))).toEqual([9833, 9828, 9821, 9804]);
  });

  test('a band does not know the run that it judges: the one farthest off is refused', () => {
    // Of all runs, one has the greatest score; by a band that it had a part in, it would pass.
    const [one] = seenOf({ kind: 'none' });
    expect([one.gate.count, one.gate.of]).toEqual([1, 60]);
  });

  test('several runs together see what each alone does not, and widen nothing', () => {
    const seen = seenOf({ kind: 'shift', metric: 'cost', size: 2, towards: 'worse' });
    expect(shareOf(seen[0])).toBeLessThan(0.5);
    expect(seen[2].alone.count / seen[2].alone.of).toBeLessThan(0.3);
    expect(shareOf(seen[2])).toBeGreaterThan(0.6); // by normal tables, about 0.8
    expect(shareOf(seen[3])).toBeGreaterThan(0.9);
    for (const { runs, gate, alone, jointly } of seen) {
      expect(jointly === undefined).toBe(runs === 1);
      expect(gate.count).toBeGreaterThanOrEqual(Math.max(alone.count, jointly?.count ?? 0));
      expect(gate.count).toBeLessThanOrEqual(alone.count + (jointly?.count ?? 0));
    }
  });

  test('one run sees a shift as often as arithmetic says', () => {
    // The limit of a band of normal luck is about the greatest of 60 such numbers: 5 standard deviations are beyond it, half of one is not.
    const at = (size: number): number =>
      shareOf(seenOf({ kind: 'shift', metric: 'gain', size, towards: 'worse' })[0]);
    expect(at(0.5)).toBeLessThan(0.1);
    expect(at(5)).toBeGreaterThan(0.9);
    const smallest = setting.smallest.find(
      ({ metric, towards }) => metric === 'gain' && towards === 'worse',
    )!;
    const size = smallest.seen[0].size!;
    expect(at(3)).toBeLessThan(0.8);
    expect(size).toBeGreaterThan(3);
    expect(size).toBeCloseTo(3 + (2 * (0.8 - at(3))) / (at(5) - at(3)), 10);
  });

  test('a curve that is late, a last epoch that is missing, and runs of others are seen by one run', () => {
    for (const kind of ['one epoch late', 'epoch repeated', 'other runs'])
      expect(shareOf(seenOf({ kind })[0])).toBe(1);
    expect(seenOf({ kind: 'other runs' })).toHaveLength(4);
    expect(other.changes.at(-1)).toMatchObject({ kind: 'other runs', conditions: { size: 1 } });
  });

  test('an interval is as wide as sets without a common run make it', () => {
    const [one, three] = seenOf({ kind: 'none' });
    expect(one.gate.upper).toBeCloseTo(0.0894, 3); // 1 of 60
    const twenty = three.gate.count === 0 ? 1 - 0.025 ** (1 / 20) : three.gate.upper;
    expect(three.gate.upper).toBeCloseTo(twenty, 10);
    expect(three.gate.upper).toBeGreaterThan(0.15);
  });
});

test('runs of two conditions that are alike are not told apart, and that is said', () => {
  const random = alea('alike');
  const runs = [...runsOf(20, { kind: 'a' }, random), ...runsOf(20, { kind: 'b' }, random)];
  const [a] = powerOf(runs, RULES, undefined, 1);
  expect(a.isVacuous).toBe(false);
  const [one] = a.changes.at(-1)!.seen;
  expect(shareOf(one)).toBeLessThan(0.5);
});

test('the same runs have the same power', () => {
  const power = (): PowerOfSetting[] => powerOf(runsOf(20, {}, alea('same')), RULES, undefined, 3);
  expect(power()).toEqual(power());
});

test('what is asked of a run many times is what the gate says of it', () => {
  const random = alea('refused');
  const metrics: Metric[] = [{ name: 'cost', kind: 'loss', better: 'lower', per: 'epoch', decimals: 2 }];
  const chance = { classes: 10, crossEntropy: ['cost'], accuracy: [] };
  const drawn = (decimals?: number): EnsembleRun => {
    const never = random() < 0.1;
    const wide = 0.1 + random() ** 8;
    const series = [1, 2, 3].map((epoch) => {
      const value = never
        ? Math.log(10)
        : random() < 0.02
          ? NaN
          : 1 / epoch + wide * Math.abs(normal(random));
      return { epoch, value: decimals === undefined ? value : Number(value.toFixed(decimals)), decimals };
    });
    return { conditions: {}, seed: 0, series: { cost: series } };
  };
  const said = new Set<string>();
  for (const decimals of [undefined, 1]) {
    const band = makeBand(
      Array.from({ length: 40 }, () => drawn()),
      metrics,
      0.75,
      chance,
    );
    for (let i = 0; i < 300; i++) {
      const run = drawn(decimals);
      const refused = isRefused(run, preparedRun(run, metrics, chance), band, metrics, chance);
      const { verdict, collapsed } = placeInBand(run, band, metrics, chance);
      expect(refused).toBe(verdict === 'fail');
      said.add(`${verdict} ${collapsed}`);
    }
  }
  expect(said.size).toBeGreaterThanOrEqual(3);
});
