import * as fc from 'fast-check';
import seedrandom from 'seedrandom';
import {
  makeBand as bandOf,
  makeBands,
  makeBandsAtHand,
  parseBands,
  serializeBands,
  sha256OfRuns,
  type Band,
  type EnsembleRun,
} from '../../src/judge/bands';
import { collapseShare, hasCollapsed } from '../../src/judge/collapse';
import { placeInBand, positionIn, widened, type Placement } from '../../src/judge/placement';
import { intervalOf } from '../../src/judge/scale';
import { scoresOf } from '../../src/judge/score';
import { leastCoverage, pValueOf, runsNeeded, widening } from '../../src/statistics/conformal';
import { refusal } from '../refusal';
import { GUESS, runOf, STUDY, type ShortRun } from './ourStudy';

const { metrics } = STUDY;
const [, TEST_LOSS] = metrics;
type Test = ShortRun['epochs'][number];

const makeBand = (runs: readonly ShortRun[], level: number): Band =>
  bandOf(runs.map(runOf), metrics, level, GUESS);

const LEVEL = 0.95;

type Draw = () => number;

/** Box and Muller's. */
function normal(random: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** What a run's luck is drawn from: standard deviations of about 1, shapes that are not alike. */
const DISTRIBUTIONS: Record<string, (random: Draw) => number> = {
  normal,
  skewed: (random) => Math.exp(normal(random)) / 2,
  bimodal: (random) => (random() < 0.3 ? 2.5 : 0) + 0.2 * normal(random),
};

/**
 * Five epochs that share some of a run's luck, and each have their own; test losses go against accuracies. Each logs four losses, means of
 * three squares of a normal draw, which fall as the training goes on.
 */
function drawRun(random: Draw, luck: (random: Draw) => number): ShortRun {
  const own = luck(random);
  const epochs = Array.from({ length: 5 }, (_, i) => {
    const value = own + luck(random);
    return {
      testLoss: 0.1 / (i + 1) + 0.003 * value,
      accuracy: 93 + i - 0.2 * value + 0.05 * normal(random),
    };
  });
  const loggedLosses = Array.from({ length: 20 }, (_, i) => {
    const squares = [0, 1, 2].map(() => normal(random) ** 2);
    return squares.reduce((a, b) => a + b, 0) / 3 / (i + 1);
  });
  return { lr: 0.001, seed: 1, epochs, loggedLosses };
}

const drawRuns = (random: Draw, n: number, luck = normal): ShortRun[] =>
  Array.from({ length: n }, () => drawRun(random, luck));

const place = (run: ShortRun, band: Band, together = 1): Placement =>
  placeInBand(runOf(run), widened(band, metrics, together), metrics, GUESS);

describe.each(Object.entries(DISTRIBUTIONS))('coverage of the verdict on %s data', (name, luck) => {
  test.each([
    [19, 0.95, 800],
    [30, 0.9, 500],
    [59, 1 - 0.05 / 3, 250],
  ])('of %i runs is what is claimed at level %f', (n, level, trials) => {
    const random = seedrandom(`${name} ${n}`);
    let inside = 0;
    let claimed = 0;
    for (let i = 0; i < trials; i++) {
      const band = makeBand(drawRuns(random, n, luck), level);
      claimed = band.coverage;
      if (place(drawRun(random, luck), band).verdict === 'pass') inside++;
    }
    const sd = Math.sqrt((claimed * (1 - claimed)) / trials);
    expect(claimed).toBeGreaterThanOrEqual(level - 1e-9);
    expect(claimed - inside / trials).toBeLessThan(3 * sd); // not less …
    expect(inside / trials - claimed).toBeLessThan(0.04); // … and not by being wide
  });
});

test('a smaller quantile covers less: the simulation can tell', () => {
  const random = seedrandom('control');
  let inside = 0;
  for (let i = 0; i < 500; i++) {
    const band = makeBand(drawRuns(random, 19), 0.85);
    if (place(drawRun(random, normal), band).verdict === 'pass') inside++;
  }
  expect(inside / 500).toBeLessThan(0.92);
});

test('what one band covers at least: the simulation of many bands agrees', () => {
  // Of n runs and the greatest of their scores, a band covers c or less with probability cⁿ.
  expect(leastCoverage(60 / 61, 60, 0.95)).toBeCloseTo(0.05 ** (1 / 60), 8);
  const random = seedrandom('beta');
  const coverages = Array.from({ length: 2000 }, () => {
    const scores = Array.from({ length: 39 }, () => random()).sort((a, b) => a - b);
    return scores[37]; // of a uniform score: what is below
  });
  const least = leastCoverage(38 / 40, 39, 0.9);
  expect(coverages.filter((coverage) => coverage >= least).length / 2000).toBeCloseTo(0.9, 1);
});

test('a score is above the quantile exactly when its p-value is at most 1 − coverage', () => {
  const random = seedrandom('p');
  const band = makeBand(drawRuns(random, 39), LEVEL);
  const verdicts = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const run = drawRun(random, normal);
    const louder = { ...run, loggedLosses: run.loggedLosses.map((loss) => loss * (1 + 10 * random() ** 4)) };
    const { verdict, pValue } = place(louder, band);
    verdicts.add(verdict);
    expect(pValue <= 1 - band.coverage + 1e-12).toBe(verdict === 'fail');
  }
  expect(verdicts).toEqual(new Set(['pass', 'fail']));
});

