import seedrandom from 'seedrandom';
import {
  makeBand,
  makeBands,
  parseBands,
  placeInBand,
  serializeBands,
  sha256OfRuns,
  type Band,
  type EnsembleRun,
} from '../../src/judge/bands';
import { runsNeeded } from '../../src/judge/conformal';
import { collapseShare, hasCollapsed } from '../../src/judge/collapse';
import type { Curve } from '../../src/judge/curve';
import { refusal } from '../refusal';
import { someLosses } from './losses';

const CLASSES = 10;
const options = { lr: 0.001, level: 0.95, collapseLevel: 0.95, classes: CLASSES };

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

/** Five epochs that share some of a run's luck, and each have their own; losses go against accuracies. */
function drawCurve(random: Draw, luck: (random: Draw) => number): Curve {
  const own = luck(random);
  const epochs = Array.from({ length: 5 }, (_, i) => {
    const value = own + luck(random);
    return {
      testLoss: 0.1 / (i + 1) + 0.003 * value,
      accuracy: 93 + i - 0.2 * value + 0.05 * normal(random),
    };
  });
  return { epochs };
}

describe.each(Object.entries(DISTRIBUTIONS))('coverage on %s data', (name, luck) => {
  test.each([
    [19, 0.95, 1500],
    [30, 0.9, 1000],
    [59, 1 - 0.05 / 3, 500],
  ])('of %i runs is what is claimed at level %f', (n, level, trials) => {
    const random = seedrandom(`${name} ${n}`);
    let inside = 0;
    let claimed = 0;
    for (let i = 0; i < trials; i++) {
      const band = makeBand(
        Array.from({ length: n }, () => drawCurve(random, luck)),
        { ...options, level },
      );
      claimed = band.coverage;
      if (placeInBand(drawCurve(random, luck), band, CLASSES).verdict === 'pass') inside++;
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
  for (let i = 0; i < 1000; i++) {
    const band = makeBand(
      Array.from({ length: 19 }, () => drawCurve(random, normal)),
      { ...options, level: 0.85 },
    );
    if (placeInBand(drawCurve(random, normal), band, CLASSES).verdict === 'pass') inside++;
  }
  expect(inside / 1000).toBeLessThan(0.92);
});

test('runs needed, and fewer are refused with that number', () => {
  expect([0.5, 0.9, 0.95, 1 - 0.05 / 3, 0.99].map(runsNeeded)).toEqual([1, 9, 19, 59, 99]);
  const random = seedrandom('few');
  const runs = Array.from({ length: 19 }, () => drawCurve(random, normal));
  expect(makeBand(runs, options)).toMatchObject({ n: 19, coverage: 0.95 });
  const error = refusal(() => makeBand(runs.slice(1), options));
  expect(error?.code).toBe('too-few-runs');
  expect(error?.facts.expected).toMatch(/at least 19 runs/);
});

test('a band worked out by hand: three runs', () => {
  const curve = (accuracy: number, testLoss: number): Curve => ({ epochs: [{ accuracy, testLoss }] });
  // Cube roots of the errors: mean 2, sd 1. Scores: 0 for the middle run; 1.5 / √½ for the outer ones, against the other two. The second
  // smallest of three counts.
  const band = makeBand([curve(99, 0.125), curve(92, 0.216), curve(73, 0.343)], { ...options, level: 0.5 });
  const quantile = 1.5 / Math.sqrt(0.5);
  const [{ testLoss, accuracy }] = band.epochs;
  expect(band.coverage).toBe(0.5);
  expect(accuracy.lower).toBeCloseTo(100 - (2 + quantile) ** 3, 10);
  expect(accuracy.upper).toBe(100); // for no root is below 0
  expect(testLoss.lower).toBeCloseTo((0.6 - 0.1 * quantile) ** 3, 12);
  expect(testLoss.upper).toBeCloseTo((0.6 + 0.1 * quantile) ** 3, 12);
});

test('no bound is beyond what is possible', () => {
  const curve = (accuracy: number, testLoss: number): Curve => ({ epochs: [{ accuracy, testLoss }] });
  const curves = [curve(99.9, 0.001), curve(60, 0.2), curve(30, 0.9)];
  const [{ testLoss, accuracy }] = makeBand(curves, { ...options, level: 0.5 }).epochs;
  expect([testLoss.lower, accuracy.lower, accuracy.upper]).toEqual([0, 0, 100]);
});

test('runs that do not differ, or differ in length, give no band', () => {
  const curve = { epochs: [{ accuracy: 98, testLoss: 0.1 }] };
  const other = { epochs: [{ accuracy: 98.1, testLoss: 0.1 }] };
  const same = Array.from({ length: 19 }, () => curve);
  const { lower, upper } = makeBand(same, options).epochs[0].accuracy;
  expect(upper).toBe(lower);
  expect(upper).toBeCloseTo(98, 10);
  expect(refusal(() => makeBand([...same.slice(1), other], options))?.code).toBe('bands-invalid');
  const longer = { epochs: [...curve.epochs, ...curve.epochs] };
  expect(refusal(() => makeBand([...same, longer], options))?.code).toBe('bands-invalid');
});

describe('collapse', () => {
  const random = seedrandom('collapse');
  const good = Array.from({ length: 30 }, () => drawCurve(random, normal));
  const collapsed: Curve = {
    epochs: Array.from({ length: 5 }, () => ({ testLoss: 2.3012, accuracy: 11.35 })),
  };
  const diverged: Curve = { epochs: Array.from({ length: 5 }, () => ({ testLoss: NaN, accuracy: 9.8 })) };
  const never = makeBand(good, options);
  const often = makeBand([...good, ...Array.from({ length: 30 }, () => collapsed)], options);

  test('is told by the last test loss', () => {
    expect([good[0], collapsed, diverged].map((curve) => hasCollapsed(curve, CLASSES))).toEqual([
      false,
      true,
      true,
    ]);
  });

  test('does not widen the band of the others, but lowers no claim', () => {
    expect(often.epochs).toEqual(never.epochs);
    expect(often).toMatchObject({ n: 30, collapse: { collapsed: 30, of: 60 } });
    expect(refusal(() => makeBand([...good.slice(0, 18), collapsed], options))?.code).toBe('too-few-runs');
  });

  test('passes where it is common, and only there', () => {
    expect(placeInBand(collapsed, often, CLASSES)).toMatchObject({ verdict: 'pass', collapsed: true });
    expect(placeInBand(collapsed, never, CLASSES)).toMatchObject({ verdict: 'fail', collapsed: true });
  });

  test('is not the same as NaN, or as being too good before', () => {
    const late = { epochs: [{ testLoss: 0.0008, accuracy: 99.99 }, ...collapsed.epochs.slice(1)] };
    const inBand = { epochs: [good[0].epochs[0], ...collapsed.epochs.slice(1)] };
    expect(placeInBand(diverged, often, CLASSES)).toMatchObject({ verdict: 'fail', stray: [1, 2, 3, 4, 5] });
    expect(placeInBand(late, often, CLASSES)).toMatchObject({ verdict: 'fail', stray: [1] });
    expect(placeInBand(inBand, often, CLASSES)).toMatchObject({ verdict: 'pass', stray: [] });
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
  const band = makeBand(
    Array.from({ length: 19 }, () => drawCurve(random, normal)),
    options,
  );
  const middle: Curve = {
    epochs: band.epochs.map(({ testLoss, accuracy }) => ({
      testLoss: (testLoss.lower + testLoss.upper) / 2,
      accuracy: (accuracy.lower + accuracy.upper) / 2,
    })),
  };
  const at = (epoch: number, change: Partial<Curve['epochs'][number]>): Curve => ({
    epochs: middle.epochs.with(epoch - 1, { ...middle.epochs[epoch - 1], ...change }),
  });
  const verdict = (curve: Curve): string => placeInBand(curve, band, CLASSES).verdict;

  test('is inside as a whole, or not at all; better is as wrong as worse', () => {
    const { lower, upper } = band.epochs[3].accuracy;
    expect(verdict(middle)).toBe('pass');
    expect(verdict(at(4, { accuracy: upper }))).toBe('pass');
    expect(verdict(at(4, { accuracy: upper + 1e-6 }))).toBe('fail');
    expect(verdict(at(4, { accuracy: lower - 1e-6 }))).toBe('fail');
    expect(verdict(at(1, { testLoss: band.epochs[0].testLoss.lower - 1e-6 }))).toBe('fail');
    expect(verdict(at(2, { testLoss: NaN }))).toBe('fail');
  });

  test('has a position in each cell', () => {
    const { cells } = placeInBand(at(4, { accuracy: band.epochs[3].accuracy.upper }), band, CLASSES);
    expect(cells).toHaveLength(10);
    expect(cells.filter(({ position }) => Math.abs(position) > 0.5)).toEqual([
      expect.objectContaining({ epoch: 4, metric: 'accuracy' }),
    ]);
  });
});

describe('bands of an ensemble', () => {
  const random = seedrandom('ensemble');
  const runs: EnsembleRun[] = [0.01, 0.001].flatMap((lr) =>
    Array.from({ length: 39 }, (_, i) => ({
      ...{ lr, seed: i + 1, loggedLosses: someLosses(5, i) },
      ...drawCurve(random, normal),
    })),
  );
  const facts = {
    experiment: { name: 'e', sha256: 'a'.repeat(64) },
    data: { name: 'd', sha256: 'b'.repeat(64) },
    level: 0.95,
  };
  const bands = makeBands(runs, facts, CLASSES);

  test('each learning rate has its share of the level', () => {
    expect(bands.bands.map(({ lr, n, level, coverage }) => [lr, n, level, coverage])).toEqual([
      [0.001, 39, 0.975, 0.975],
      [0.01, 39, 0.975, 0.975],
    ]);
    expect(bands).toMatchObject({ ...facts, source: { sha256: sha256OfRuns(runs) } });
  });

  test('the digest is of the runs, not of their order', () => {
    const [first, ...rest] = runs;
    expect(sha256OfRuns([...rest, first])).toBe(bands.source.sha256);
    expect(sha256OfRuns([{ ...first, seed: 99 }, ...rest])).not.toBe(bands.source.sha256);
  });

  test('their file meets the schema, and is read back', () => {
    expect(parseBands(serializeBands(bands), 'bands.json')).toEqual(bands);
    const broken: Band[] = [{ ...bands.bands[0], coverage: 2 }];
    expect(refusal(() => parseBands(serializeBands({ ...bands, bands: broken }), 'bands.json'))?.code).toBe(
      'bands-invalid',
    );
  });
});
