import { parametersFrom } from '../../../src/pytorch/checkpoint/parameters';
import type { StoredTensor } from '../../../src/pytorch/checkpoint/tensor';
import { layersOf } from '../../../src/experiment/model';
import { refusal } from '../../refusal';

const layers = layersOf(
  { name: 'M', modules: [{ name: 'fc', type: 'Linear', inFeatures: 2, outFeatures: 3 }], forward: ['fc'] },
  [2],
);

function tensor(name: string, shape: number[], dtype = 'float32'): StoredTensor {
  const [rows, columns = 1] = shape;
  return {
    name,
    shape,
    dtype,
    bytes: new Uint8Array(4 * rows * columns),
    offset: 0,
    stride: shape.map(() => 1),
  };
}

const weight = tensor('fc.weight', [3, 2]);
const bias = tensor('fc.bias', [3]);
const load = (...tensors: StoredTensor[]): unknown => parametersFrom(tensors, layers, 'm.pth');

test('in the model’s order, whatever the file’s is', () => {
  expect(parametersFrom([bias, weight], layers, 'm.pth').map(({ name }) => name)).toEqual([
    'fc.weight',
    'fc.bias',
  ]);
});

test.each<[string, StoredTensor[], string, string]>([
  ['another shape', [tensor('fc.weight', [2, 3]), bias], 'fc.weight [3, 2]', 'fc.weight [2, 3]'],
  ['another number of dimensions', [weight, tensor('fc.bias', [3, 1])], 'fc.bias [3]', 'fc.bias [3, 1]'],
  ['a missing key', [weight], 'fc.bias [3]', 'no fc.bias'],
  [
    'an unexpected key',
    [weight, bias, tensor('fc2.bias', [1])],
    'nothing but fc.weight, fc.bias',
    'unexpected: "fc2.bias" [1]',
  ],
  [
    'all of them at once',
    [tensor('fc.weight', [1]), tensor('\u001b[2J', [1])],
    'fc.weight [3, 2]; fc.bias [3]; nothing but fc.weight, fc.bias',
    'fc.weight [1]; no fc.bias; unexpected: "\\u001b[2J" [1]',
  ],
])('%s: named, with what was expected', (_, tensors, expected, got) => {
  const error = refusal(() => load(...tensors));
  expect([error?.code, error?.facts.where]).toEqual(['checkpoint-mismatch', 'm.pth']);
  expect([error?.facts.expected, error?.facts.got]).toEqual([expected, got]);
});

test('the prefix of DataParallel is named', () => {
  const error = refusal(() => load(tensor('module.fc.weight', [3, 2]), tensor('module.fc.bias', [3])));
  expect(error?.facts.hint).toContain('"module."');
});

test('a thousand unexpected keys are not all told', () => {
  const error = refusal(() =>
    load(weight, bias, ...Array.from({ length: 1000 }, (_, i) => tensor(`x${i}`, [1]))),
  );
  expect(error?.facts.got).toContain('and 995 more');
});

test('elements that are not floating-point numbers are refused', () => {
  const error = refusal(() => load(tensor('fc.weight', [3, 2], 'int32'), bias));
  expect([error?.code, error?.facts.where, error?.facts.got]).toEqual([
    'checkpoint-refused',
    'm.pth, fc.weight',
    'int32',
  ]);
});
