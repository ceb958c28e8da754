import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alea } from 'seedrandom';
import { howFarApart, type Pair } from '../../../src/judge/paired/apart';
import { judgePaired, type PairedReferences } from '../../../src/judge/paired';
import { pairsAt } from '../../../src/judge/stored/pairs';
import type { Point, Run } from '../../../src/run/run';
import { EXPERIMENT, GUESS, runsIn, STUDY } from '../ourStudy';
import { NEIGHBOURS, PYTORCH } from './measure';
import {
  besidePairs,
  ensemble,
  FAULTS,
  faultsIn,
  firstStepsBesideNeighbours,
  otherReadings,
  oursOf,
  references,
  seenOf,
  tableOf,
  torchFirstSteps,
  WAYS,
} from './seen';

const TORCH = join(__dirname, '../../../fixtures/torch');
const { lrs } = EXPERIMENT.training;
const pairs = references.pairs!;

interface Log {
  readonly name: string;
  readonly fault?: string;
  readonly lr: number;
  readonly seed: number;
  readonly run: Run;
}

/** PyTorch's logs that had no part in what was measured. */
const logs: readonly Log[] = [
  ...readdirSync(join(TORCH, 'paired')).flatMap((file): Log[] => {
    const [, fault, lr, seed] = /^(?:(.+)_)?lr(\S+?)_seed(\d+)(?:_steps)?\.log$/.exec(file) ?? [];
    return seed === undefined
      ? []
      : [{ ...logAt('paired', file), fault, lr: Number(lr), seed: Number(seed) }];
  }),
  ...readdirSync(join(TORCH, 'sealed')).flatMap((file): Log[] => {
    const lr = /^lr(\S+)\.log$/.exec(file)?.[1];
    const seed = Number(readFileSync(join(TORCH, 'sealed', file.replace(/log$/, 'seed')), 'utf8'));
    return lr === undefined ? [] : [{ ...logAt('sealed', file), lr: Number(lr), seed }];
  }),
];

function logAt(folder: string, file: string): { readonly name: string; readonly run: Run } {
  const [run] = runsIn(readFileSync(join(TORCH, folder, file), 'utf8'));
  return { name: `${folder}/${file}`, run };
}

/** Ours, with the steps that a log of every step needs; those of the ensemble are of every 100th. */
function judge(
  { run, lr, seed }: Pick<Log, 'run' | 'lr' | 'seed'>,
  of = references,
): ReturnType<typeof judgePaired> {
  return judgePaired(run, { run: oursOf(lr, seed), name: 'ours' }, of);
}

const healthy = logs.filter(({ fault, name }) => fault === undefined && !name.includes('steps'));
const faulty = logs.filter(({ fault, name }) => fault !== undefined && !name.includes('steps'));

test.each(healthy)('PyTorch’s log $name passes beside our run of its seed', (log) => {
  const { verdict, reason } = judge(log);
  expect(verdict).toBe('pass');
  expect(reason).toMatch(
    /^our run of seed \d+, lr \S+; the loss before any update is the same; the numbers after that are .* p = 0\.\d+; of runs that differ as these do, 5\.0 % fail at most; its losses and those of the other rise and fall together /,
  );
});

test.each(healthy)('and fails beside our runs of 20 other seeds: $name', ({ run, lr }) => {
  for (let seed = 22; seed <= 41; seed++) {
    const { verdict, findings } = judge({ run, lr, seed });
    expect({ seed, verdict, rule: findings.at(0)?.rule }).toEqual({ seed, verdict: 'fail', rule: 'start' });
  }
});

test('without its first loss, another seed is seen by what comes after', () => {
  const log = healthy.find(({ name }) => name === 'paired/lr0.001_seed21.log')!;
  const run = { ...log.run, series: { ...log.run.series, loss: log.run.series.loss.slice(1) } };
  expect(judge({ ...log, run }).verdict).toBe('pass');
  for (let seed = 22; seed <= 41; seed++) {
    const { verdict, findings } = judge({ run, lr: log.lr, seed });
    expect({ seed, verdict, rule: findings.at(0)?.rule }).toEqual({ seed, verdict: 'fail', rule: 'apart' });
  }
});

test('PyTorch’s epochs with a fault fail, but where rounding goes as far', () => {
  const seen = faulty.filter((log) => judge(log).verdict === 'fail').map(({ name }) => name);
  // These move their ten numbers less than rounding may. Its first steps tell the learning rate, below.
  const unseen = ['paired/adamw-0.01_lr0.001_seed21.log', 'paired/lr-times-1.5_lr0.001_seed21.log'];
  expect(seen).toEqual(faulty.map(({ name }) => name).filter((name) => !unseen.includes(name)));
});

