import { AssayError } from '../base/errors';
import type { Conditions } from '../run/run';
import type { Study } from '../study/types';

/**
 * The words of the command that trains one run. No shell sees them: a value is part of one word, whatever stands in it.
 *
 * @param out the folder of the run
 * @throws AssayError `study-invalid` for a command without `{seed}`, whose runs would be one and the same; for a name in braces that stands
 *   for nothing, a quote that does not end, or a NUL, which no program can be given
 */
export function commandOf(
  template: string,
  { conditions, seed, out }: { readonly conditions: Conditions; readonly seed: number; readonly out: string },
): string[] {
  const values: Readonly<Record<string, string>> = {
    ...Object.fromEntries(Object.entries(conditions).map(([name, value]) => [name, String(value)])),
    seed: String(seed),
    out,
  };
  const words = wordsOf(template);
  if (words.length === 0 || words[0].trim() === '')
    throw invalid('a command without a program', template, {
      expected: 'such as python train.py --seed {seed}',
    });
  if (!words.some((word) => word.includes('{seed}')))
    throw invalid('a command that does not say the seed', template, { expected: '{seed} in it' });
  const command = words.map((word) =>
    word.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
      if (Object.hasOwn(values, name)) return values[name];
      throw invalid('a name in the command that stands for nothing', template, {
        expected: Object.keys(values)
          .map((known) => `{${known}}`)
          .join(', '),
        got: whole,
      });
    }),
  );
  const withNul = command.find((word) => word.includes('\0'));
  if (withNul === undefined) return command;
  throw invalid('a word of the command with a NUL', template, {
    expected: 'words without one',
    got: JSON.stringify(withNul),
  });
}

/** Words with blanks between; quotes keep blanks together. */
function wordsOf(template: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (const letter of template) {
    if (quote !== undefined) {
      if (letter === quote) quote = undefined;
      else word = `${word ?? ''}${letter}`;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = `${word ?? ''}${letter}`;
  }
  if (quote !== undefined)
    throw invalid('a quote in the command that does not end', template, { expected: quote });
  if (word !== undefined) words.push(word);
  return words;
}

function invalid(what: string, template: string, facts: { expected: string; got?: string }): AssayError {
  return new AssayError('study-invalid', { what, where: `trainer, ${template}`, ...facts });
}

/** A run that a study's trainer is to make. */
export interface TrainerRun {
  readonly conditions: Conditions;
  readonly seed: number;
  /** Of its folder: `lr0.01-seed1`. */
  readonly name: string;
}

/**
 * A run of each setting of the conditions with each seed.
 *
 * @throws AssayError `study-invalid` for a condition without values, or two settings whose runs would have one folder
 */
export function trainerRuns(
  { conditions }: Pick<Study, 'conditions'>,
  seeds: readonly number[],
): TrainerRun[] {
  checkCount(conditions, seeds);
  let settings: Conditions[] = [{}];
  for (const { name, values } of conditions) {
    if (values === undefined) {
      throw new AssayError('study-invalid', {
        what: 'a condition whose values are not known',
        where: `conditions, ${name}`,
        expected: 'values, with which the trainer is to be run',
      });
    }
    settings = settings.flatMap((setting) => values.map((value) => ({ ...setting, [name]: value })));
  }
  const taken = new Set<string>();
  return settings.flatMap((setting) =>
    seeds.map((seed) => {
      const parts = [...Object.entries(setting).map(([name, value]) => `${name}${value}`), `seed${seed}`];
      const name = fileNameOf(parts.join('-'));
      if (taken.has(name)) {
        throw new AssayError('study-invalid', {
          what: 'two settings whose runs would be in one folder',
          where: 'conditions',
          expected: 'names and values that are different when they are written one after the other',
          got: name,
        });
      }
      taken.add(name);
      return { conditions: setting, seed, name };
    }),
  );
}

/** As many as there may be seeds. */
const MOST_RUNS = 1_000_000;

/** Before any is made: three conditions of a thousand values each have a thousand million settings. */
function checkCount(conditions: Study['conditions'], seeds: readonly number[]): void {
  const count = conditions.reduce((product, { values = [0] }) => product * values.length, seeds.length);
  if (count <= MOST_RUNS) return;
  throw new AssayError('study-invalid', {
    what: 'too many runs: each setting of the conditions is trained with each seed',
    where: 'conditions',
    expected: `at most ${MOST_RUNS} runs`,
    got: `${count}`,
    hint: 'list fewer values, or give fewer seeds',
  });
}

/** As the name of one folder on any system, whatever stands in a value: `/` is `%2F`. One with a dot in front would be hidden. */
function fileNameOf(text: string): string {
  return text.replace(/^\.|[^A-Za-z0-9._+-]/gu, (letter) =>
    [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
  );
}
