import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { LAST_BITS, triage, type Triage } from '../../src/judge/compare/triage';
import type { Run } from '../../src/run/run';
import type { Metric } from '../../src/study/types';
import { EXPERIMENT, runsIn, STUDY } from './ourStudy';

const TORCH = join(__dirname, '../../fixtures/torch');
const { batchSize } = EXPERIMENT.training;

interface Recorded {
  readonly losses: readonly (number | string)[];
  readonly lossesWithoutMkldnn: readonly (number | string)[];
}

function read<T>(path: string): T {
  return JSON.parse(readFileSync(join(TORCH, path), 'utf8')) as T;
}

function runOfLosses(losses: readonly (number | string)[], decimals?: number): Pick<Run, 'series'> {
  const loss = losses.map((value, step) => ({
    ...{ epoch: 1, step: step * batchSize },
    ...(decimals === undefined
      ? { value: Number(value) }
      : { value: Number(Number(value).toFixed(decimals)), decimals }),
  }));
  return { series: { loss } };
}

function looks(
  a: readonly (number | string)[],
  b: readonly (number | string)[],
  decimals?: number,
): Triage['looksLike'] | undefined {
  return triage(runOfLosses(a, decimals), runOfLosses(b, decimals), STUDY.metrics, batchSize)?.looksLike;
}

/** PyTorch's two convolutions: the same training, rounded otherwise. */
const streams = ['debian-1.13', 'wheel-2.15', 'wheel-2.6'].flatMap(
  (build) => read<{ runs: Recorded[] }>(`streams/${build}.json`).runs,
);
const oracle = [0.0001, 0.001, 0.01].flatMap((lr) =>
  [1, 2, 3].map((seed): Recorded => {
    const of = (steps: string): string[] =>
      read<{ losses: string[] }>(`oracle/lr${lr}_seed${seed}.${steps}.json`).losses;
    return { losses: of('steps'), lossesWithoutMkldnn: of('no-mkldnn.steps') };
  }),
);

test("PyTorch's two convolutions part by rounding, in 200 steps at full precision and as a log prints them", () => {
  for (const { losses, lossesWithoutMkldnn } of oracle) {
    expect(losses).toHaveLength(200);
    for (const decimals of [undefined, 6])
      expect(looks(losses, lossesWithoutMkldnn, decimals) ?? 'rounding').toBe('rounding');
  }
});

test('rounding is taken for a change in none of 69 pairs', () => {
  const found = [...streams, ...oracle].map(({ losses, lossesWithoutMkldnn }) =>
    looks(losses, lossesWithoutMkldnn),
  );
  expect(found).toHaveLength(69);
  expect(found).not.toContain('change');
  // Nothing better can be said of those that part by more than the last bits with the first update, and of those that leap and end before it grows.
  expect(found.filter((look) => look === 'unclear').length).toBeLessThanOrEqual(12);
});

