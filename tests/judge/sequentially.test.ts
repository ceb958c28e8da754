import { alea } from 'seedrandom';
import { judgeJointly, type JointRun } from '../../src/judge/jointly';
import { enoughLike, firstLook, judgeSequentially, levelOfLook } from '../../src/judge/sequentially';
import { CHANCE, drawRun, LUCK, METRICS, normal } from './power/luck';

const LEVEL = 0.05;

/** Runs whose costs are all so much greater. */
function runsOf(count: number, random: () => number, by = 0): JointRun[] {
  return Array.from({ length: count }, () => {
    const { series } = drawRun(random, normal, 0);
    return {
      series: { ...series, cost: series.cost.map((point) => ({ ...point, value: point.value + by })) },
    };
  });
}

test.each([1, 2, 7])(
  'the levels of all looks that there can ever be come to the whole, from %d on',
  (first) => {
    const sum = (looks: number): number =>
      Array.from({ length: looks }, (_, i) => levelOfLook(LEVEL, first + i, first)).reduce(
        (a, b) => a + b,
        0,
      );
    expect(sum(1)).toBeCloseTo(LEVEL / (first + 1), 12);
    expect(sum(1000)).toBeCloseTo(LEVEL * (1 - first / (first + 1000)), 12);
  },
);

test('the first look is the first that can fail', () => {
  // One of n + 1 has a p-value of 1 / (n + 1) at least, two of n + 2 one of 2 / ((n + 1) (n + 2)).
  expect([40, 39, 38].map((ensemble) => firstLook(LEVEL, ensemble))).toEqual([1, 1, 2]);
  expect(1 / 40).toBe(levelOfLook(LEVEL, 1, 1));
  expect([10, 9].map((ensemble) => firstLook(LEVEL, ensemble))).toEqual([2, 3]);
  expect(2 / (11 * 12)).toBeLessThan(levelOfLook(LEVEL, 2, 2));
  expect(2 / (10 * 11)).toBeGreaterThan(levelOfLook(LEVEL, 2, 2));
});

test('each look is the joint test of the runs up to there, at its own level, and is the same when more come', () => {
  const random = alea('looks');
  const [ensemble, judged] = [runsOf(40, random), runsOf(4, random)];
  const of = (count: number): ReturnType<typeof judgeSequentially> =>
    judgeSequentially(judged.slice(0, count), ensemble, METRICS, CHANCE, LEVEL, 999);
  const { looks, level, ensemble: others } = of(4);
  expect([looks.length, level, others]).toEqual([4, LEVEL, 40]);
  for (const [i, look] of looks.entries()) {
    const joint = judgeJointly(
      judged.slice(0, i + 1),
      ensemble,
      METRICS,
      CHANCE,
      levelOfLook(LEVEL, i + 1, 1),
      999,
    );
    expect(look).toMatchObject({ runs: i + 1, pValue: joint.pValue, level: joint.level });
  }
  expect(of(2).looks).toEqual(looks.slice(0, 2));
});

test('runs that are far off fail as soon as they can, and stay so', () => {
  const random = alea('far');
  const ensemble = runsOf(40, random);
  const far = runsOf(3, random, 3);
  const judged = [...far, ...runsOf(3, random)];
  const { looks, verdict, deviating } = judgeSequentially(judged, ensemble, METRICS, CHANCE, LEVEL);
  // One of 41 has a p-value of 1/41 at least, and its look takes 0.025; two take 0.0083.
  expect(looks.map(({ verdict }) => verdict)).toEqual(['fail']);
  expect(verdict).toBe('fail');
  expect(deviating.map(({ metric }) => metric?.name)).toContain('cost');
});

test('before the first look that can fail, nothing is judged', () => {
  const random = alea('few');
  const ensemble = runsOf(20, random); // 1/21 is more than 0.025
  const far = runsOf(1, random, 3);
  const one = judgeSequentially(far, ensemble, METRICS, CHANCE, LEVEL);
  expect(one).toMatchObject({ verdict: 'inconclusive', first: 2, looks: [] });
  expect(enoughLike(far, ensemble, METRICS, CHANCE, one)).toBe(2);
  const two = judgeSequentially(runsOf(2, random, 3), ensemble, METRICS, CHANCE, LEVEL);
  expect(two.looks.map(({ runs, verdict }) => [runs, verdict])).toEqual([[2, 'fail']]);
});

test('whether more are worth it: as many as there would have to be if they were like these', () => {
  const random = alea('more');
  const ensemble = runsOf(40, random);
  const [a, b] = runsOf(2, random, 0.17);
  const judgement = judgeSequentially([a, b], ensemble, METRICS, CHANCE, LEVEL);
  const enough = enoughLike([a, b], ensemble, METRICS, CHANCE, judgement);
  expect(judgement.verdict).toBe('pass');
  expect(enough).toBeGreaterThan(2);
  const repeated = Array.from({ length: enough! }, (_, i) => [a, b][i % 2]);
  expect(judgeSequentially(repeated, ensemble, METRICS, CHANCE, LEVEL).verdict).toBe('fail');
  expect(judgeSequentially(repeated.slice(0, -1), ensemble, METRICS, CHANCE, LEVEL).verdict).toBe('pass');
  // Runs that nothing is wrong with are no reason to go on.
  const honest = runsOf(2, random);
  const judgementOfHonest = judgeSequentially(honest, ensemble, METRICS, CHANCE, LEVEL);
  expect(enoughLike(honest, ensemble, METRICS, CHANCE, judgementOfHonest)).toBeUndefined();
});

test.each(Object.entries(LUCK))('honest runs, luck %s, ever fail as rarely as is said', (_, luck) => {
  const random = alea('ever');
  const [studies, level] = [100, 0.2];
  let alarms = 0;
  for (let i = 0; i < studies; i++) {
    const runs = Array.from({ length: 26 }, () => drawRun(random, luck, 0.1));
    // Six looks; the first alone takes half of the level.
    const { looks } = judgeSequentially(runs.slice(0, 6), runs.slice(6), METRICS, CHANCE, level, 199);
    expect(looks.length === 6 || looks.at(-1)?.verdict === 'fail').toBe(true);
    if (looks.at(-1)?.verdict === 'fail') alarms++;
  }
  expect(alarms / studies).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / studies));
  expect(alarms).toBeGreaterThan(0);
});
