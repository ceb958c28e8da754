import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnsemble } from '../../../src/run/ensemble';
import { reportedLosses } from '../../../src/judge/seed/reportedLosses';
import { resemblance, type Losses } from '../../../src/judge/seed/resemblance';
import { EXPERIMENT, runsIn } from '../ourStudy';

const ROOT = join(__dirname, '../../..');
const CLASSES = 10;
const PER_EPOCH = 10;

const path = join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl');
const all = parseEnsemble(readFileSync(path, 'utf8'), path).runs.map((run) => ({
  ...{ lr: run.lr, seed: run.seed },
  collapsed: run.epochs[4].correctCount < run.epochs[4].testCount / 2,
  losses: [undefined, ...run.loggedLosses.slice(1).map(Number)] as Losses,
}));
/** So that it may grow. */
const ensemble = all.filter(({ seed }) => seed <= 23);

const epochs = (losses: Losses, count: number): Losses => losses.slice(0, PER_EPOCH * count);

/** Runs of other seeds. */
function others(lr: number, ...seeds: number[]): Losses[] {
  const there = ensemble.filter((run) => run.lr === lr && !seeds.includes(run.seed));
  return there.slice(0, 8).map(({ losses }) => losses);
}

function ofPyTorch(lr: number, seed: number): Losses {
  const log = join(ROOT, `fixtures/torch/oracle/lr${lr}_seed${seed}.log`);
  const [{ series, source }] = runsIn(readFileSync(log, 'utf8'), log);
  return reportedLosses(series.loss, source, EXPERIMENT.training, 60_000).further;
}

const ours = (lr: number, seed: number): Losses =>
  ensemble.find((run) => run.lr === lr && run.seed === seed)?.losses ?? [];

const stable = [1e-4, 1e-3].flatMap((lr) => [1, 2, 3].map((seed) => ({ lr, seed })));

test.each([...stable, { lr: 0.01, seed: 3 }])(
  'two epochs of PyTorch’s run resemble ours of the same seed: lr $lr, seed $seed',
  ({ lr, seed }) => {
    const found = resemblance(epochs(ofPyTorch(lr, seed), 2), ours(lr, seed), others(lr, seed), CLASSES);
    expect(found?.n).toBe(19);
    expect(found?.p).toBeLessThan(lr === 0.01 ? 1e-3 : 1e-5);
  },
);

test('so does a run that collapsed, by the classes in its batches, and it resembles none that learned', () => {
  const found = resemblance(epochs(ofPyTorch(0.01, 2), 2), ours(0.01, 2), others(0.01, 2), CLASSES);
  expect(found?.n).toBeGreaterThan(15);
  expect(found?.p).toBeLessThan(1e-12);
  expect(resemblance(ofPyTorch(0.01, 2), ours(0.01, 1), others(0.01, 1, 2), CLASSES)).toBeUndefined();
});

test.each([1, 2, 5])(
  'runs of different seeds resemble each other as often as is claimed: %d epochs',
  (count) => {
    const chances = [1e-4, 1e-3, 1e-2].flatMap((lr) => {
      const runs = ensemble.filter((run) => run.lr === lr);
      return runs.flatMap((a) =>
        runs.flatMap((b) => {
          if (a.seed === b.seed) return [];
          const rest = others(lr, a.seed, b.seed);
          return resemblance(epochs(a.losses, count), b.losses, rest, CLASSES)?.p ?? [];
        }),
      );
    });
    const below = (p: number): number => chances.filter((chance) => chance < p).length / chances.length;
    expect(chances.length).toBeGreaterThan(1000);
    expect(below(0.5)).toBeCloseTo(0.5, 1);
    expect(below(0.1)).toBeCloseTo(0.11, 1);
    expect(below(0.01)).toBeLessThan(0.03);
    expect(Math.min(...chances)).toBeGreaterThan(1e-6);
  },
);

test.each([1, 2, 5])('so do those that collapsed: %d epochs', (count) => {
  const collapsed = all.filter(({ lr, seed, collapsed }) => lr === 0.01 && seed <= 125 && collapsed);
  const chances = collapsed.flatMap((a, i) =>
    collapsed
      .slice(i + 1)
      .flatMap((b) => resemblance(epochs(a.losses, count), b.losses, [], CLASSES)?.p ?? []),
  );
  const below = (p: number): number => chances.filter((chance) => chance < p).length / chances.length;
  expect(chances.length).toBeGreaterThan(1000);
  expect(below(0.5)).toBeCloseTo(0.5, 1);
  expect(below(0.1)).toBeCloseTo(0.1, 1);
  expect(below(0.01)).toBeLessThan(0.02);
  expect(Math.min(...chances)).toBeGreaterThan(1e-5);
});

describe('on losses made for it', () => {
  const rest: Losses[] = [1, 2, 3].map((run) =>
    Array.from({ length: 9 }, (_, i) => 1 + (((i + 1) * run) % 5) / 10),
  );
  const run: Losses = [0.5, 1, 0.4, 0.9, 0.6, 1.1, 0.3, 0.8, 0.7];

  test('a run resembles itself wholly, whatever factor is between, and its opposite not at all', () => {
    expect(
      resemblance(
        run,
        run.map((loss) => Number(loss) / 2),
        rest,
        CLASSES,
      ),
    ).toMatchObject({ n: 9, p: 0 });
    const center = rest[0].map(
      (_, i) => rest.reduce((product, other) => product * Number(other[i]), 1) ** (1 / 3),
    );
    const opposite = run.map((loss, i) => center[i] ** 2 / Number(loss));
    expect(resemblance(run, opposite, rest, CLASSES)?.r).toBeCloseTo(-1, 9);
  });

  test('what a log lacks, NaN, 0 and the losses of a guess beside another are left out', () => {
    const [a, b] = [[...run], [...run]];
    a[0] = undefined;
    a[1] = Number.NaN;
    b[2] = 0;
    b[3] = Math.log(CLASSES);
    expect(resemblance(a, b, rest, CLASSES)?.n).toBe(5);
    a[4] = Infinity;
    expect(resemblance(a, b, rest, CLASSES)).toBeUndefined();
  });

  test('losses that never differ from those of others resemble nothing', () => {
    const same = Array.from({ length: 9 }, () => 0.5);
    expect(resemblance(same, same, [same, same], CLASSES)).toMatchObject({ n: 9, r: 0 });
  });

  test('losses of guesses are compared where both guess, and where there are more of them', () => {
    const guess: Losses = [2.29, 2.31, 2.3, 2.32, 2.28, 2.33, 2.305, 2.295, 2.3];
    const level = guess.map((loss) => Number(loss) + 0.01);
    expect(resemblance(guess, level, rest, CLASSES)).toMatchObject({ n: 9, p: 0 });
    expect(resemblance(guess, run, rest, CLASSES)).toBeUndefined();
    const half = (losses: Losses): Losses => [...run.slice(0, 5), ...losses.slice(5)];
    expect(resemblance(half(guess), half(level), rest, CLASSES)).toMatchObject({ n: 5, p: 0 });
    const opposite = guess.map((loss) => 4.6 - Number(loss));
    expect(resemblance([...run, ...guess], [...run, ...opposite, 2.3], [], CLASSES)?.r).toBeCloseTo(-1, 9);
  });

  test('fewer than two others are none', () => {
    expect(resemblance(run, run, rest.slice(0, 1), CLASSES)).toBeUndefined();
  });
});
