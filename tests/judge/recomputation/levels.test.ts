import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBands } from '../../../src/judge/bands';
import { replayOfCalls, replayOfRuns, simulation, type Row } from './levels';

/** What is printed of a verdict, held against how often honest runs pass: levels.ts shares no code with src/. */
const bands = (data: string): ReturnType<typeof parseBands> =>
  parseBands(
    readFileSync(join(__dirname, '../../../golden/lr-experiment/bands', `${data}.json`), 'utf8'),
    data,
  );

function expectPrinted({ what, printed, passed, error }: Row): void {
  expect({ what, falls: printed - passed > 3 * error }).toEqual({ what, falls: false });
  expect({ what, exceeds: passed - printed > 0.02 + 3 * error }).toEqual({ what, exceeds: false });
}

test('MNIST, each run against all others: one run, and one of each learning rate', () => {
  const rows = replayOfRuns('mnist');
  rows.forEach(expectPrinted);
  // One run fewer in each band, so that the figures are nearly the stored ones.
  const stored = bands('mnist');
  stored.bands.forEach(({ coverage }, i) => expect(rows[i].printed).toBeCloseTo(coverage, 2));
  expect(rows[3].printed).toBeCloseTo(stored.level, 2);
});

test('30 runs in one call: at least as often', () => {
  for (const { what, printed, passed, error } of replayOfCalls('mnist', 25))
    expect({ what, falls: printed - passed > 3 * error }).toEqual({ what, falls: false });
});

test.each([
  ['normal', 0],
  ['normal', 0.4],
  ['skewed', 0],
  ['heavy', 0],
] as const)('simulated, %s, %f collapse', (shape, collapsing) => {
  const [one, three, thirty] = simulation(shape, collapsing, 120);
  [one, three].forEach(expectPrinted);
  expect(thirty.printed - thirty.passed).toBeLessThan(3 * thirty.error);
});
