import { AssayError } from '../base/errors';
import type { Conditions } from '../run/run';
import type { Study } from '../study/types';

/**
 * The words of the command that trains one run. No shell sees them: a value is part of one word, whatever stands in it.
 *
 * @param out the folder of the run
 * @throws AssayError `study-invalid` for a name in braces that stands for nothing, or a quote that does not end
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
  return wordsOf(template).map((word) =>
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

/** A run of each setting of the conditions with each seed. */
export function trainerRuns(
  { conditions }: Pick<Study, 'conditions'>,
  seeds: readonly number[],
): TrainerRun[] {
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
  return settings.flatMap((setting) =>
    seeds.map((seed) => ({
      conditions: setting,
      seed,
      name: [...Object.entries(setting).map(([name, value]) => `${name}${value}`), `seed${seed}`].join('-'),
    })),
  );
}