test('of n + 1 scores alike, no more than k have a p-value of k / (n + 1) or less', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 12 }), (scores) => {
      const pValues = scores.map((score, i) => pValueOf(score, scores.toSpliced(i, 1)));
      for (let k = 1; k <= scores.length; k++)
        expect(pValues.filter((p) => p <= k / scores.length + 1e-12).length).toBeLessThanOrEqual(k);
    }),
  );
  expect(pValueOf(9, [1, 2, 3])).toBe(0.25);
  expect(pValueOf(Infinity, [1, 2, Infinity])).toBe(0.5);
});

test('runs needed, and fewer are refused with that number', () => {
  expect([0.5, 0.9, 0.95, 1 - 0.05 / 3, 0.99].map(runsNeeded)).toEqual([1, 9, 19, 59, 99]);
  const runs = drawRuns(seedrandom('few'), 19);
  expect(makeBand(runs, LEVEL)).toMatchObject({ runs: 19, learned: 19, coverage: 0.95 });
  const error = refusal(() => makeBand(runs.slice(1), LEVEL));
  expect(error?.code).toBe('too-few-runs');
  expect(error?.facts.expected).toMatch(/at least 19 runs/);
});

/** One epoch, and losses that are the same in all runs. */
const curve = (accuracy: number, testLoss: number, loggedLosses = [1, 1]): ShortRun => ({
  ...{ lr: 0.1, seed: 1, loggedLosses },
  epochs: [{ accuracy, testLoss }],
});

test('a band worked out by hand: three runs', () => {
  // Cube roots of the errors: mean 2, sd 1. Scores: 0 for the middle run; 1.5 / √½ for the outer ones, against the other two. The second
  // smallest of three counts.
  const band = makeBand([curve(99, 0.125), curve(92, 0.216), curve(73, 0.343)], 0.5);
  const quantile = 1.5 / Math.sqrt(0.5);
  const [[testLoss], [accuracy], losses] = ['test loss', 'accuracy', 'loss'].map((name) => band.series[name]);
  expect(band).toMatchObject({
    coverage: 0.5,
    scores: [0, quantile, quantile].map((score) => expect.closeTo(score, 12) as number),
  });
  expect(band.quantile).toBeCloseTo(quantile, 12);
  expect(accuracy.lower).toBeCloseTo(100 - (2 + quantile) ** 3, 10);
  expect(accuracy.upper).toBe(100); // for no root is below 0
  expect(testLoss.lower).toBeCloseTo((0.6 - 0.1 * quantile) ** 3, 12);
  expect(testLoss.upper).toBeCloseTo((0.6 + 0.1 * quantile) ** 3, 12);
  expect(losses).toMatchObject(Array(2).fill({ lower: 1, upper: 1, mean: 1, sd: 0 }));
});

