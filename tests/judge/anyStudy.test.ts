import { makeBands, makeBandsAtHand, type Bands, type EnsembleRun } from '../../src/judge/bands';
import { checkLog, checkLogs, type Check } from '../../src/judge/check';
import { compareRuns, type Comparison } from '../../src/judge/compare';
import { ofStudy } from '../../src/logs';
import type { Conditions, Run } from '../../src/run/run';
import type { Metric, Study } from '../../src/study/types';

/** A study of another trainer: other metrics, other conditions, no experiment. */
const METRICS: readonly Metric[] = [
  { name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 4 },
  { name: 'f1', kind: 'share', better: 'higher', per: 'epoch', decimals: 4 },
];
const STUDY: Study = {
  name: 'ours',
  title: 'Ours',
  conditions: [{ name: 'depth' }, { name: 'lr' }],
  metrics: METRICS,
  level: 0.9,
  logs: {},
  golden: 'golden',
  isDefault: false,
};

const run = (seed: number, changes: Partial<Run> = {}): Run => ({
  conditions: { depth: 2, lr: 0.1 },
  series: {
    val_loss: [1, 2, 3].map((epoch) => ({ epoch, value: 0.5 / epoch + Math.sin(seed) / 100 })),
    f1: [1, 2, 3].map((epoch) => ({ epoch, value: 0.8 + epoch / 50 + Math.cos(seed) / 100 })),
  },
  source: { path: `run-${seed}`, line: 1 },
  faults: [],
  stated: {},
  ...changes,
});
const runs = Array.from({ length: 12 }, (_, i) => run(i, { seed: i }));
const bands = makeBands(runs, {}, STUDY);
const last = ({ checks }: { readonly checks: readonly Check[] }): Check => checks[checks.length - 1];
const inBands = (run: Run, of: Bands | undefined = bands, study = STUDY): Check =>
  last(checkLog(run, { study, bands: of }));

describe('what the bands are of', () => {
  test('the study itself', () => {
    expect(inBands(run(99)).verdict).toBe('pass');
  });

  test.each<[string, Partial<Study>, RegExp]>([
    ['a metric more', { metrics: [...METRICS, { ...METRICS[0], name: 'mae' }] }, /other metrics/],
    ['a metric of another kind', { metrics: [METRICS[0], { ...METRICS[1], kind: 'real' }] }, /other metrics/],
    ['a condition more', { conditions: [...STUDY.conditions, { name: 'width' }] }, /other conditions/],
  ])('%s: no reference', (_, changes, reason) => {
    const check = inBands(run(99), bands, { ...STUDY, ...changes });
    expect([check.verdict, check.reason]).toEqual(['no-reference', expect.stringMatching(reason)]);
  });

  test('none: what makes them', () => {
    expect(last(checkLog(run(99), { study: STUDY }))).toMatchObject({
      verdict: 'no-reference',
      reason: 'there are no bands yet: assay bands LOGS… makes them',
    });
  });

  test('fewer runs than the level takes: what they allow, not less', () => {
    const { level, coverage } = makeBandsAtHand(runs, {}, { ...STUDY, level: 0.95 }).bands[0];
    expect([level, coverage]).toEqual([12 / 13, 12 / 13]);
    const ten: EnsembleRun[] = runs.slice(0, 9);
    expect(makeBandsAtHand(ten, {}, { ...STUDY, level: 0.95 }).bands[0].level).toBe(0.9);
  });
});

describe('a run that never learned', () => {
  const chance = { classes: 2, crossEntropy: ['val_loss'], accuracy: [] };
  const study: Study = { ...STUDY, chance };
  const guess = (seed: number, f1 = 0.5): Run => {
    const whole = run(seed, { seed });
    const at = (value: number): Run['series'][string] =>
      whole.series.f1.map(({ epoch }) => ({ epoch, value }));
    return { ...whole, series: { val_loss: at(Math.log(2) + seed / 1e6), f1: at(f1) } };
  };
  const half = makeBands([...runs, guess(50), guess(51), guess(52)], {}, { ...study, level: 0.8 }, chance);

  test('is not green in a metric of which nobody knows what a guess is', () => {
    for (const f1 of [0.5, 0.99]) {
      const check = inBands(guess(60, f1), half, study);
      expect(check.verdict).toBe('inconclusive');
      expect(check.reason).toMatch(/what f1 of such a run may be is not known/);
    }
  });

  test('passes where chance names all metrics', () => {
    const both = { ...chance, accuracy: ['f1'] };
    const of = makeBands(
      [...runs, guess(50), guess(51), guess(52)],
      {},
      { ...study, chance: both, level: 0.8 } as Study,
      both,
    );
    expect(inBands(guess(60), of, { ...study, chance: both }).verdict).toBe('pass');
    expect(inBands(guess(60, 0.99), of, { ...study, chance: both }).verdict).toBe('fail');
  });
});