describe('a change is one', () => {
  const [{ losses }] = oracle;
  const numbers = losses.map(Number);

  test('from the start: another seed', () => {
    expect(
      triage(runOfLosses(losses), runOfLosses(oracle[1].losses), STUDY.metrics, batchSize),
    ).toMatchObject({
      looksLike: 'change',
      reason: expect.stringMatching(
        /^they differ from the start, before any update \(relative difference /,
      ) as string,
    });
  });

  test('at one step, in the middle of 200', () => {
    const changed = numbers.map((loss, step) => (step >= 100 ? 1.02 * loss : loss));
    const found = triage(runOfLosses(changed), runOfLosses(numbers), STUDY.metrics, batchSize);
    expect(found?.looksLike).toBe('change');
    expect(found?.reason).toMatch(
      /^they agree up to epoch 1, 6336 samples seen; relative difference 2\.0e-2 at epoch 1, 6400 /,
    );
    expect(found?.distances[0]).toEqual({ place: 'epoch 1, 6336 samples seen', relative: 0 });
  });

  test('that is small and stays as small is not said to be rounding, and one that grows later neither', () => {
    const constant = numbers.map((loss, step) => (step >= 5 ? 1.004 * loss : loss));
    const found = triage(
      runOfLosses(constant.slice(0, 40)),
      runOfLosses(numbers.slice(0, 40)),
      STUDY.metrics,
      batchSize,
    );
    expect(found).toMatchObject({
      looksLike: 'unclear',
      reason: expect.stringContaining('it does not grow from there') as string,
    });
    const places = [1, 101, 201].map((step) => ({ epoch: 1, step: step * batchSize }));
    const later = (...values: number[]): Pick<Run, 'series'> => ({
      series: { loss: places.map((place, i) => ({ ...place, value: values[i] })) },
    });
    const apart = triage(later(0.5, 0.4016, 0.42), later(0.5, 0.4, 0.4), STUDY.metrics, batchSize);
    expect(apart?.looksLike).toBe('unclear');
    // Farther than rounding leaps at once, though within what it could grow to in three steps.
    const near = ([1, 4, 5] as const).map((step) => ({ epoch: 1, step: step * batchSize }));
    const told = (...values: number[]): Pick<Run, 'series'> => ({
      series: { loss: near.map((place, i) => ({ ...place, value: values[i] })) },
    });
    const far = triage(told(0.5, 0.406, 0.5), told(0.5, 0.4, 0.4), STUDY.metrics, batchSize);
    expect(far?.looksLike).toBe('unclear');
  });

  test('that stands between two distant lines is either', () => {
    const sparse = (values: readonly number[]): Pick<Run, 'series'> => ({
      series: {
        loss: values.map((value, i) => ({ epoch: 1, step: 100 * batchSize * i, value, decimals: 6 })),
      },
    });
    const [a, b] = [sparse([2.3, 0.5, 0.4, 0.3]), sparse([2.3, 0.55, 0.44, 0.33])];
    expect(triage(a, b, STUDY.metrics, batchSize)).toMatchObject({
      looksLike: 'unclear',
      reason: expect.stringContaining('within the 100 steps between') as string,
    });
    // Of ten steps, rounding that leaps at once makes so much.
    expect(triage(a, b, STUDY.metrics, 100 * batchSize)?.looksLike).toBe('change');
  });
});

describe('of PyTorch’s logs', () => {
  const FOLDER = join(TORCH, 'paired');
  const logOf = (file: string): Run => runsIn(readFileSync(join(FOLDER, file), 'utf8'))[0];
  const faulty = (length: RegExp): string[] =>
    readdirSync(FOLDER).filter((file) => /^[a-z]/.test(file) && length.test(file) && !file.startsWith('lr0'));
  const lookOf = (file: string): Triage['looksLike'] | undefined => {
    const sound = file.replace(/^.*?_(?=lr0)/, '');
    return triage(logOf(file), logOf(sound), STUDY.metrics, batchSize)?.looksLike;
  };

  test('the first 20 steps with a fault are changed', () => {
    const looks = faulty(/_steps\.log$/).map((file) => [file, lookOf(file)] as const);
    expect(looks.length).toBeGreaterThanOrEqual(18);
    for (const [file, look] of looks)
      // A decay of a hundred-thousandth a step is as small as rounding.
      if (!file.startsWith('adamw')) expect([file, look]).toEqual([file, 'change']);
  });

  test('an epoch of which every 100th step is told is not said to be rounding', () => {
    const looks = faulty(/seed\d+\.log$/).map((file) => lookOf(file));
    expect(looks.length).toBeGreaterThanOrEqual(3);
    expect(looks).not.toContain('rounding');
  });
});

describe('printed numbers', () => {
  const metric: Metric = { name: 'loss', kind: 'loss', better: 'lower', per: 'step', decimals: 6 };
  const printed = (values: readonly number[], decimals: number): Pick<Run, 'series'> => ({
    series: { loss: values.map((value, step) => ({ step, value, decimals })) },
  });
  const triaged = (
    a: readonly number[],
    b: readonly number[],
    decimals: number,
    of = metric,
  ): Triage | undefined => triage(printed(a, decimals), printed(b, decimals), [of], undefined);

  test('a unit of the last digit is told as that, and what does not grow is not said to grow', () => {
    const a = [0.285123, 0.476623, 0.385138, 0.262231, 0.399549, 0.948981, 0.160109, 0.798067];
    const found = triaged(
      a,
      [0.285123, 0.476622, 0.385138, 0.262231, 0.399551, 0.94898, 0.160108, 0.798067],
      6,
    );
    expect(found?.reason).toMatch(
      /^they agree but for the last digits up to step 3; relative difference 2\.5e-6 at step 4, and it does not grow from there: rounding was seen to leap as far, and a small change looks the same$/,
    );
    expect(found?.distances.map(({ relative, isLastDigit }) => [relative > 0, isLastDigit ?? false])).toEqual(
      [
        [false, false],
        [true, false],
        [false, true],
        [false, true],
        [false, false],
      ],
    );
  });

  test('apart by the last digit alone: too few digits to tell', () => {
    expect(triaged([0.13, 0.09, 0.08], [0.13, 0.09, 0.09], 2)).toMatchObject({
      looksLike: 'unclear',
      reason: 'loss nowhere differs by more than its last printed digit: more digits would decide it',
      distances: [{ relative: 0 }, { relative: 0, isLastDigit: true }],
    });
  });

  test('apart from the first number on, after training: what made it is not guessed', () => {
    const perEpoch: Metric = { ...metric, per: 'epoch' };
    const found = triaged([0.13, 0.09], [0.75, 0.73], 2, perEpoch);
    expect(found?.looksLike).toBe('unclear');
    expect(found?.reason).toMatch(
      /^the first number of loss differs already \(relative difference 8\.2e-1\)/,
    );
    expect(found?.reason).not.toMatch(/rounding/);
  });
});

test('what is equal, or within the last bits, is told so', () => {
  const { losses } = oracle[0];
  expect(looks(losses, losses)).toBeUndefined();
  const near = losses.map((loss) => Number(loss) * (1 + LAST_BITS / 2));
  expect(looks(losses, near)).toBe('rounding');
  expect(looks(losses.with(3, 'NaN'), losses)).toBe('change');
  expect(looks(losses.with(3, 'NaN'), losses.with(3, 'NaN'))).toBeUndefined();
});
