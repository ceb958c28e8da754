import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { confirm, FEWEST_OTHERS, type Confirmation } from '../../../src/judge/seed/confirm';
import { reportedLosses } from '../../../src/judge/seed/reportedLosses';
import type { Losses } from '../../../src/judge/seed/resemblance';
import { parseEnsemble } from '../../../src/run/ensemble';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { EXPERIMENT, runsIn } from '../ourStudy';

/** A search goes on from epoch to epoch: on the runs of the ensemble, among which that of the reported run is, or is not. */

const ROOT = join(__dirname, '../../..');
const { training, data } = EXPERIMENT;
const PER_EPOCH = 10;

const path = join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl');
const ensemble = parseEnsemble(readFileSync(path, 'utf8'), path).runs.map(({ lr, seed, loggedLosses }) => ({
  ...{ lr, seed },
  losses: [undefined, ...loggedLosses.slice(1).map(Number)] as Losses,
}));
type Run = (typeof ensemble)[number];

/** @returns the seed that is found, and after how many epochs it ended */
function search(
  reported: Losses,
  candidates: readonly Run[],
  beside: readonly Run[],
): readonly [number | undefined, number] {
  const asCandidates = candidates.map(({ seed }) => ({ seed, loss: 2.3, distance: 0 }));
  let confirmation: Confirmation = { candidates: asCandidates, undecided: asCandidates };
  let epochs = 0;
  while (confirmation.undecided.length > 0 && epochs < training.epochs) {
    epochs++;
    const left = candidates.filter((run) => confirmation.undecided.some(({ seed }) => seed === run.seed));
    const trained = [...left, ...beside.slice(0, Math.max(0, FEWEST_OTHERS + 1 - left.length))];
    const losses = new Map(trained.map((run) => [run.seed, run.losses.slice(0, PER_EPOCH * epochs)]));
    confirmation = confirm(confirmation, reported, losses, data.classes);
  }
  return [confirmation.found, epochs];
}

function ofPyTorch(lr: number, seed: number): Losses {
  const log = join(ROOT, `fixtures/torch/oracle/lr${lr}_seed${seed}.log`);
  const [{ series, source }] = runsIn(readFileSync(log, 'utf8'), log);
  return reportedLosses(series.loss, source, training, data.trainCount).further;
}

const runsOf = (lr: number): Run[] => ensemble.filter((run) => run.lr === lr);
const seeds = (runs: readonly Run[], from: number, to: number): Run[] =>
  runs.filter(({ seed }) => seed >= from && seed <= to);

test.each([
  ...[0.0001, 0.001].flatMap((lr) => [1, 2, 3].map((seed) => ({ lr, seed }))),
  ...[2, 3].map((seed) => ({ lr: 0.01, seed })),
])('PyTorch’s seed $seed is found, lr $lr: alone, and among the first thirteen', ({ lr, seed }) => {
  const runs = runsOf(lr);
  const beside = seeds(runs, 31, 40);
  expect(search(ofPyTorch(lr, seed), seeds(runs, seed, seed), beside)[0]).toBe(seed);
  expect(search(ofPyTorch(lr, seed), seeds(runs, 1, 13), beside)[0]).toBe(seed); // at 0.01, six of them collapsed
});

test('one epoch is not enough for all of them', () => {
  expect(search(ofPyTorch(0.001, 2), seeds(runsOf(0.001), 1, 13), seeds(runsOf(0.001), 31, 40))).toEqual([
    2, 2,
  ]);
});

test('where losses of one seed go together less, it is not found, and no other is', () => {
  expect(
    search(ofPyTorch(0.01, 1), seeds(runsOf(0.01), 1, 13), seeds(runsOf(0.01), 31, 40))[0],
  ).toBeUndefined();
});

test.each([1, 4, 13])('of a run whose seed is not there none is found: among %d candidates', (count) => {
  const generator = new Mt19937(count);
  const searches = 1000;
  let found = 0;
  for (let i = 0; i < searches; i++) {
    const lr = training.lrs[i % training.lrs.length];
    const [reported, ...others] = shuffled(runsOf(lr), generator);
    const [seed] = search(reported.losses, others.slice(0, count), others.slice(count));
    if (seed !== undefined) found++;
  }
  expect(found / searches).toBeLessThan(0.01);
});

function shuffled<T>(values: readonly T[], generator: Mt19937): T[] {
  const all = [...values];
  for (let i = all.length - 1; i > 0; i--) {
    const j = generator.nextUint32() % (i + 1);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all;
}