test('the spread of logged losses is pooled, but for the first: worked out by hand', () => {
  // Cube roots: 1, 2, 3 at first; then 4, 5, 6, and 2, 5, 8, whose variances 1 and 9 are pooled to 5.
  const band = makeBand(
    [
      [1, 64, 8],
      [8, 125, 125],
      [27, 216, 512],
    ].map((losses) => curve(98, 0.1, losses)),
    0.5,
  );
  // The outer runs against the other two: 1.5 / √½ at first; then 1.5 and 4.5 in √((½ + 4.5) / 2).
  const quantile = 4.5 / Math.sqrt(2.5);
  const [first, second, third] = band.series.loss;
  expect(band.quantile).toBeCloseTo(quantile, 12);
  expect(first).toMatchObject({ lower: 0, mean: 2, sd: 1 }); // a cube root below 0
  expect(Math.cbrt(first.upper)).toBeCloseTo(2 + quantile, 12);
  expect(Math.cbrt(second.upper)).toBeCloseTo(5 + quantile * Math.sqrt(5), 12);
  expect(Math.cbrt(third.upper)).toBeCloseTo(5 + quantile * Math.sqrt(5), 12);
});

test('one loss, or one test, decides the score of a whole run', () => {
  const random = seedrandom('one');
  const runs = drawRuns(random, 19);
  const [first, ...others] = runs;
  const strange = (run: ShortRun): number => scoresOf([run, ...others].map(runOf), metrics, GUESS).scores[0];
  const usual = strange(first);
  expect(strange({ ...first, loggedLosses: first.loggedLosses.with(7, 9) })).toBeGreaterThan(usual + 5);
  const epochs = first.epochs.with(2, { ...first.epochs[2], testLoss: 1 });
  expect(strange({ ...first, epochs })).toBeGreaterThan(usual + 5);
});

test('no bound is beyond what is possible', () => {
  const curves = [curve(99.9, 0.001), curve(60, 0.2), curve(30, 0.9)];
  const {
    'test loss': [testLoss],
    accuracy: [accuracy],
  } = makeBand(curves, 0.5).series;
  expect([testLoss.lower, accuracy.lower, accuracy.upper]).toEqual([0, 0, 100]);
});

test('runs that do not differ have a band without width; one that differs from them is unlike all others', () => {
  const same = Array.from({ length: 19 }, () => curve(98, 0.1));
  const [{ lower, upper }] = makeBand(same, LEVEL).series.accuracy;
  expect(upper).toBe(lower);
  expect(upper).toBeCloseTo(98, 10);
  const other = refusal(() => makeBand([...same.slice(1), curve(98.1, 0.1)], LEVEL));
  expect(other).toMatchObject({ code: 'too-few-runs', facts: { got: '1' } });
});

test('runs of other lengths, or without losses, give no band', () => {
  const [one, ...runs] = drawRuns(seedrandom('length'), 20);
  const code = (changed: Partial<ShortRun>): string | undefined =>
    refusal(() => makeBand([...runs, { ...one, ...changed }], LEVEL))?.code;
  expect(code({})).toBeUndefined();
  expect(code({ epochs: [...one.epochs, one.epochs[0]] })).toBe('bands-invalid');
  expect(code({ loggedLosses: one.loggedLosses.slice(1) })).toBe('bands-invalid');
  const bare = runs.map((run) => ({ ...run, loggedLosses: [] }));
  expect(refusal(() => makeBand(bare, LEVEL))?.code).toBe('bands-invalid');
});

