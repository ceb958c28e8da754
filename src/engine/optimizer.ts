import type { AdamSpec, Arithmetic, RmspropSpec } from '../experiment/types';
import { power as nearestPower } from './doubleDouble';

/** The scalars of one Adam step, as float32, computed in float64 as `torch.optim.Adam` does in Python. */
export interface AdamScalars {
  readonly beta1: number;
  readonly oneMinusBeta1: number;
  readonly beta2: number;
  readonly oneMinusBeta2: number;
  /** −lr / (1 − beta1^t) */
  readonly negativeStepSize: number;
  /** √(1 − beta2^t) */
  readonly sqrtBiasCorrection2: number;
  readonly eps: number;
}

/**
 * @param stepCount t, the number of this step, from 1. The powers of the betas are running products (`**` differs between JavaScript
 *   engines), of `fused-chain` the nearest float64, as Python's `**` gives them.
 */
export function adamScalars(
  spec: AdamSpec,
  stepCount: number,
  lr: number,
  arithmetic: Arithmetic = 'assay',
): AdamScalars {
  const [beta1, beta2] = spec.betas;
  const power = arithmetic === 'assay' ? runningProduct : nearestPower;
  return {
    beta1: Math.fround(beta1),
    oneMinusBeta1: Math.fround(1 - beta1),
    beta2: Math.fround(beta2),
    oneMinusBeta2: Math.fround(1 - beta2),
    negativeStepSize: Math.fround(-lr / (1 - power(beta1, stepCount))),
    sqrtBiasCorrection2: Math.fround(Math.sqrt(1 - power(beta2, stepCount))),
    eps: Math.fround(spec.eps),
  };
}

/** The scalars of one step of RMSprop, as float32, computed in float64 as `torch.optim.RMSprop` does in Python. */
export interface RmspropScalars {
  readonly alpha: number;
  readonly oneMinusAlpha: number;
  readonly eps: number;
  readonly negativeLr: number;
}

export function rmspropScalars({ alpha, eps }: RmspropSpec, lr: number): RmspropScalars {
  return {
    alpha: Math.fround(alpha),
    oneMinusAlpha: Math.fround(1 - alpha),
    eps: Math.fround(eps),
    negativeLr: Math.fround(-lr),
  };
}

function runningProduct(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}
