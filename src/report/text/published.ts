import type { PublishedValue } from '../../audit/claims/published';
import { conditionsText, type Conditions } from '../../run/run';
import type { Parting } from '../../train/parting';
import { PLAIN } from './colours';

/** What was published of a run, line by line, and whether it came out. */
export function publishedText(
  {
    conditions,
    seed,
    values,
    parting,
  }: {
    readonly conditions: Conditions;
    readonly seed: number;
    readonly values: readonly PublishedValue[];
    readonly parting?: Parting & { readonly of: string };
  },
  colours = PLAIN,
): string {
  const width = Math.max(...values.map(({ what }) => what.length));
  const lines = values.flatMap(({ what, published, computed = 'nothing', isAsPublished }) =>
    isAsPublished
      ? [`${what.padEnd(width)}  ${computed}  ${colours.green('as published')}`]
      : [
          `${what.padEnd(width)}  ${computed}  ${colours.red('NOT as published')}`,
          `${''.padEnd(width)}  ${published}  is published`,
        ],
  );
  const where = parting === undefined ? [] : ['', ...partingLines(parting)];
  return `\n## Published and computed, ${conditionsText(conditions)}, seed ${seed}\n\n${[...lines, ...where].join('\n')}\n`;
}

/** Where a training leaves a recorded one. */
export function partingLines({ of, step, tensors }: Parting & { readonly of: string }): string[] {
  if (step === 0) return [`parts from ${of} in the initial weights`];
  const after = `the weights differ first after step ${step}`;
  if (tensors === undefined) {
    return [
      `parts from ${of} in step ${step}: ${after}`,
      `  which tensor of it: unknown, as none of step ${step} were recorded`,
    ];
  }
  const { equal, first, element } = tensors;
  if (first === undefined) {
    return [
      `parts from ${of} in step ${step}: ${after}`,
      `  all ${equal} tensors that were recorded of it are equal`,
    ];
  }
  const where = `${first.name} [${first.shape.join(', ')}]`;
  const lines = [
    `parts from ${of} in step ${step}, in ${where}`,
    `  ${equal} tensors that the step makes before it are equal, and so are the weights after each step before`,
  ];
  if (element !== undefined) {
    const { index, a, b, bits, ulps } = element;
    lines.push(
      `  first in element [${index.join(', ')}]: recorded ${a} (${bits[0]}), computed ${b} (${bits[1]}), ${ulps} ulp apart`,
    );
  }
  return lines;
}
