import type { Arithmetic } from '../experiment/types';
import * as assay from './crossEntropy';
import * as fusedChain from './fusedChainLoss';

type Loss = Pick<typeof assay, 'crossEntropy' | 'crossEntropyPerSample'>;

const LOSSES: Readonly<Record<Arithmetic, Loss>> = { assay, 'fused-chain': fusedChain };

/** Mean cross-entropy of a batch with its gradient, and that of each sample, by an experiment's arithmetic. */
export function lossOf(arithmetic: Arithmetic = 'assay'): Loss {
  return LOSSES[arithmetic];
}