test.each(logs.filter(({ fault, name }) => fault !== undefined && name.includes('steps')))(
  'PyTorch’s first 20 steps $name part from those without the fault',
  ({ name, lr, seed, run }) => {
    const sound = logs.find((log) => log.name === `paired/lr${lr}_seed${seed}_steps.log`)!.run;
    const other = { run: { ...sound, conditions: { lr }, seed }, name: 'B' } as const;
    expect(judgePaired(sound, other, references).verdict).toBe('pass');
    const { verdict, reason, findings } = judgePaired(run, other, references);
    if (verdict === 'fail') expect(['start', 'first-steps']).toContain(findings[0].rule);
    // A decay of a hundred-thousandth a step is as small as rounding that leaps.
    else
      expect([name, reason]).toEqual([
        expect.stringContaining('adamw'),
        expect.stringMatching(/a small change|nearly/),
      ]);
  },
);

test('of other optimizers, dropout and normalisation, all runs of eight seeds but one are seen', () => {
  const all = seenOf(otherReadings(), besidePairs);
  expect(all.reduce((sum, { runs }) => sum + runs, 0)).toBe(192);
  const unseen = all.filter(({ runs, seen }) => seen < runs);
  expect(unseen).toEqual([{ fault: 'sgd', lr: 0.01, runs: 8, seen: 7, atStart: 0 }]);
});

test('of the library of faults as many are seen as docs/findings/paired.md says', () => {
  const seen = seenOf(faultsIn(FAULTS), besidePairs);
  const page = readFileSync(join(TORCH, '../../docs/findings/paired.md'), 'utf8');
  expect(page).toContain(tableOf(seen));
  const sum = (of: 'runs' | 'seen'): number => seen.reduce((all, cell) => all + cell[of], 0);
  expect(page).toContain(`- ${sum('seen')} of ${sum('runs')} runs are seen.`);
});

describe('beside neighbours of the same seed', () => {
  const page = readFileSync(join(TORCH, '../../docs/findings/paired.md'), 'utf8');

  test.each(['neighbours', 'first-steps'] as const)(
    'of the library as many are seen as docs/findings/paired.md says: %s',
    (way) => {
      const seen = WAYS[way]();
      expect(page).toContain(tableOf(seen));
      const sum = (of: 'runs' | 'seen'): number => seen.reduce((all, cell) => all + cell[of], 0);
      expect(page).toContain(`- ${sum('seen')} of ${sum('runs')} runs are seen`);
    },
  );

  test('each of PyTorch’s logs of 20 steps with a fault fails, and those without one pass', () => {
    const steps = logs.filter(({ name }) => name.includes('steps'));
    expect(steps.length).toBeGreaterThanOrEqual(21);
    for (const { name, fault, lr, seed, run } of steps) {
      const { verdict } = firstStepsBesideNeighbours({ ...run, conditions: { lr }, seed });
      expect({ name, verdict }).toEqual({ name, verdict: fault === undefined ? 'pass' : 'fail' });
    }
  });

  test('PyTorch’s other first steps fail as rarely as the page says', () => {
    const verdicts = torchFirstSteps().map((run) => firstStepsBesideNeighbours(run).verdict);
    const count = (of: string): number => verdicts.filter((verdict) => verdict === of).length;
    expect(page).toContain(
      `Of ${verdicts.length} runs of PyTorch, ${count('pass')} pass and ${count('fail')} fail; inconclusive: ${count('inconclusive')}.`,
    );
    // At the level 0.95, more than 5 of 33 have a chance of 0.02.
    expect(count('fail')).toBeLessThanOrEqual(5);
  });
});

test('each measured pair passes beside the others, but for as many as the level says', () => {
  for (const lr of lrs) {
    const measured = pairsAt({ lr }, pairs);
    expect(measured.length).toBeGreaterThanOrEqual(19);
    const failing = measured.filter((pair) => {
      const others = measured.filter((other) => other !== pair);
      return howFarApart(pair, others, STUDY.metrics, GUESS)!.pValue <= 0.05;
    });
    expect(failing.length).toBeLessThanOrEqual(Math.floor(0.05 * measured.length));
  }
});

