import type { Point } from './run';

/**
 * `epoch 3`, `epoch 3, 6400 samples seen`, `step 120`
 *
 * @param steps what steps are counted in; left out, they are steps
 */
export function placeText({ epoch, step }: Pick<Point, 'epoch' | 'step'>, steps?: string): string {
  const inEpoch = step === undefined ? [] : [steps === undefined ? `step ${step}` : `${step} ${steps}`];
  return [...(epoch === undefined ? [] : [`epoch ${epoch}`]), ...inEpoch].join(', ') || 'the run';
}