describe('collapse', () => {
  const random = seedrandom('collapse');
  const good = drawRuns(random, 30);
  const AT_CHANCE: Test = { testLoss: 2.3012, accuracy: 11.35 };
  const collapsed: ShortRun = {
    ...good[0],
    epochs: Array.from({ length: 5 }, () => AT_CHANCE),
    loggedLosses: Array.from({ length: 20 }, (_, i) => 2.28 + 0.002 * i),
  };
  const diverged = { ...good[0], epochs: good[0].epochs.map(() => ({ testLoss: NaN, accuracy: 9.8 })) };
  const never = makeBand(good, 0.9);
  const often = makeBand([...good, ...Array.from({ length: 30 }, () => collapsed)], 0.9);

  test('is told by all tests and all losses: ln(classes), and the share of a class', () => {
    const withTest = (test: Test): ShortRun => ({
      ...collapsed,
      epochs: collapsed.epochs.with(2, test),
    });
    const is = (run: ShortRun, guess = GUESS): boolean => hasCollapsed(runOf(run), metrics, guess);
    expect([good[0], collapsed, diverged].map((run) => is(run))).toEqual([false, true, false]);
    expect(is(withTest(good[0].epochs[2]))).toBe(false); // it learned, and lost it
    expect(is({ ...collapsed, loggedLosses: collapsed.loggedLosses.with(9, 1.9) })).toBe(false);
    expect(is({ ...collapsed, loggedLosses: collapsed.loggedLosses.with(9, NaN) })).toBe(false);
    expect(is(withTest({ testLoss: 2.15, accuracy: 10 }))).toBe(false); // a slow learner on a hard task
    expect(is(withTest({ testLoss: 2.3, accuracy: 15 }))).toBe(false);
    expect(is(withTest({ testLoss: 2.3, accuracy: 12 }))).toBe(true);
    const mnist = { ...GUESS, testClassCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009] };
    expect(is(collapsed, mnist)).toBe(true);
    expect(is(withTest({ testLoss: 2.3, accuracy: 12 }), mnist)).toBe(false); // no class has 1200
  });

  test('does not change the moments of the others, and counts in the ranks', () => {
    const moments = ({ series }: Band): unknown => series['test loss'].map(({ mean, sd }) => [mean, sd]);
    expect(moments(often)).toEqual(moments(never));
    expect(often).toMatchObject({ runs: 60, learned: 30, collapse: { collapsed: 30, of: 60 } });
    expect(often.coverage).toBe(55 / 61);
    expect(often.scores.filter((score) => score === 0)).toHaveLength(30);
  });

  test('passes where another run collapsed, and only there', () => {
    expect(place(collapsed, often)).toMatchObject({ verdict: 'pass', collapsed: true, score: 0 });
    expect(place(collapsed, never)).toMatchObject({ verdict: 'fail', collapsed: true, score: Infinity });
  });

  test('of one run alone, and NaN, are unlike all others: they count among those outside', () => {
    const with1 = makeBand([...good, collapsed], 0.9);
    expect(with1.scores).toHaveLength(30);
    expect(place(collapsed, with1).verdict).toBe('pass'); // then there are two
    expect(makeBand([...good, diverged], 0.9)).toMatchObject({ runs: 31, learned: 30 });
    const many = refusal(() => makeBand([...good, ...Array.from({ length: 5 }, () => diverged)], 0.9));
    expect(many).toMatchObject({ code: 'too-few-runs', facts: { got: '5' } });
  });

  test('is not the same as NaN, or as having learned before', () => {
    const late = { ...collapsed, epochs: collapsed.epochs.with(0, { testLoss: 0.0008, accuracy: 99.99 }) };
    const loss = { ...collapsed, loggedLosses: collapsed.loggedLosses.with(5, 0.3) };
    expect(place(diverged, often)).toMatchObject({ verdict: 'fail', score: Infinity });
    expect(place(late, often).verdict).toBe('fail');
    expect(place(late, often).notGuessed.map(({ value }) => value)).toEqual([0.0008, 99.99]);
    expect(place(loss, often).verdict).toBe('fail');
    expect(place(loss, often).notGuessed).toMatchObject([{ epoch: 2, value: 0.3 }]);
    expect(place(collapsed, often).notGuessed).toEqual([]);
  });

  /** P(X ≥ x) of a binomial distribution, term by term. */
  function upperTail(x: number, n: number, p: number): number {
    let term = (1 - p) ** n;
    let below = 0;
    for (let k = 0; k < x; k++) {
      below += term;
      term *= ((n - k) / (k + 1)) * (p / (1 - p));
    }
    return 1 - below;
  }

  test.each([
    [1, 20],
    [5, 20],
    [30, 60],
    [59, 60],
  ])('share of %i of %i: at either end of the interval, as far out as observed has 2.5 %', (x, n) => {
    const { lower, upper } = collapseShare(x, n, 0.95);
    expect(upperTail(x, n, lower)).toBeCloseTo(0.025, 8);
    expect(1 - upperTail(x + 1, n, upper)).toBeCloseTo(0.025, 8);
  });

  test('none and all have an open end', () => {
    expect(collapseShare(0, 20, 0.95).lower).toBe(0);
    expect((1 - collapseShare(0, 20, 0.95).upper) ** 20).toBeCloseTo(0.025, 8);
    expect(collapseShare(20, 20, 0.95).upper).toBe(1);
    expect(collapseShare(20, 20, 0.95).lower ** 20).toBeCloseTo(0.025, 8);
  });
});

