import { inferencesOf } from '../../src/audit/inferences';
import type { Inference } from '../../src/audit/types';
import { EXPERIMENT, STUDY } from '../judge/ourStudy';
import { readText, REPORT } from './judgedDocument';

/** Each inference with documents for which it must not be drawn. */

const CROSS_ENTROPY = /^a first loss like that of cross-entropy over 10 classes/;
const RANDOM_NUMBERS = /^no two runs began with the same random numbers/;

function inferred(change: (text: string) => string = (text) => text): Inference[] {
  const { document, runs } = readText(change(REPORT));
  return inferencesOf(document.lines, runs, STUDY, EXPERIMENT);
}

function find(what: RegExp, change?: (text: string) => string): Inference | undefined {
  return inferred(change).find((inference) => what.test(inference.what));
}

/** The report with the numbers of two lines in each other's place. */
const replacing =
  (...pairs: readonly (readonly [string, string])[]) =>
  (text: string): string =>
    pairs.reduce((text, [from, to]) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    }, text);

const FIRSTS = ['2.306080', '2.329343', '2.310461'] as const;

test('what the report implies', () => {
  expect(find(CROSS_ENTROPY)).toMatchObject({
    because: expect.stringContaining(
      '2.306080, 2.329343 and 2.310461, are within 2 % of ln 10 = 2.302585',
    ) as string,
    lines: [18, 118, 217],
  });
  expect(find(RANDOM_NUMBERS)).toMatchObject({
    because: expect.stringContaining('it is 2.306080, 2.329343 and 2.310461') as string,
    lines: [18, 118, 217],
  });
});

describe('the batch size', () => {
  const BATCHES = /^batches of/;

  /** Every batch of 7 of 100 images. */
  const OF_7 = Array.from(
    { length: 15 },
    (_, i) => `Train Epoch: 1 [${7 * i}/100 (${((100 * i) / 15).toFixed(2)}%)]\tLoss: 2.3\n`,
  ).join('');

  test('is not one of many that fit', () => {
    expect(find(BATCHES)?.what).toBe(
      "batches of 20 sizes from 1 to 800 samples; the experiment's 64 is among them",
    );
  });

  test('is one where only one fits', () => {
    expect(find(BATCHES, () => OF_7)?.what).toBe('batches of 7 samples');
  });

  test('is not said where no line is after the first batch, or runs differ', () => {
    expect(find(BATCHES, (text) => text.replace(/^Train Epoch: \d+ \[[^0].*\n/gm, ''))).toBeUndefined();
    expect(find(BATCHES, (text) => `${text}\n## LR = 0.5\n${OF_7}`)).toBeUndefined();
  });
});

describe('that a model begins as one that guesses does not follow', () => {
  test.each([
    ['a first loss that is lower: the model had learned', replacing([FIRSTS[0], '0.306080'])],
    [
      'a first loss that is higher: over more classes, or of another kind',
      replacing([FIRSTS[1], '4.605170']),
    ],
    ['a first loss that is no number', replacing([FIRSTS[2], 'nan'])],
    ['a log that begins later', (text: string) => text.replace(/^Train Epoch: 1 \[0\/.*\n/gm, '')],
  ])('from %s', (_, change) => {
    expect(find(CROSS_ENTROPY, change)).toBeUndefined();
  });

  test('for other numbers of classes', () => {
    const { document, runs } = readText(REPORT);
    const of100 = { ...STUDY, chance: { ...STUDY.chance, classes: 100 } };
    expect(
      inferencesOf(document.lines, runs, of100, EXPERIMENT)
        .map(({ what }) => what)
        .join(),
    ).not.toContain('cross-entropy');
  });
});

describe('that runs began with other random numbers does not follow', () => {
  test.each([
    ['two runs of one first loss', replacing([FIRSTS[1], FIRSTS[2]])],
    ['first losses that rounding tells apart', replacing([FIRSTS[1], '2.310462'])],
    ['a first loss that is no number', replacing([FIRSTS[1], 'nan'])],
    ['one run', (text: string) => text.slice(0, text.indexOf('## LR = 0.001\n'))],
    [
      'another model: the same random numbers make other weights',
      (text: string) =>
        text.replace('Conv2d(32, 64, kernel_size=(3, 3)', 'Conv2d(32, 96, kernel_size=(3, 3)'),
    ],
    [
      'another device: it has a generator of its own',
      (text: string) => text.replace('Using device: cpu', 'Using device: cuda'),
    ],
    ['another data set', (text: string) => text.replace('Loading MNIST', 'Loading FashionMNIST')],
    [
      'another number of images: another order of them',
      (text: string) => text.replace('[0/60000 (0%)]   Loss: 2.306080', '[0/50000 (0%)]   Loss: 2.306080'),
    ],
  ])('from %s', (_, change) => {
    expect(find(RANDOM_NUMBERS, change)).toBeUndefined();
  });
});

test('of a study that does not say what a guess is, nothing is inferred from first losses', () => {
  const { document, runs } = readText(REPORT);
  const inferences = inferencesOf(document.lines, runs, { ...STUDY, chance: undefined }, undefined);
  expect(inferences.map(({ what }) => what)).toEqual(['batches of 20 sizes from 1 to 800 samples']);
});

test('nothing is inferred about the optimizer: SGD with another momentum comes as far', () => {
  expect(
    inferred()
      .map(({ what }) => what)
      .join(),
  ).not.toMatch(/adaptive|Adam/);
});
