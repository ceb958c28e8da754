import type { Point } from '../run/run';
import type { Printed } from './number';

/** Where a number is. */
export type Place = Pick<Point, 'epoch' | 'step'>;

/** Undefined where neither is known. */
export function placeAt(epoch: number | undefined, step: number | undefined): Place | undefined {
  if (step === undefined) return epoch === undefined ? undefined : { epoch };
  return epoch === undefined ? { step } : { epoch, step };
}

/** A number of a line. There are millions of them in a large log: each is made in one step, of no more than it has. */
export function pointAt({ epoch, step }: Place, { value, decimals }: Printed, line: number): Point {
  if (decimals === undefined) {
    if (step === undefined) return epoch === undefined ? { value, line } : { epoch, value, line };
    return epoch === undefined ? { step, value, line } : { epoch, step, value, line };
  }
  if (step === undefined)
    return epoch === undefined ? { value, decimals, line } : { epoch, value, decimals, line };
  return epoch === undefined ? { step, value, decimals, line } : { epoch, step, value, decimals, line };
}