describe('a run in a band', () => {
  const random = seedrandom('placement');
  const band = makeBand(drawRuns(random, 19), LEVEL);
  const middle: ShortRun = {
    ...{ lr: 0.001, seed: 1 },
    epochs: band.series['test loss'].map((testLoss, i) => ({
      testLoss: testLoss.mean ** 3,
      accuracy: 100 - band.series.accuracy[i].mean ** 3,
    })),
    loggedLosses: band.series.loss.map(({ mean }) => mean ** 3),
  };
  const at = (epoch: number, change: Partial<Test>): ShortRun => ({
    ...middle,
    epochs: middle.epochs.with(epoch - 1, { ...middle.epochs[epoch - 1], ...change }),
  });
  const withLoss = (index: number, loss: number): ShortRun => ({
    ...middle,
    loggedLosses: middle.loggedLosses.with(index, loss),
  });
  const verdict = (run: ShortRun): string => place(run, band).verdict;

  test('is inside as a whole, or not at all; better is as wrong as worse', () => {
    const { lower, upper } = band.series.accuracy[3];
    expect(verdict(middle)).toBe('pass');
    expect(verdict(at(4, { accuracy: upper - 1e-6 }))).toBe('pass');
    expect(verdict(at(4, { accuracy: upper + 1e-6 }))).toBe('fail');
    expect(verdict(at(4, { accuracy: lower - 1e-6 }))).toBe('fail');
    expect(verdict(at(1, { testLoss: band.series['test loss'][0].lower - 1e-6 }))).toBe('fail');
    expect(verdict(at(2, { testLoss: NaN }))).toBe('fail');
    const loss = band.series.loss[7];
    expect(verdict(withLoss(7, loss.upper - 1e-6))).toBe('pass');
    expect(verdict(withLoss(7, loss.upper + 1e-6))).toBe('fail');
    expect(verdict(withLoss(7, NaN))).toBe('fail');
  });

  test('has a position in each cell', () => {
    const { cells } = place(at(4, { accuracy: band.series.accuracy[3].upper }), band);
    expect(cells).toHaveLength(30);
    const cell = cells.find(({ point, metric }) => point.epoch === 4 && metric.name === 'accuracy');
    expect(cell?.position).toBeCloseTo(1, 10);
  });

  describe('of printed numbers', () => {
    const metrics = [{ name: 'it', kind: 'real', better: 'lower', per: 'epoch', decimals: 1 } as const];
    type Printed = readonly [value: number, decimals?: number];
    const run = ([value, decimals]: Printed): EnsembleRun => ({
      conditions: {},
      series: { it: [{ epoch: 1, value, ...(decimals !== undefined && { decimals }) }] },
    });
    const of = (...numbers: Printed[]): Band => bandOf(numbers.map(run), metrics, 0.5);
    const judged = (number: Printed, ofBand: Band): Placement =>
      placeInBand(run(number), ofBand, metrics, undefined);
    const exact = of([0], [2], [3]);
    const printed = of([0, 0], [2, 0], [3, 0]);
    // The first number of no decimals that is outside: half of its last digit reaches into the band.
    const outside = Math.ceil(printed.series.it[0].upper);

    test('what rounding may hide is inside a band of exact numbers', () => {
      expect(exact.decimals).toBeUndefined();
      expect(outside - 0.5).toBeLessThan(exact.series.it[0].upper);
      expect(judged([outside, 0], exact).verdict).toBe('pass');
      expect(judged([outside], exact).verdict).toBe('fail');
    });

    test('where all runs of the band are printed alike, a run is taken as it is printed, too', () => {
      expect(printed.decimals).toEqual({ it: 0 });
      expect(judged([outside, 0], printed).verdict).toBe('fail');
      expect(judged([outside - 1, 0], printed).verdict).toBe('pass');
    });

    test('a run with more decimals than the band’s is rounded as they are', () => {
      expect(judged([outside - 0.4, 1], printed).cells[0].value).toBe(outside);
      expect(judged([outside - 0.6], printed).cells[0].value).toBe(outside - 1);
    });

    test('runs that are printed with other decimals than each other are no rule', () => {
      expect(of([0, 0], [2, 1], [3, 0]).decimals).toBeUndefined();
    });
  });

  test('an interval without width has a middle, and no edges', () => {
    expect([1, 0.9, 1.1].map((value) => positionIn({ lower: 1, upper: 1 }, value))).toEqual([
      0,
      -Infinity,
      Infinity,
    ]);
  });

  test('beside others has more room: the fourth root of their number', () => {
    expect([1, 16, 81].map(widening)).toEqual([1, 2, 3]);
    const [{ mean, sd }] = band.series['test loss'];
    const far = at(1, { testLoss: (mean + 1.5 * band.quantile * sd) ** 3 });
    expect(place(far, band).verdict).toBe('fail');
    expect(place(far, band, 16)).toMatchObject({ verdict: 'pass', limit: 2 * band.quantile });
    const cell = place(far, band, 16).cells.find(({ metric }) => metric === TEST_LOSS);
    expect(cell?.interval).toEqual(intervalOf(TEST_LOSS, { mean, sd }, 2 * band.quantile));
  });

  test('what the band does not have, or the run lacks, is left out', () => {
    const longer = { ...middle, epochs: [...middle.epochs, { testLoss: 9, accuracy: 1 }] };
    const { series } = runOf(middle);
    const of = (points: Partial<typeof series>): Placement =>
      placeInBand({ series: { ...series, ...points } as typeof series }, band, metrics, GUESS);
    const { 'test loss': tests, accuracy } = runOf(longer).series;
    expect(of({ 'test loss': tests, accuracy }).cells).toHaveLength(30);
    const { cells, verdict } = of({ 'test loss': series['test loss'].slice(0, 2), accuracy: [] });
    expect([cells.length, verdict]).toEqual([22, 'pass']);
  });
});

