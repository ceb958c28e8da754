import {
  collapseShare,
  hasCollapsed,
  isGuess,
  isLossOfGuess,
  isOfChance,
  type Guess,
} from '../../src/judge/collapse';
import type { Point } from '../../src/run/run';
import { clopperPearson } from '../../src/statistics/clopperPearson';
import type { Metric } from '../../src/study/types';

const metric = (name: string, facts: Partial<Metric> = {}): Metric => ({
  ...{ name, kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
  ...facts,
});
const LOSS = metric('loss', { per: 'step' });
const TEST = metric('test loss');
const ACCURACY = metric('accuracy', { kind: 'percent', better: 'higher' });
const NORM = metric('norm', { kind: 'real', per: 'step' });
const METRICS = [LOSS, TEST, ACCURACY, NORM];

const GUESS: Guess = { classes: 10, crossEntropy: ['loss', 'test loss'], accuracy: ['accuracy'] };
const CHANCE = Math.log(10);
const points = (...values: readonly number[]): Point[] =>
  values.map((value, i) => ({ epoch: i + 1, value, line: i + 1 }));
const GUESSED = {
  loss: points(CHANCE, CHANCE),
  'test loss': points(CHANCE, CHANCE),
  accuracy: points(10, 10),
  norm: points(1, 1000),
};

describe('a run has collapsed', () => {
  const is = (series: Readonly<Record<string, Point[]>>, metrics = METRICS): boolean =>
    hasCollapsed({ series }, metrics, GUESS);

  test('when each of its numbers is one of a guess, whatever those are that chance says nothing of', () => {
    expect(is(GUESSED)).toBe(true);
    for (const name of ['loss', 'test loss', 'accuracy']) {
      const learned = name === 'accuracy' ? 90 : 0.3;
      const whole = GUESSED[name as 'loss'][0].value;
      for (const values of [points(learned, whole), points(whole, learned)])
        expect(is({ ...GUESSED, [name]: values })).toBe(false);
    }
  });

  test.each([NaN, Infinity])('and none of them is %d, which diverged', (value) => {
    for (const name of Object.keys(GUESSED))
      expect(is({ ...GUESSED, [name]: points(CHANCE, value) })).toBe(false);
  });

  test('and it has a test; another metric may be missing', () => {
    const { loss, norm } = GUESSED;
    expect(is({ loss, norm })).toBe(false);
    expect(is({ loss, norm, 'test loss': [] })).toBe(false);
    expect(is({ 'test loss': GUESSED['test loss'] })).toBe(true);
    expect(is({ accuracy: GUESSED.accuracy })).toBe(true);
    expect(is({ loss, score: points(1, 2) }, [LOSS, metric('score')])).toBe(false); // chance says nothing of it
  });
});

test('a metric is of chance that is a cross-entropy or an accuracy', () => {
  expect(METRICS.map(({ name }) => isOfChance(name, GUESS))).toEqual([true, true, true, false]);
});

describe('a number is one of a guess', () => {
  const is = (of: Metric, value: number, guess: Partial<Guess> = {}, count?: Point['count']): boolean =>
    isGuess(of, { value, line: 1, ...(count && { count }) }, { ...GUESS, ...guess });

  test('that is a loss of a batch within a twentieth of ln(classes)', () => {
    expect([0.94, 0.951, 1, 1.049, 1.06].map((times) => is(LOSS, times * CHANCE))).toEqual([
      ...[false, true, true, true, false],
    ]);
  });

  test('that is a loss of a test within a fiftieth of it', () => {
    expect([0.97, 0.981, 1, 1.019, 1.03].map((times) => is(TEST, times * CHANCE))).toEqual([
      ...[false, true, true, true, false],
    ]);
  });

  test('that is a loss of a test which is no less than the entropy of the classes', () => {
    const sizes = { classes: 3, testCount: 100, testClassCounts: [90, 10, 0] };
    const entropy = -0.9 * Math.log(0.9) - 0.1 * Math.log(0.1);
    const most = Math.log(3);
    expect(
      [entropy - 0.002 * most, entropy - 0.0005 * most, entropy, most, 1.019 * most, 1.03 * most].map(
        (loss) => is(TEST, loss, sizes),
      ),
    ).toEqual([false, true, true, true, true, false]);
    for (const unknown of [{ testCount: undefined }, { testClassCounts: undefined }])
      expect([entropy, most].map((loss) => is(TEST, loss, { ...sizes, ...unknown }))).toEqual([false, true]);
  });

  test('that is a share which one of the classes has', () => {
    const sizes = { classes: 3, testCount: 200, testClassCounts: [100, 60, 40] };
    const share = metric('accuracy', { kind: 'share' });
    expect([50, 30, 20, 20.00001, 33, 40, 50.01].map((percent) => is(ACCURACY, percent, sizes))).toEqual([
      ...[true, true, true, true, false, false, false],
    ]);
    expect([0.5, 0.3, 0.31, 50].map((right) => is(share, right, sizes))).toEqual([true, true, false, false]);
    const { testCount: _, ...unknown } = sizes;
    expect(is(share, 0.3, unknown, { right: 60, of: 200 })).toBe(true);
    expect(is(share, 0.41, unknown)).toBe(true); // of sizes that are not known
  });

  test('that is a share near one of the classes, where their sizes are not known', () => {
    expect([-1, 0, 10, 12.5, 12.51].map((percent) => is(ACCURACY, percent))).toEqual([
      ...[false, true, true, true, false],
    ]);
    // Four standard errors of a tenth of a hundred: 0.12.
    const of100 = { testCount: 100 };
    expect([24.4, 24.6].map((percent) => is(ACCURACY, percent, of100))).toEqual([true, false]);
  });

  test('of which chance says nothing', () => {
    expect(is(NORM, 1e9)).toBe(true);
  });
});

test('a loss about that of an untrained model is within a tenth of ln(classes)', () => {
  const times = [0.89, 0.91, 1, 1.09, 1.11];
  expect(times.map((of) => isLossOfGuess(of * CHANCE, 10))).toEqual([false, true, true, true, false]);
});

test('the share of runs that collapse has the interval of Clopper and Pearson', () => {
  const { lower, upper } = clopperPearson(3, 20, 0.9);
  expect(collapseShare(3, 20, 0.9)).toEqual({ collapsed: 3, of: 20, level: 0.9, lower, upper });
});
