/** `assay/random`: PyTorch's random stream on the CPU, bit for bit: generator, uniform numbers, permutations, dropout masks, initial weights. */

export { Mt19937, type Mt19937State } from '../pytorch/random/mt19937';
export {
  bernoulliMask,
  bernoulliMaskMkl,
  dropoutMask,
  randomInt64,
  randperm,
  uniform,
} from '../pytorch/random/draws';
export { initialParameters } from '../pytorch/random/init';