describe('metrics of other kinds', () => {
  test.each([
    ['share', 'higher', 0.9, 1],
    ['share', 'lower', 0.1, 1],
    ['percent', 'lower', 10, 100],
    ['real', 'higher', -3, Infinity],
  ] as const)('%s, the %s the better: no bound is beyond what is possible', (kind, better, middle, most) => {
    const metric = { name: 'it', kind, better, per: 'epoch', decimals: 4 } as const;
    const runs = [-0.09, 0, 0.08].map((shift, seed) => ({
      ...{ conditions: {}, seed },
      series: { it: [{ epoch: 0, value: middle + shift }] },
    }));
    const band = bandOf(runs, [metric], 0.5);
    const [{ lower, upper }] = band.series.it;
    expect(lower).toBeLessThan(middle);
    expect(upper).toBeGreaterThan(middle);
    expect(upper).toBeLessThanOrEqual(most);
    expect(lower).toBeGreaterThanOrEqual(kind === 'real' ? -Infinity : 0);
    expect(placeInBand(runs[1], band, [metric], undefined).verdict).toBe('pass');
    const far = { series: { it: [{ epoch: 0, value: upper + 0.001 }] } };
    if (upper < most) expect(placeInBand(far, band, [metric], undefined).verdict).toBe('fail');
  });
});

