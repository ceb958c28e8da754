import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSafetensors } from '../../../src/pytorch/checkpoint/safetensors/read';
import { stateDictOfBytes } from '../../../src/pytorch/checkpoint/read';
import { valuesOf, type StoredTensor } from '../../../src/pytorch/checkpoint/tensor';
import { refusal } from '../../refusal';

/** Files that PyTorch and the safetensors package wrote, and what they read from them (recorded by the scripts beside them). */
const FOLDER = join(__dirname, '../../../fixtures/torch/checkpoints');

interface RecordedTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** float32, in base64 */
  readonly values: string;
}
type RecordedFiles = Record<string, Record<string, RecordedTensor> | null>;

const recorded = <T>(name: string): T => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as T;
const floats = (base64: string): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(base64, 'base64')).buffer);

/** What is refused, and by which name. */
const REFUSED: Record<string, RegExp> = {
  expanded: /overlap/,
  module: /asks for "__main__\.Net"/,
  sparse: /asks for "torch\._utils\._rebuild_sparse_tensor"/,
  device: /asks for "torch\.device"/,
  two_models: /more than one state dict/,
  no_tensors: /no state dict/,
  protocol4: /another protocol/,
  script: /compressed/,
};

describe.each([
  ['torch-1.13', 'pth'],
  ['torch-2.15', 'pth'],
  ['safetensors', 'safetensors'],
])('%s', (writer, extension) => {
  const { files } = recorded<{ files: RecordedFiles }>(`${writer}.json`);
  const bytesOf = (name: string): Buffer => readFileSync(join(FOLDER, writer, `${name}.${extension}`));
  const names = readdirSync(join(FOLDER, writer)).map((file) => file.slice(0, -extension.length - 1));

  test('every file is judged', () => {
    expect(names.sort()).toEqual(Object.keys(files).sort());
  });

  test.each(names)('%s', (name) => {
    const file = bytesOf(name);
    if (files[name] !== null) expectValues(stateDictOfBytes(file, name), files[name]);
    else if (name in REFUSED) {
      const error = refusal(() => stateDictOfBytes(file, name));
      expect(error?.code).toBe('checkpoint-refused');
      expect(error?.message).toMatch(REFUSED[name]);
    } else {
      // Read, but of types that no parameter has.
      for (const tensor of stateDictOfBytes(file, name)) {
        const error = refusal(() => valuesOf(tensor, name));
        expect([error?.code, error?.facts.got]).toEqual(['checkpoint-refused', tensor.dtype]);
      }
    }
  });
});

function expectValues(tensors: readonly StoredTensor[], expected: Record<string, RecordedTensor>): void {
  expect(tensors.map(({ name }) => name).sort()).toEqual(Object.keys(expected).sort());
  for (const tensor of tensors) {
    const { dtype, shape, values } = expected[tensor.name];
    expect([tensor.name, tensor.dtype, tensor.shape]).toEqual([tensor.name, dtype, shape]);
    expect(valuesOf(tensor, tensor.name)).toEqual(floats(values)); // −0 is not 0; a NaN is a NaN
  }
}

describe('what safetensors refuses is refused, and what it accepts is read', () => {
  const { cases } = recorded<{ cases: { case: string; bytes: string; error: string | null }[] }>(
    'safetensors-verdicts.json',
  );
  /** Its parser takes the last of two equal keys, and passes over what it does not know. */
  const STRICTER = ['an unknown key', 'a tensor twice', 'metadata with a key twice', 'metadata that is null'];

  test.each(cases.map(({ case: name, bytes, error }) => [name, bytes, error] as const))(
    '%s',
    (name, bytes, error) => {
      const file =
        name === 'nesting'
          ? withHeader(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
          : Buffer.from(bytes, 'base64');
      const isRefused = refusal(() => readSafetensors(file, name)) !== undefined;
      expect(isRefused).toBe(error !== null || STRICTER.includes(name));
    },
  );
});

function withHeader(json: string): Buffer {
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, Buffer.from(json)]);
}

test('safetensors that are cut short: so it says', () => {
  const bytes = readFileSync(join(FOLDER, 'safetensors/float32.safetensors'));
  const error = refusal(() => readSafetensors(bytes.subarray(0, -1), 'cut.safetensors'));
  expect(error?.code).toBe('checkpoint-invalid');
  expect(error?.facts).toMatchObject({
    what: 'the file is cut short',
    where: 'cut.safetensors',
    expected: expect.stringMatching(`^${bytes.length} bytes at least`) as string,
    got: `${bytes.length - 1} bytes`,
  });
});
