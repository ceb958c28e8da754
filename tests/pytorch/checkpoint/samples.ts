import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pthOf } from '../../../src/pytorch/checkpoint/pth/write';
import { encodeSafetensors, type Tensor } from '../../../src/pytorch/checkpoint/safetensors/write';
import type { NamedTensor } from '../../../src/engine/engine';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { parseExperiment } from '../../../src/experiment/load';
import { layersOf } from '../../../src/experiment/model';

/** Files that PyTorch and the safetensors package were given to read (`fixtures/torch/checkpoints/record_ours.py`). */

const SPEC = join(__dirname, '../../../spec/lr-experiment/experiment.json');
const { model, data } = parseExperiment(readFileSync(SPEC, 'utf8'), SPEC);
export const digitLayers = layersOf(model, data.inputShape);
export const digits: NamedTensor[] = initialParameters(digitLayers, new Mt19937(1));

const special = Float32Array.of(0, -0, 1, -2.5, 3.4e38, 1e-45, Infinity, -Infinity, 0.1);
const shapes: NamedTensor[] = [
  { name: 'größe "1"\n', shape: [9], data: special },
  { name: '', shape: [3, 1, 3], data: special },
  { name: '__proto__', shape: [1], data: special.subarray(4, 5) },
  { name: 'a.b', shape: [1, 1, 1, 1, 2], data: special.subarray(2, 4) },
];
const types: Tensor[] = [
  ...shapes,
  { name: 'float64', shape: [3], data: Float64Array.of(0.1, 1e300, -0) },
  { name: 'uint32', shape: [2], data: Uint32Array.of(0, 4294967295) },
  { name: 'uint8', shape: [0, 7], data: new Uint8Array() },
];

export const samples: Readonly<
  Record<string, { readonly bytes: Buffer; readonly tensors: readonly Tensor[] }>
> = {
  'digits.pth': { bytes: Buffer.from(pthOf(digits, 'digits')), tensors: digits },
  'shapes.pth': { bytes: Buffer.from(pthOf(shapes, 'any name')), tensors: shapes },
  'digits.safetensors': { bytes: Buffer.from(encodeSafetensors(digits)), tensors: digits },
  'types.safetensors': {
    bytes: Buffer.from(encodeSafetensors(types, { format: 'any "format"', größe: '\u0000 😀' })),
    tensors: types,
  },
};
