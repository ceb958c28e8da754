import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { parametersFrom } from '../../../src/pytorch/checkpoint/parameters';
import { pthOf } from '../../../src/pytorch/checkpoint/pth/write';
import { stateDictOfBytes } from '../../../src/pytorch/checkpoint/read';
import { encodeSafetensors } from '../../../src/pytorch/checkpoint/safetensors/write';
import { valuesOf } from '../../../src/pytorch/checkpoint/tensor';
import type { NamedTensor } from '../../../src/engine/engine';
import { sizeOf } from '../../../src/experiment/model';
import { digitLayers, digits, samples } from './samples';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

interface Recorded {
  readonly files: Record<
    string,
    { readonly sha256: string; readonly tensors: Record<string, { shape: number[]; sha256: string }> }
  >;
}

describe.each(['torch-1.13', 'torch-2.15'])('%s read', (version) => {
  const path = join(__dirname, `../../../fixtures/torch/checkpoints/ours-${version}.json`);
  const { files } = JSON.parse(readFileSync(path, 'utf8')) as Recorded;

  test.each(Object.keys(files))('%s as it is written now, and its tensors', (name) => {
    const { bytes, tensors } = samples[name];
    expect(sha256(bytes)).toBe(files[name].sha256);
    expect(
      Object.entries(files[name].tensors)
        .map(([key, tensor]) => [key, tensor.shape, tensor.sha256])
        .sort(),
    ).toEqual(
      tensors
        .map(({ name: key, shape, data }) => [
          key,
          shape,
          sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
        ])
        .sort(),
    );
  });
});

test('PyTorch 2.15 read every sample', () => {
  const path = join(__dirname, '../../../fixtures/torch/checkpoints/ours-torch-2.15.json');
  expect(Object.keys((JSON.parse(readFileSync(path, 'utf8')) as Recorded).files)).toEqual(
    Object.keys(samples).sort(),
  );
});

test.each(['digits.pth', 'digits.safetensors'])('%s: the parameters come back', (name) => {
  expect(parametersFrom(stateDictOfBytes(samples[name].bytes, name), digitLayers, name)).toEqual(digits);
});

const tensors = fc.uniqueArray(
  fc
    .record({
      name: fc.string({ unit: 'binary' }),
      shape: fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
    })
    .chain(({ name, shape }): fc.Arbitrary<NamedTensor> => {
      const size = sizeOf(shape);
      return fc.float32Array({ minLength: size, maxLength: size }).map((data) => ({ name, shape, data }));
    }),
  { selector: ({ name }) => name, minLength: 1, maxLength: 5 },
);

property.prop([tensors])('any tensors come back from both formats', (written) => {
  const file = written.filter(({ name }) => name !== '__metadata__');
  for (const bytes of [pthOf(written, 'a'), encodeSafetensors(file)]) {
    const back = stateDictOfBytes(Buffer.from(bytes), 'it');
    expect(
      back
        .map((tensor) => ({ name: tensor.name, shape: tensor.shape, data: valuesOf(tensor, 'it') }))
        .sort(byName),
    ).toEqual((bytes[0] === 0x50 ? written : file).slice().sort(byName));
  }
});

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}