test('a log that was measured itself is not held against itself', () => {
  const [run] = runsIn(readFileSync(join(TORCH, 'oracle/lr0.001_seed1.log'), 'utf8'));
  const { verdict, reason } = judge({ run, lr: 0.001, seed: 1 });
  expect(verdict).toBe('pass');
  // Of 22 pairs, two are of this seed.
  expect(reason).toContain('of 20 pairs of implementations');
});

test('what was measured is PyTorch beside our runs of its seeds, and ours beside themselves from moved weights', () => {
  const count = (of: string, lr: number): number =>
    pairs.pairs.filter((pair) => pair.of === of && pair.conditions.lr === lr).length;
  expect(lrs.map((lr) => count(PYTORCH, lr))).toEqual([10, 10, 26]);
  expect(lrs.map((lr) => count(NEIGHBOURS, lr))).toEqual([12, 12, 12]);
  // The second of each pair is the run of the ensemble, as a log prints it.
  for (const { conditions, seed, b } of pairs.pairs) {
    const run = ensemble.find((run) => run.conditions.lr === conditions.lr && run.seed === seed);
    if (run === undefined) continue;
    for (const [i, { metric, epoch, step, decimals }] of pairs.places.entries()) {
      const point = run.series[metric].find((point) => point.epoch === epoch && point.step === step)!;
      expect(Number(b[i])).toBeCloseTo(point.value, decimals ?? 9);
    }
  }
});

describe('in the order of a run', () => {
  const log = healthy.find(({ name }) => name === 'paired/lr0.001_seed21.log')!;
  const other = oursOf(log.lr, log.seed);
  /** As a trainer prints it that logs every step. */
  const steps = (losses: readonly number[]): Run => ({
    ...log.run,
    series: {
      loss: losses.map((value, i): Point => ({ epoch: 1, step: 64 * i, value, decimals: 6, line: i + 1 })),
    },
  });
  const oracle = JSON.parse(readFileSync(join(TORCH, 'oracle/lr0.001_seed1.steps.json'), 'utf8')) as {
    losses: string[];
  };
  const losses = oracle.losses.slice(0, 10).map(Number);
  const run = steps(losses);
  const judgeSteps = (changed: readonly number[]): ReturnType<typeof judgePaired> =>
    judgePaired(
      steps(changed),
      { run: { ...run, conditions: { lr: 0.001 }, seed: 1 }, name: 'B' },
      references,
    );

  test('a stated seed is another', () => {
    const { verdict, findings } = judge({ ...log, run: { ...log.run, seed: 7 } });
    expect(verdict).toBe('fail');
    expect(findings).toEqual([
      { rule: 'seed', line: 1, message: 'its seed is stated as 7, and ours has 21' },
    ]);
  });

  test('steps that are the same, or as near as rounding leaves them', () => {
    expect(judgeSteps(losses)).toMatchObject({ verdict: 'pass', findings: [] });
    const near = judgeSteps(losses.map((loss, i) => loss * (1 + 1e-7 * (i % 2))));
    expect(near.reason).toContain('9 steps after it are as near as rounding leaves them');
    // They are all that the log has: what is far from the start is where the pairs were measured.
    expect(near.verdict).toBe('pass');
  });

  test('a step that is as far as rounding was seen to leap, and one that is farther', () => {
    expect(judgeSteps(losses.with(9, losses[9] * 1.004)).reason).toMatch(
      /step 9 is 4\.0e-3 of it apart, .* a leap of rounding, or a small change/,
    );
    expect(judgeSteps(losses.with(9, losses[9] * 1.004)).verdict).not.toBe('pass');
    const { verdict, findings } = judgeSteps(losses.with(4, losses[4] * 1.004));
    expect(verdict).toBe('fail');
    expect(findings).toMatchObject([{ rule: 'first-steps', line: 5 }]);
  });

  test('a study that measured nothing gives no reference, in words', () => {
    const none: PairedReferences = { ...references, pairs: undefined, firstSteps: undefined };
    const { verdict, reason, findings } = judge(log, none);
    expect({ verdict, findings }).toEqual({ verdict: 'no-reference', findings: [] });
    expect(reason).toContain(
      '0 pairs of runs of one seed by two implementations were measured at lr 0.001, and the level 0.95 takes 19',
    );
    expect(reason).toContain('rise and fall together');
    // Even then, other draws are seen, those of every second seed: nine losses say no more.
    const first = log.run.series.loss[0];
    const verdicts = Array.from({ length: 20 }, (_, i) => {
      const another = oursOf(log.lr, 22 + i);
      const loss = [first, ...another.series.loss.slice(1)];
      const run = { ...another, series: { ...another.series, loss } };
      return judgePaired(log.run, { run, name: 'ours' }, none).verdict;
    });
    expect(new Set(verdicts)).toEqual(new Set(['fail', 'no-reference']));
    expect(verdicts.filter((verdict) => verdict === 'fail').length).toBeGreaterThanOrEqual(6);
  });

  test('the numbers of the other to the last digit need no measured pair', () => {
    const none: PairedReferences = { ...references, pairs: undefined, firstSteps: undefined };
    const { verdict, reason } = judgePaired({ ...other }, { run: other, name: 'ours' }, none);
    expect(verdict).toBe('pass');
    expect(reason).toContain('numbers after that are the same, to the last digit of the log');
  });
});

