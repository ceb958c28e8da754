import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * How often the verdict on honest runs is `pass`, beside what assay prints: recomputed without any code of src/, in plain loops.
 *
 *     node -r esbuild-register tests/judge/recomputation/levels.ts
 *
 * By leave-one-out replay of the ensembles in golden/, and by simulation of ensembles of 60 runs, which may collapse.
 */

/** What of a run can fail it, as cube roots: of each epoch the test loss and the wrong images in percent; then all logged losses. */
interface Run {
  readonly cells: readonly number[];
  readonly tests: number;
  readonly collapsed: boolean;
}

type Random = () => number;

/** A small generator (mulberry32), so that the figures are the same each time. */
function generator(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function readEnsemble(data: string): Map<number, Run[]> {
  const path = join(__dirname, '../../../golden/lr-experiment/ensembles', data, 'runs.jsonl');
  const byLr = new Map<number, Run[]>();
  for (const line of readFileSync(path, 'utf8').trim().split('\n').slice(1)) {
    const { lr, epochs, loggedLosses } = JSON.parse(line) as {
      lr: number;
      epochs: { testLoss: number; correctCount: number; testCount: number }[];
      loggedLosses: number[];
    };
    const cells: number[] = [];
    for (const { testLoss, correctCount, testCount } of epochs) {
      cells.push(Math.cbrt(testLoss), Math.cbrt(100 - (100 * correctCount) / testCount));
    }
    for (const loss of loggedLosses) cells.push(Math.cbrt(loss));
    // Of the runs in golden/, those that never learned are the ones that are never better than 12 %.
    const collapsed = epochs.every(({ correctCount, testCount }) => correctCount / testCount < 0.12);
    byLr.set(lr, [...(byLr.get(lr) ?? []), { cells, tests: 2 * epochs.length, collapsed }]);
  }
  return byLr;
}

function meansAndDeviations(runs: readonly Run[]): { mean: number[]; sd: number[] } {
  const { length } = runs[0].cells;
  const { tests } = runs[0];
  const mean: number[] = [];
  const own: number[] = [];
  for (let c = 0; c < length; c++) {
    let sum = 0;
    for (const run of runs) sum += run.cells[c];
    mean.push(sum / runs.length);
    let squares = 0;
    for (const run of runs) squares += (run.cells[c] - mean[c]) ** 2;
    own.push(Math.sqrt(squares / (runs.length - 1)));
  }
  const sd = [...own];
  for (let c = tests + 1; c < length; c++) {
    let sum = 0;
    let count = 0;
    for (let other = Math.max(tests + 1, c - 5); other <= Math.min(length - 1, c + 5); other++) {
      sum += own[other] ** 2;
      count++;
    }
    sd[c] = Math.sqrt(sum / count);
  }
  return { mean, sd };
}

function scoreAgainst(run: Run, learned: readonly Run[], collapsed: number): number {
  if (run.collapsed) return collapsed > 0 ? 0 : Infinity;
  const { mean, sd } = meansAndDeviations(learned);
  let score = 0;
  for (let c = 0; c < mean.length; c++) score = Math.max(score, Math.abs(run.cells[c] - mean[c]) / sd[c]);
  return score;
}

interface Band {
  readonly learned: readonly Run[];
  readonly mean: readonly number[];
  readonly sd: readonly number[];
  readonly collapsed: number;
  readonly quantile: number;
  readonly coverage: number;
}

/** @param level is what the band is to cover at least */
function bandOf(runs: readonly Run[], level: number): Band {
  const learned = runs.filter((run) => !run.collapsed);
  const collapsed = runs.length - learned.length;
  const scores: number[] = [];
  for (const run of runs) {
    const others = learned.filter((other) => other !== run);
    scores.push(scoreAgainst(run, others, run.collapsed ? collapsed - 1 : collapsed));
  }
  scores.sort((a, b) => a - b);
  const rank = Math.min(runs.length, Math.ceil((runs.length + 1) * level - 1e-9));
  const quantile = scores[rank - 1];
  return { learned, ...meansAndDeviations(learned), collapsed, quantile, coverage: rank / (runs.length + 1) };
}

function passes(run: Run, { mean, sd, collapsed, quantile }: Band, factor: number): boolean {
  if (run.collapsed) return collapsed > 0;
  for (let c = 0; c < mean.length; c++)
    if (!(Math.abs(run.cells[c] - mean[c]) <= quantile * factor * sd[c])) return false;
  return true;
}

/** How many times as wide the band is when so many runs are judged at once. */
function factorOf(together: number): number {
  return Math.sqrt(Math.sqrt(together));
}

export interface Row {
  readonly what: string;
  /** What assay prints for bands of so many runs; of several runs in one call, at least. */
  readonly printed: number;
  readonly passed: number;
  /** Standard error of `passed`. */
  readonly error: number;
}

const row = (what: string, printed: number, passed: number, trials: number): Row => ({
  ...{ what, printed, passed },
  error: Math.sqrt((printed * (1 - printed)) / trials),
});

/** Each run of an ensemble against the band of all others; and one run of each learning rate, all of them. */
export function replayOfRuns(data: string): Row[] {
  const rows: Row[] = [];
  let together = 1;
  let missed = 0;
  let fewest = Infinity;
  for (const [lr, runs] of readEnsemble(data)) {
    const level = runs.length > 59 ? 1 - 0.05 / 3 : 0.9;
    let passed = 0;
    let printed = 0;
    for (const run of runs) {
      const band = bandOf(
        runs.filter((other) => other !== run),
        level,
      );
      printed = band.coverage;
      if (passes(run, band, 1)) passed++;
    }
    rows.push(row(`${data}, lr ${lr}: one run`, printed, passed / runs.length, runs.length));
    together *= passed / runs.length;
    missed += 1 - printed;
    fewest = Math.min(fewest, runs.length);
  }
  return [...rows, row(`${data}: one run of each`, 1 - missed, together, fewest)];
}

/** Calls of 30 runs of one learning rate, drawn at random, against the band of the others. */
export function replayOfCalls(data: string, calls: number): Row[] {
  const random = generator(30);
  return [...readEnsemble(data)].map(([lr, runs]) => {
    let passed = 0;
    let printed = 0;
    for (let i = 0; i < calls; i++) {
      const drawn = shuffled(runs, random);
      const band = bandOf(drawn.slice(30), 1);
      printed = band.coverage;
      if (drawn.slice(0, 30).every((run) => passes(run, band, factorOf(30)))) passed++;
    }
    return row(`${data}, lr ${lr}: 30 runs in one call`, printed, passed / calls, calls);
  });
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

export type Shape = 'normal' | 'skewed' | 'heavy';

/** What a run's luck is drawn from, of mean 0 or so. */
const LUCK: Record<Shape, (random: Random) => number> = {
  normal,
  skewed: (random) => Math.exp(0.5 * normal(random)) - 1.1,
  // Student's t with 5 degrees of freedom
  heavy: (random) => {
    let squares = 0;
    for (let i = 0; i < 5; i++) squares += normal(random) ** 2;
    return normal(random) / Math.sqrt(squares / 5);
  },
};

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Five epochs of two metrics and four losses each. Tests share a run's luck, losses are each on their own. */
function drawRun(random: Random, shape: Shape, collapsing: number): Run {
  const collapsed = random() < collapsing;
  const luck = LUCK[shape];
  const own = luck(random);
  const cells: number[] = [];
  for (let c = 0; c < 10; c++) cells.push(1 + 0.02 * (own + luck(random)));
  for (let c = 0; c < 20; c++) cells.push(0.6 + 0.05 * luck(random));
  return { cells, tests: 10, collapsed };
}

/** Ensembles of 60 runs, and judged by each: one run, one of each of three ensembles, and 30 at once. */
export function simulation(shape: Shape, collapsing: number, trials: number): Row[] {
  const random = generator(60);
  const draw = (count: number): Run[] =>
    Array.from({ length: count }, () => drawRun(random, shape, collapsing));
  const inside = { one: 0, three: 0, thirty: 0 };
  let coverage = 0;
  let usable = 0;
  for (let i = 0; i < trials; i++) {
    const bands = [0, 1, 2].map(() => bandOf(draw(60), 1 - 0.05 / 3));
    if (bands.some(({ quantile }) => quantile === Infinity)) continue; // assay makes no band of these
    usable++;
    coverage = bands[0].coverage;
    const each = bands.map((band) => passes(draw(1)[0], band, 1));
    if (each[0]) inside.one++;
    if (each.every(Boolean)) inside.three++;
    if (draw(30).every((run) => passes(run, bands[0], factorOf(30)))) inside.thirty++;
  }
  const name = `simulated, ${shape}${collapsing > 0 ? `, ${100 * collapsing} % collapse` : ''}`;
  return [
    row(`${name}: one run`, coverage, inside.one / usable, usable),
    row(`${name}: one run of each of three`, 1 - 3 * (1 - coverage), inside.three / usable, usable),
    row(`${name}: 30 runs in one call`, coverage, inside.thirty / usable, usable),
  ];
}

export function levelsText(rows: readonly Row[]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);
  const lines = rows.map(
    ({ what, printed, passed, error }) =>
      `${what.padEnd(58)}${percent(printed)}${percent(passed)}  ± ${(100 * error).toFixed(1)}`,
  );
  return [`${''.padEnd(58)} printed  passed`, ...lines, ''].join('\n');
}

if (require.main === module) {
  const rows = [
    ...['mnist', 'synthetic'].flatMap(replayOfRuns),
    ...replayOfCalls('mnist', 200),
    ...simulation('normal', 0, 1500),
    ...simulation('normal', 0.4, 1500),
    ...simulation('skewed', 0, 1500),
    ...simulation('heavy', 0, 1500),
  ];
  process.stdout.write(levelsText(rows));
}
