import { alea } from 'seedrandom';
import { choicesOf, isUnlike, maxTest } from '../../src/statistics/permutation';
import { normal } from '../judge/power/luck';

describe('the permutation test', () => {
  const random = alea('samples');
  const samples = Array.from({ length: 9 }, () => [normal(random), Math.floor(3 * random()), 1]);

  test('is what counting all choices comes to', () => {
    const [n, k] = [9, 3];
    const choices = choicesOf(n, k, 1000, 'key');
    expect([choices.isExact, choices.of.length, new Set(choices.of.map(String)).size]).toEqual([
      true,
      84,
      84,
    ]);
    // In plain loops, by the mean of the chosen less that of the rest, in standard deviations of the feature.
    const apart = (chosen: readonly number[], f: number): number => {
      const all = samples.map((sample) => sample[f]);
      const mean = all.reduce((a, b) => a + b) / n;
      const sd = Math.sqrt(all.reduce((a, b) => a + (b - mean) ** 2, 0) / n);
      return sd === 0 ? 0 : Math.abs(chosen.reduce((a, i) => a + all[i], 0) / k - mean) / sd;
    };
    const greatest = choices.of.map((chosen) => Math.max(...[0, 1, 2].map((f) => apart(chosen, f))));
    const expected = [0, 1, 2].map(
      (f) => greatest.filter((other) => other >= apart([0, 1, 2], f) - 1e-9).length / 84,
    );
    const { adjusted, pValue } = maxTest(samples, k, choices);
    expect(adjusted).toEqual(expected);
    expect(pValue).toBe(Math.min(...expected));
    expect(adjusted[2]).toBe(1); // all are alike in it
  });

  // Four cups of eight had the milk first (Fisher 1935, The Design of Experiments): 1 of 70 choices has all of them right, 17 have three at least;
  // here as many wrong ones count as well.
  test.each([
    [[1, 1, 1, 1, 0, 0, 0, 0], 2 / 70],
    [[1, 1, 1, 0, 1, 0, 0, 0], 34 / 70],
    [[1, 1, 0, 0, 1, 1, 0, 0], 1],
  ])("says of a lady's tea what Fisher does: %j", (cups, pValue) => {
    const samples = cups.map((cup) => [cup]);
    expect(maxTest(samples, 4, choicesOf(8, 4, 1000, 'tea')).pValue).toBeCloseTo(pValue, 12);
  });

  test('of drawn choices, the judged one is counted beside them, so that no p-value is 0', () => {
    const far = [[100], [101], ...Array.from({ length: 60 }, (_, i) => [i / 60])];
    const choices = choicesOf(62, 2, 99, 'other');
    expect([choices.isExact, choices.of.length]).toEqual([false, 99]);
    expect(maxTest(far, 2, choices).pValue).toBe(1 / 100);
  });

  test.each([20, 1000])('decides early as it decides in the end, with %i choices at most', (most) => {
    const random = alea('early');
    const decided = new Set<boolean>();
    for (let i = 0; i < 300; i++) {
      const drawn = Array.from({ length: 9 }, (_, s) => [
        normal(random) + (s < 3 ? (i % 4) / 2 : 0),
        random(),
      ]);
      const choices = choicesOf(9, 3, most, String(i));
      const unlike = isUnlike(drawn, 3, choices, 0.1);
      expect(unlike).toBe(maxTest(drawn, 3, choices).pValue <= 0.1);
      decided.add(unlike);
    }
    expect(decided.size).toBe(2);
  });
});
