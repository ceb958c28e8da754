import type { Arithmetic, OptimizerSpec } from '../../experiment/types';
import { adamScalars, rmspropScalars } from '../optimizer';

/** The scalars of an optimizer's step, in the order in which its kernel reads them. */
export function optimizerScalars(
  optimizer: OptimizerSpec,
  stepCount: number,
  lr: number,
  arithmetic?: Arithmetic,
): number[] {
  switch (optimizer.type) {
    case 'Adam':
      return Object.values({ ...adamScalars(optimizer, stepCount, lr, arithmetic) });
    case 'SGD':
      return [optimizer.momentum, -lr];
    case 'RMSprop':
      return Object.values({ ...rmspropScalars(optimizer, lr) });
  }
}
