import seedrandom from 'seedrandom';
import { rankReadings, type Reading } from '../../../src/audit/alternatives/rank';
import { logStudent, predictiveScore } from '../../../src/audit/alternatives/score';
import type { Run } from '../../../src/run/run';
import { GUESS, runOf, STUDY } from '../../judge/ourStudy';

const random = seedrandom('readings');
const TERMS = { metrics: STUDY.metrics, guess: GUESS };

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A run whose numbers are about those of a level. */
function run(level: number, seed: number, lr = 0.1, noise = 0.1): Run {
  const told = [1, 2].map((epoch) => {
    const wrong = Math.round((300 * level * Math.exp(noise * normal())) / epoch);
    return {
      epoch: {
        testLoss: (0.1 * level * Math.exp(noise * normal())) / epoch,
        accuracy: (10_000 - wrong) / 100,
      },
      losses: [0, 6400].map(() => level * Math.exp(noise * normal())),
    };
  });
  return runOf({
    ...{ lr, seed },
    epochs: told.map(({ epoch }) => epoch),
    loggedLosses: told.flatMap(({ losses }) => losses),
  });
}

function reading(name: string, level: number, count = 6, lrs = [0.1]): Reading {
  return {
    name,
    runs: lrs.flatMap((lr) => Array.from({ length: count }, (_, seed) => run(level, seed, lr))),
  };
}

const collapsed = (seed: number): Run =>
  runOf({ lr: 0.1, seed, epochs: [1, 2].map(() => ({ testLoss: 2.3, accuracy: 10 })), loggedLosses: [] });

test("Student's density is that of the tables", () => {
  // Exact: with 1 degree 1/π/(1 + t²), with 2 1/(2 + t²)^1.5.
  expect(logStudent(0, 1)).toBeCloseTo(-Math.log(Math.PI), 10);
  expect(logStudent(2, 1)).toBeCloseTo(-Math.log(5 * Math.PI), 10);
  expect(logStudent(1, 2)).toBeCloseTo(-1.5 * Math.log(3), 10);
});

test('the reading that the report was made with comes first, most of the time', () => {
  let first = 0;
  for (let round = 0; round < 50; round++) {
    const readings = [reading('lower', 0.8), reading('right', 1), reading('higher', 1.25)];
    const ranked = rankReadings(readings, [run(1, 99)], TERMS);
    if (ranked[0].name === 'right') first++;
    expect(ranked[0]).toMatchObject({ below: 0, error: 0 });
    expect(ranked[1].below).toBeGreaterThanOrEqual(0);
    expect(ranked[2].below).toBeGreaterThanOrEqual(ranked[1].below as number);
  }
  expect(first).toBeGreaterThan(40);
});

test('readings that are the same are within the error of each other, more or less', () => {
  const distances = Array.from({ length: 40 }, () => {
    const [, second] = rankReadings([reading('a', 1), reading('b', 1)], [run(1, 99)], TERMS);
    return (second.below as number) / (second.error as number);
  });
  expect(distances.filter((distance) => distance < 2).length).toBeGreaterThan(30);
});

test('of readings about the right level, the one that says less comes after the one that says more', () => {
  const vague = { name: 'vague', runs: Array.from({ length: 6 }, (_, seed) => run(1, seed, 0.1, 0.6)) };
  for (let round = 0; round < 20; round++) {
    expect(rankReadings([vague, reading('exact', 1)], [run(1, 99)], TERMS)[0].name).toBe('exact');
  }
});

test('a run that did not collapse is the less expected, the more collapse', () => {
  const good = Array.from({ length: 6 }, (_, seed) => run(1, seed));
  const score = (runs: readonly Run[]): number => predictiveScore(run(1, 99), runs, TERMS) as number;
  const reported = run(1, 99);
  const all = predictiveScore(reported, good, TERMS) as number;
  const half = predictiveScore(
    reported,
    [...good, ...Array.from({ length: 6 }, (_, i) => collapsed(i))],
    TERMS,
  ) as number;
  expect(all - half).toBeCloseTo(Math.log(7 / 8) - Math.log(7 / 14), 10);
  expect(score(good)).toBeGreaterThan(-Infinity);
  expect(predictiveScore(reported, [run(1, 1), collapsed(2)], TERMS)).toBeUndefined();
});

test('a reading without enough runs of a learning rate comes last, without a score', () => {
  const reported = [run(1, 99), run(1, 99, 0.2)];
  const ranked = rankReadings([reading('of one', 1), reading('of both', 3, 6, [0.1, 0.2])], reported, TERMS);
  expect(ranked.map(({ name }) => name)).toEqual(['of both', 'of one']);
  expect(ranked[1].score).toBeUndefined();
  expect(ranked[1].bySetting.map(({ conditions: { lr }, seeds }) => [lr, seeds])).toEqual([
    [0.1, 6],
    [0.2, 0],
  ]);
});

test('more of one kind of numbers does not count more than another kind', () => {
  const runs = Array.from({ length: 6 }, (_, seed) => run(1, seed));
  const twice = ({ series, ...view }: Run): Run => ({
    ...view,
    series: { ...series, loss: [...series.loss, ...series.loss] },
  });
  const reported = run(1, 99);
  expect(predictiveScore(twice(reported), runs.map(twice), TERMS)).toBeCloseTo(
    predictiveScore(reported, runs, TERMS) as number,
    10,
  );
});
