/**
 * `assay/checkpoint`: reads and writes the files that PyTorch and safetensors keep weights in. Nothing in a file is executed; every byte is
 * checked against the format, and against limits, before it counts.
 */

export { AssayError, type ErrorCode, type ErrorFacts } from '../base/errors';
export { readStateDict, stateDictOfBytes, type StateDict } from '../pytorch/checkpoint/read';
export { valuesOf, type StoredTensor } from '../pytorch/checkpoint/tensor';
export { pthOf } from '../pytorch/checkpoint/pth/write';
export { encodeSafetensors, type Tensor } from '../pytorch/checkpoint/safetensors/write';