describe('bands of an ensemble', () => {
  const random = seedrandom('ensemble');
  const runs = [0.01, 0.001].flatMap((lr) =>
    drawRuns(random, 39).map((run, i) => runOf({ ...run, lr, seed: i + 1 })),
  );
  const facts = {
    experiment: { name: 'e', sha256: 'a'.repeat(64) },
    data: { name: 'd', sha256: 'b'.repeat(64) },
  };
  const bands = makeBands(runs, facts, STUDY, GUESS);

  test('each setting has its share of the level', () => {
    expect(
      bands.bands.map(({ conditions, runs, level, coverage }) => [conditions.lr, runs, level, coverage]),
    ).toEqual([
      [0.001, 39, 0.975, 0.975],
      [0.01, 39, 0.975, 0.975],
    ]);
    expect(bands).toMatchObject({ ...facts, source: { sha256: sha256OfRuns(runs, metrics) } });
    expect(bands.level).toBeCloseTo(0.95, 12);
  });

  test('of fewer runs, the highest level that they allow; what is claimed together is what these leave', () => {
    const some = runs.filter(({ conditions, seed = 0 }) => seed <= (conditions.lr === 0.01 ? 19 : 9));
    const { bands, level } = makeBandsAtHand(some, facts, STUDY, GUESS);
    expect(bands.map(({ level, coverage }) => [level, coverage])).toEqual([
      [0.9, 0.9],
      [0.95, 0.95],
    ]);
    expect(level).toBeCloseTo(0.85, 12);
    const fewer = some.filter(({ seed = 0 }) => seed <= 8);
    expect(refusal(() => makeBandsAtHand(fewer, facts, STUDY, GUESS))).toMatchObject({
      code: 'too-few-runs',
      facts: {
        expected: 'at least 9 runs of the setting, which give a band of level 0.9',
        got: '8',
        hint: 'add runs with other seeds; a band of level 0.95 takes 19',
      },
    });
  });

  test('the digest is of the runs, not of their order', () => {
    const [first, ...rest] = runs;
    expect(sha256OfRuns([...rest, first], metrics)).toBe(bands.source.sha256);
    expect(sha256OfRuns([{ ...first, seed: 99 }, ...rest], metrics)).not.toBe(bands.source.sha256);
  });

  test('their file meets the schema, and is read back', () => {
    expect(parseBands(serializeBands(bands), 'bands.json')).toEqual(bands);
    const broken: Band[] = [{ ...bands.bands[0], coverage: 2 }];
    expect(refusal(() => parseBands(serializeBands({ ...bands, bands: broken }), 'bands.json'))?.code).toBe(
      'bands-invalid',
    );
  });
});
