import seedrandom from 'seedrandom';
import { makeLossBand, type LossBand } from '../../src/judge/lossBand';
import { refusal } from '../refusal';

const where = 'lr 0.001';

/** A loss as the mean of squares of few normal draws, whose size falls from loss to loss; each run has some luck of its own. */
function drawLosses(random: () => number, squares: number): number[] {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const luck = Math.exp(0.1 * normal());
  return Array.from({ length: 20 }, (_, i) => {
    const sum = Array.from({ length: squares }, () => normal() ** 2).reduce((a, b) => a + b, 0);
    return (luck * sum) / squares / (i + 1);
  });
}

function isInside(losses: readonly number[], { epochs }: LossBand): boolean {
  return epochs.flat().every(({ lower, upper }, i) => losses[i] >= lower && losses[i] <= upper);
}

test.each([
  ['very skewed', 1, 15, 0.9],
  ['skewed', 3, 23, 0.95],
  ['hardly skewed', 10, 59, 1 - 0.05 / 3],
])('of %s losses, the next run’s are inside as often as claimed', (name, squares, n, level) => {
  const random = seedrandom(name);
  const trials = 250;
  let inside = 0;
  let claimed = 0;
  for (let i = 0; i < trials; i++) {
    const runs = Array.from({ length: n }, () => drawLosses(random, squares));
    const band = makeLossBand(runs, { epochs: 4, level, where });
    claimed = band.coverage;
    if (isInside(drawLosses(random, squares), band)) inside++;
  }
  const sd = Math.sqrt((claimed * (1 - claimed)) / trials);
  expect(claimed).toBeGreaterThanOrEqual(level - 1e-9);
  expect(claimed - inside / trials).toBeLessThan(3 * sd); // not less …
  expect(inside / trials - claimed).toBeLessThan(0.04); // … and not by being wide
});

test('a band worked out by hand: three runs of three losses', () => {
  // Cube roots: 1, 2, 3 at first; then 4, 5, 6, and 2, 5, 8, whose variances 1 and 9 are pooled to 5. The second smallest score of three.
  const runs = [
    [1, 64, 8],
    [8, 125, 125],
    [27, 216, 512],
  ];
  const band = makeLossBand(runs, { epochs: 1, level: 0.5, where });
  // The outer runs against the other two: 1.5 / √½ at first; then 1.5 and 4.5 in √((½ + 4.5) / 2).
  const quantile = 4.5 / Math.sqrt(2.5);
  const [[first, second, third]] = band.epochs;
  expect(band).toMatchObject({ n: 3, level: 0.5, coverage: 0.5 });
  expect(first.lower).toBe(0); // a cube root below 0
  expect(Math.cbrt(first.upper)).toBeCloseTo(2 + quantile, 12);
  expect(Math.cbrt(second.upper)).toBeCloseTo(5 + quantile * Math.sqrt(5), 12);
  expect(Math.cbrt(third.upper)).toBeCloseTo(5 + quantile * Math.sqrt(5), 12);
});

test('refused: too few runs, runs of other numbers of losses, or of none', () => {
  const random = seedrandom('few');
  const runs = Array.from({ length: 19 }, () => drawLosses(random, 3));
  const code = (losses: number[][], epochs = 4): string | undefined =>
    refusal(() => makeLossBand(losses, { epochs, level: 0.95, where }))?.code;
  expect(code(runs)).toBeUndefined();
  expect(code(runs.slice(1))).toBe('too-few-runs');
  expect(code(runs.with(3, runs[3].slice(1)))).toBe('bands-invalid');
  expect(code(runs, 3)).toBe('bands-invalid');
  expect(code(runs.map(() => []))).toBe('bands-invalid');
});
