import { confirm, FEWEST_OTHERS, seedsToTrain } from '../../../src/judge/seed/confirm';
import { resemblance, type Losses } from '../../../src/judge/seed/resemblance';

const candidate = (seed: number) => ({ seed, loss: 2.3, distance: seed / 1e9 });

/** Losses that a seed decides, as a training's are. */
function losses(seed: number, n = 20): Losses {
  return Array.from(
    { length: n },
    (_, i) => 0.2 + 0.15 * Math.sin((seed + 1) * 12.9898 + (i + 1) * 78.233 * (seed + 1)),
  );
}

test('beside the candidates, seeds after the range are trained until there are enough to compare with', () => {
  expect(seedsToTrain([candidate(3), candidate(9)], 99)).toEqual([3, 9, 100, 101, 102, 103, 104, 105, 106]);
  const many = Array.from({ length: FEWEST_OTHERS + 1 }, (_, i) => candidate(i));
  expect(seedsToTrain(many, 99)).toHaveLength(many.length);
});

test('the candidate whose losses go with the reported ones is found and stands first', () => {
  const candidates = [candidate(4), candidate(7)];
  const trained = new Map(seedsToTrain(candidates, 99).map((seed) => [seed, losses(seed)]));
  const found = confirm(candidates, losses(7), trained, 10);
  expect(found.found).toBe(7);
  expect(found.candidates.map(({ seed }) => seed)).toEqual([7, 4]);
  const others = [...trained.keys()].filter((seed) => seed !== 7).map((seed) => losses(seed));
  expect(found.candidates[0].resemblance).toEqual(resemblance(losses(7), losses(7), others, 10));
  const othersOf4 = [...trained.keys()].filter((seed) => seed !== 4).map((seed) => losses(seed));
  expect(found.candidates[1].resemblance).toEqual(resemblance(losses(7), losses(4), othersOf4, 10));
  expect(confirm(candidates, losses(5), trained, 10).found).toBeUndefined();
});

test('too few losses find nothing', () => {
  const trained = new Map(seedsToTrain([candidate(7)], 99).map((seed) => [seed, losses(seed, 4)]));
  const { found, candidates } = confirm([candidate(7)], losses(7, 4), trained, 10);
  expect(found).toBeUndefined();
  expect(candidates[0].resemblance).toBeUndefined();
  expect(confirm([], losses(7), new Map(), 10)).toEqual({ candidates: [] });
});