test('the bands’ own runs, and a run that is there twice, make no room for another', () => {
  const given = (list: readonly Run[]): { readonly run: Run }[] => list.map((run) => ({ run }));
  const together = (list: readonly Run[]): number =>
    checkLogs(given(list), { study: STUDY, bands, ours: runs })[0].together;
  expect(together([run(99), run(98), run(97)])).toBe(3);
  expect(together([run(99), ...runs])).toBe(1);
  expect(together([run(99), run(99, { source: { path: 'copy', line: 1 } })])).toBe(1);
});

test('where there was little to check, that is said; a log by other names says which', () => {
  const judge = (run: Run): readonly Check[] => checkLog(run, { study: STUDY }).checks;
  const [format, arithmetic, protocol] = judge(run(1));
  expect([format.reason, protocol.reason]).toEqual([undefined, undefined]);
  expect(arithmetic).toMatchObject({
    verdict: 'pass',
    reason: 'each number is possible; nothing ties one to another',
  });
  const first = Object.fromEntries(
    Object.entries(run(1).series).map(([name, points]) => [name, points.slice(0, 1)]),
  );
  expect(judge({ ...run(1), series: first })[2].reason).toBe(
    'one number of each metric: there is no order to check',
  );
  const renamed = ofStudy({ ...run(1), series: { Loss: run(1).series.val_loss } }, STUDY);
  expect(judge(renamed)[0]).toMatchObject({
    verdict: 'no-reference',
    reason: expect.stringMatching(/^the log has Loss, and the study .*"from" in study\.json/) as string,
  });
});

