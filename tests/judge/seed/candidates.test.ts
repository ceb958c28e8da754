import { candidatesOf, couldBeOfOneSeed } from '../../../src/judge/seed/candidates';

const PRINTED = { value: 2.30608, decimals: 6 };

test('candidates are within rounding and noise, the nearest first', () => {
  const losses = [2.30608, 2.306083, 2.3060785, 2.3060819, 2.306077].map(
    (loss, seed) => [seed, loss] as const,
  );
  const { candidates } = candidatesOf(losses, PRINTED);
  expect(candidates.map(({ seed }) => seed)).toEqual([0, 2, 3]);
});

test('with fewer digits there are more of them', () => {
  const losses = [[1, 2.3061] as const, [2, 2.3064] as const];
  expect(candidatesOf(losses, { value: 2.306, decimals: 3 }).candidates).toHaveLength(2);
});

test('as many are expected by chance as evenly spread losses have', () => {
  const losses = Array.from(
    { length: 8000 },
    (_, i) => [i, PRINTED.value - 4e-3 + (i + 0.5) * 1e-6] as const,
  );
  const { candidates, expectedByChance } = candidatesOf(losses, PRINTED);
  expect(candidates).toHaveLength(4);
  expect(expectedByChance).toBeCloseTo(4, 1);
  const coarse = candidatesOf(losses, { value: 2.306, decimals: 3 });
  expect(coarse.expectedByChance).toBeCloseTo(coarse.candidates.length, -1);
});

test('two printed losses could be of one seed when rounding and noise allow it', () => {
  const printed = (text: string) => ({ value: Number(text), decimals: text.length - 2 });
  expect(couldBeOfOneSeed(printed('2.306080'), printed('2.306081'))).toBe(true);
  expect(couldBeOfOneSeed(printed('2.306080'), printed('2.306083'))).toBe(false);
  expect(couldBeOfOneSeed(printed('2.3060'), printed('2.306049'))).toBe(true);
  expect(couldBeOfOneSeed(printed('2.3060'), printed('2.3061'))).toBe(true);
  expect(couldBeOfOneSeed(printed('2.3060'), printed('2.3062'))).toBe(false);
});