describe('howFarApart', () => {
  const [metric] = STUDY.metrics;
  const random = alea('pairs');
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  /** Rounding that grows: of ten numbers, each is the further apart the later it is; some pairs leap early. */
  const pairOf = (): Pair => {
    const start = 10 ** (-6 + 3 * random());
    const points = (far: (i: number) => number): Pair['a'] => ({
      series: {
        [metric.name]: Array.from({ length: 10 }, (_, i) => ({
          epoch: 1,
          step: 6400 * (i + 1),
          value: far(i),
        })),
      },
    });
    return {
      a: points((i) => Math.exp(-0.2 * i + start * 3 ** i * normal())),
      b: points((i) => Math.exp(-0.2 * i)),
    };
  };

  test('of 1,000 simulated studies, as many honest runs fail as the level says', () => {
    let failed = 0;
    for (let study = 0; study < 1000; study++) {
      const [judged, ...measured] = Array.from({ length: 20 }, () => pairOf());
      if (howFarApart(judged, measured, [metric], GUESS)!.pValue <= 0.05) failed++;
    }
    // 50 are expected; of a binomial count, 71 or more have a chance of 0.002.
    expect(failed).toBeGreaterThan(30);
    expect(failed).toBeLessThanOrEqual(70);
  });

  test('numbers that are all a little to one side are seen, and named so', () => {
    const noisy = (factor: number): Pair => {
      const points = (value: () => number): Pair['a'] => ({
        series: {
          [metric.name]: Array.from({ length: 16 }, (_, i) => ({
            epoch: 1,
            step: 64 * (i + 1),
            value: value(),
          })),
        },
      });
      return { a: points(() => factor * Math.exp(0.1 * normal())), b: points(() => 1) };
    };
    const measured = Array.from({ length: 20 }, () => noisy(1));
    // Each is no farther than one of them mostly is.
    for (const [factor, isWorse] of [
      [1.1, true],
      [0.9, false],
    ] as const) {
      const found = howFarApart(noisy(factor), measured, [metric], GUESS)!;
      expect(found.pValue).toBeCloseTo(1 / 21, 9);
      expect(found.times).toBeGreaterThan(found.farthestOther);
      expect(found.by).toEqual({ metric, kind: 'side', isWorse });
    }
  });

  test('a pair beside one that is told with fewer digits counts no less than a unit of the last', () => {
    const of = (value: number, decimals?: number): Pair['a'] => ({
      series: {
        [metric.name]: [{ epoch: 1, step: 6400, value, ...(decimals !== undefined && { decimals }) }],
      },
    });
    const same: Pair[] = Array.from({ length: 19 }, () => ({ a: of(0.5, 3), b: of(0.5, 3) }));
    const apart = (value: number): number =>
      howFarApart({ a: of(value, 3), b: of(0.5) }, same, [metric], GUESS)!.times;
    expect(apart(0.5)).toBe(0);
    expect(apart(0.501)).toBeCloseTo(1, 1);
    expect(apart(0.51)).toBeCloseTo(10, 0);
  });

  test('nothing is said of one pair, or where the log has no number of the measured places', () => {
    const measured = Array.from({ length: 20 }, () => pairOf());
    expect(howFarApart(pairOf(), measured.slice(0, 1), [metric], GUESS)).toBeUndefined();
    expect(howFarApart({ a: { series: {} }, b: pairOf().b }, measured, [metric], GUESS)).toBeUndefined();
  });

  test('a number that is none is infinitely far', () => {
    const measured = Array.from({ length: 20 }, () => pairOf());
    const { a, b } = pairOf();
    const broken = {
      series: { [metric.name]: a.series[metric.name].with(5, { epoch: 1, step: 38_400, value: NaN }) },
    };
    expect(howFarApart({ a: broken, b }, measured, [metric], GUESS)).toMatchObject({
      times: Infinity,
      pValue: 1 / 21,
    });
  });
});
