import { Option } from '@commander-js/extra-typings';
import { AssayError } from '../base/errors';
import { valueOf } from '../logs/heading';
import type { Conditions } from '../run/run';
import type { Study } from '../study/types';

/** `--condition lr=0.001`, as often as there are conditions. */
export const conditionOption = new Option(
  '--condition <name=value...>',
  'a condition of the runs that they do not state, such as lr=0.001 (default: those of the band that fits best)',
);

/**
 * What was given, by the study's conditions.
 *
 * @throws AssayError `usage`
 */
export function parseConditions(
  given: readonly string[],
  { conditions }: Pick<Study, 'conditions'>,
): Conditions {
  const values = given.map((text) => {
    const [name, ...rest] = text.split('=');
    const condition = conditions.find((condition) => condition.name === name);
    const value = condition && valueOf(rest.join('='), condition);
    if (condition !== undefined && rest.length > 0 && value !== undefined) return [name, value] as const;
    throw new AssayError('usage', {
      what: '--condition has no valid value',
      expected:
        conditions.length === 0
          ? 'none, as the study has no conditions'
          : conditions.map(({ name }) => `${name}=…`).join(' or '),
      got: `'${text}'`,
    });
  });
  return Object.fromEntries(values);
}
