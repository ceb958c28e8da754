import type { Candidate } from '../../../src/judge/seed/candidates';
import { confirm, FEWEST_OTHERS, seedsToTrain, type Confirmation } from '../../../src/judge/seed/confirm';
import { resemblance, type Losses } from '../../../src/judge/seed/resemblance';

const candidate = (seed: number): Candidate => ({ seed, loss: 2.3, distance: seed / 1e9 });
const start = (candidates: readonly Candidate[]): Confirmation => ({ candidates, undecided: candidates });

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
  const found = confirm(start(candidates), losses(7), trained, 10);
  expect(found.found).toBe(7);
  expect(found.candidates.map(({ seed }) => seed)).toEqual([7, 4]);
  const others = [...trained.keys()].filter((seed) => seed !== 7).map((seed) => losses(seed));
  expect(found.candidates[0].resemblance).toEqual(resemblance(losses(7), losses(7), others, 10));
  const othersOf4 = [...trained.keys()].filter((seed) => seed !== 4).map((seed) => losses(seed));
  expect(found.candidates[1].resemblance).toEqual(resemblance(losses(7), losses(4), othersOf4, 10));
  expect(confirm(start(candidates), losses(5), trained, 10).found).toBeUndefined();
});

test('too few losses find nothing', () => {
  const trained = new Map(seedsToTrain([candidate(7)], 99).map((seed) => [seed, losses(seed, 4)]));
  const { found, candidates, undecided } = confirm(start([candidate(7)]), losses(7, 4), trained, 10);
  expect(found).toBeUndefined();
  expect(candidates[0].resemblance).toBeUndefined();
  expect(undecided).toMatchObject([{ seed: 7 }]);
  expect(confirm(start([]), losses(7), new Map(), 10)).toEqual({ candidates: [], undecided: [] });
});

test('of those that may still be the seed another epoch decides, and the others are not trained again', () => {
  const [some, more] = [9, 19];
  const nearly = losses(7, more).map((loss, i) => (loss ?? 0) + 0.05 * Math.sin(i * i));
  const candidates = [3, 4, 7].map(candidate);
  const trainedFor = (n: number, seeds: readonly number[]) =>
    new Map(seeds.map((seed) => [seed, losses(seed, n)]));
  const first = confirm(
    start(candidates),
    nearly.slice(0, some),
    trainedFor(some, seedsToTrain(candidates, 99)),
    10,
  );
  expect(first.found).toBeUndefined();
  const left = first.undecided.map(({ seed }) => seed);
  expect(left).toContain(7);
  expect(left.length).toBeLessThan(3);
  const second = confirm(first, nearly, trainedFor(more, seedsToTrain(first.undecided, 99)), 10);
  expect(second).toMatchObject({ found: 7, undecided: [] });
  expect(second.candidates).toHaveLength(3);
  for (const { seed, resemblance } of second.candidates) {
    const before = first.candidates.find((candidate) => candidate.seed === seed)?.resemblance;
    if (left.includes(seed)) expect(resemblance?.n).toBeGreaterThan(before?.n ?? NaN);
    else expect(resemblance).toEqual(before);
  }
});

test('the same resemblance shows less among many candidates', () => {
  const reported = losses(7, 9).map((loss, i) => (loss ?? 0) + 0.03 * Math.sin(i * i));
  const among = (count: number): Confirmation => {
    const candidates = [7, ...Array.from({ length: count - 1 }, (_, i) => 1000 + i)].map(candidate);
    const trained = new Map(seedsToTrain([candidate(7)], 99).map((seed) => [seed, losses(seed, 9)]));
    return confirm({ candidates, undecided: [candidate(7)] }, reported, trained, 10);
  };
  const p = among(1).candidates[0].resemblance?.p ?? NaN;
  expect(among(1).found).toBe(7);
  expect(among(Math.ceil(1e-4 / p) + 1).found).toBeUndefined();
});
