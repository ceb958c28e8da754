export { barrier, claimTask } from './threads';
export { packWeights, packTransposed } from './pack';
export { importInput, flatten, unflatten } from './layout';
export { conv2d, conv2dPooled, conv2dGradWeight, conv2dGradInput } from './conv2d';
export { setScratch } from './scratch';
export { collectInput, collectGradient, collectPooledGradient } from './collect';
export { maxPool2d, maxPool2dGradInput } from './maxPool2d';
export { linear, linearCollect, linearGradients } from './linear';
export { relu, reluGradInput } from './relu';
export { dropout } from './dropout';
export { adam, rmsprop, sgd } from './optimizer';
export { peak } from './peak';
// Exported so that the compiler does not inline them: see accumulate.ts.
export {
  accumulate4,
  accumulate8,
  sumProducts4,
  sumProducts8,
  sumProducts12,
  sumTerms4,
  sumTerms8,
} from './accumulate';
export {
  adamChain,
  chainGradBias,
  convChain,
  convChainGradInput,
  convChainGradWeight,
  linearChain,
  linearChainGradients,
  packBackwardChains,
  packChains,
} from './fusedChain';