test('logs of one call with the same numbers are one run, whatever their paths and seeds', () => {
  const copy = run(99, { seed: 7, source: { path: 'copy', line: 3 } });
  const judged = checkLogs([{ run: run(99) }, { run: copy }, { run: run(98) }], { study: STUDY, bands });
  const found = judged.map(({ checks }) => checks.flatMap(({ findings }) => findings));
  const message = 'the numbers are those of the run from line 1 of run-99, digit for digit';
  expect(found).toEqual([[], [{ rule: 'repeated-run', line: undefined, message }], []]);
  // Few digits of runs with seeds of their own may agree by chance.
  const few = (seed: number): Run => {
    const { series, ...of } = run(99, { seed, source: { path: `few-${seed}`, line: 1 } });
    const printed = Object.entries(series).map(([name, points]) => [
      name,
      points.map((point) => ({ ...point, value: Number(point.value.toFixed(2)), decimals: 2 })),
    ]);
    return { ...of, series: Object.fromEntries(printed) as Run['series'] };
  };
  const rulesOf = (runs: readonly Run[]): string[] =>
    checkLogs(
      runs.map((run) => ({ run })),
      { study: STUDY, bands },
    ).flatMap(({ checks }) => checks.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  expect(rulesOf([few(1), few(2)])).not.toContain('repeated-run');
  expect(rulesOf([few(1), few(1)])).toContain('repeated-run');
});

describe('as the study has it', () => {
  const faults = (series: Run['series']): string[] =>
    ofStudy(run(1, { series: { ...run(1).series, ...series } }), STUDY).faults.map(
      ({ check, rule, line, message }) => `${check} ${rule} ${line}: ${message}`,
    );

  test('a number that a metric of its kind cannot have is a fault; NaN is none', () => {
    expect(faults({ f1: [{ epoch: 1, value: 1.2, line: 7 }] })).toEqual([
      'arithmetic impossible 7: epoch 1: f1 is 1.2, and a share is from 0 to 1',
    ]);
    expect(faults({ val_loss: [{ epoch: 1, value: -0.5, line: 3 }] })).toEqual([
      'arithmetic impossible 3: epoch 1: val_loss is -0.5, and a loss is from 0 on',
    ]);
    expect(faults({ val_loss: [{ epoch: 1, value: NaN }] })).toEqual([]);
  });

  test('conditions are in its order, whatever the log’s is', () => {
    const of = (conditions: Conditions): string =>
      Object.keys(ofStudy(run(1, { conditions }), STUDY).conditions).join();
    expect([of({ lr: 0.1, depth: 2 }), of({ depth: 2, lr: 0.1 }), of({ lr: 1 })]).toEqual([
      'depth,lr',
      'depth,lr',
      'lr',
    ]);
  });
});

describe('two logs', () => {
  const compare = (a: Run, b: Run): Comparison =>
    compareRuns({ run: a }, { run: b }, { study: STUDY, bands });
  const other = (changes: Partial<Run>): Run => run(1, { seed: undefined, ...changes });

  test('nothing that says that their seeds differ: they have to agree', () => {
    expect(compare(other({}), other({}))).toMatchObject({ verdict: 'pass', tier: 'as printed' });
    expect(compare(other({}), run(2))).toMatchObject({
      verdict: 'fail',
      firstDivergence: { place: 'epoch 1: val_loss' },
    });
  });

  test('two seeds: by bands', () => {
    const { tier, verdict, reason } = compare(run(1, { seed: 1 }), run(2, { seed: 2 }));
    expect([tier, verdict]).toEqual(['statistical', 'pass']);
    expect(reason).toMatch(
      /^another seed \(1, 2\): only bands can judge them; both lie in one band: depth 2, lr 0\.1: band of 12 runs, .*; \d\.\d\d times as wide, for 2 runs at once; judged: 6 numbers of val_loss and f1$/,
    );
  });

  test('two settings are not one experiment', () => {
    expect(compare(run(1), other({ conditions: { depth: 3, lr: 0.1 } }))).toMatchObject({
      verdict: 'fail',
      firstDivergence: { place: 'depth', a: { value: '2' }, b: { value: '3' } },
    });
    expect(compare(run(1), other({ conditions: { lr: 0.1 } })).verdict).toBe('pass');
  });

  test('a number that both state of their training, and not alike: never a pass, and no guess at the cause', () => {
    const stating = (settings: Conditions, seed?: number): Run => other({ seed, stated: { settings } });
    expect(
      compare(stating({ lr_decay: 0.1, host: 'a' }), stating({ lr_decay: 0.11, host: 'b' })),
    ).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/; they state another lr_decay \(0\.1, 0\.11\)$/) as string,
    });
    expect(compare(stating({ lr_decay: 0.1 }, 1), stating({ lr_decay: 0.11 }, 2)).verdict).toBe(
      'inconclusive',
    );
    expect(compare(stating({ lr_decay: 0.1 }), stating({ lr_decay: 0.1, width: 3 })).verdict).toBe('pass');
    const differing = compare(stating({ lr_decay: 0.1 }), {
      ...run(2),
      seed: undefined,
      stated: { settings: { lr_decay: 1 } },
    });
    expect(differing).toMatchObject({
      verdict: 'fail',
      reason: expect.stringContaining('another lr_decay') as string,
    });
    expect(differing.triage).toBeUndefined();
  });

  test('a metric that neither has is said; where they have none at all, nothing is judged', () => {
    const { val_loss } = run(1).series;
    const without = other({ series: { val_loss } });
    expect(compare(without, without)).toMatchObject({
      verdict: 'pass',
      reason: 'no tolerance is given: numbers must print the same; neither has f1',
    });
    expect(compare(without, other({})).verdict).toBe('fail');
    const empty = other({ series: {} });
    expect(compare(empty, empty)).toMatchObject({ verdict: 'no-reference' });
  });

  test('two without a common metric are not compared', () => {
    const { val_loss, f1 } = run(1).series;
    const compared = compare(other({ series: { val_loss } }), other({ series: { f1 } }));
    expect(compared).toEqual({
      verdict: 'no-reference',
      reason: expect.stringMatching(
        /^no metric of the study is in both: A has val_loss, B has f1; /,
      ) as string,
      equalEntries: 0,
    });
  });

  test('of step 0, the first number shows another start', () => {
    const metrics: Metric[] = [{ name: 'loss', kind: 'loss', better: 'lower', per: 'step', decimals: 4 }];
    const of = (first: number, step = 0): Run =>
      other({ series: { loss: [first, 0.1].map((value, i) => ({ epoch: 1, step: step + i, value })) } });
    const judged = (a: Run, b: Run): Comparison =>
      compareRuns({ run: a }, { run: b }, { study: { ...STUDY, metrics } });
    expect(judged(of(2), of(2.1))).toMatchObject({ tier: 'statistical', verdict: 'no-reference' });
    expect(judged(of(2, 5), of(2.1, 5))).toMatchObject({ tier: 'as printed', verdict: 'fail' });
  });
});
