export { barrier, claimTask } from './threads';
export { packWeights, packTransposed } from './pack';
export { importInput, flatten, unflatten } from './layout';
export { conv2d, conv2dPooled, conv2dGradWeight, conv2dGradInput } from './conv2d';
export { setScratch } from './scratch';
export { collectInput, collectGradient, collectPooledGradient } from './collect';
export { maxPool2d, maxPool2dGradInput } from './maxPool2d';
export { linear, linearCollect, linearGradients } from './linear';
export { sumGradients, sumPooledGradients, sumThreeRows, addSampleSums } from './sampleSums';
export { relu, reluGradInput } from './relu';
export { dropout } from './dropout';
export { adam, rmsprop, sgd } from './optimizer';
export { peak } from './peak';
export { windowOfPixels, windowOfTaps } from './windows';
// Exported so that the compiler does not inline them: see accumulate.ts.
export { sumProducts4, sumProducts8, sumProducts12, sumTerms4, sumTerms8 } from './accumulate';
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
