import { sha256Of } from '../../base/sha256';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { readFileOrFail } from '../../base/files';
import { invalid, refused } from './fault';
import { isPth, readPth } from './pth/read';
import { isSafetensors, readSafetensors } from './safetensors/read';
import { contiguousStride, type StoredTensor } from './tensor';

/** A model's tensors by their names, from a file. */
export interface StateDict {
  /** The file's name, without its folder. */
  readonly name: string;
  /** Of the file. */
  readonly sha256: string;
  readonly tensors: readonly StoredTensor[];
}

/** Of which a model here is a small part; it also keeps every number of a file within 32 bits. */
const MOST_BYTES = 2 ** 30;

/**
 * Reads a file that `torch.save` or safetensors wrote. Which of the two, its bytes say and not its name.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`; `checkpoint-invalid` when the file is damaged; `checkpoint-refused` when it asks for what is
 *   not done here, above all to run something.
 */
export async function readStateDict(path: string): Promise<StateDict> {
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0, // reading will say why
  );
  if (size > MOST_BYTES) {
    throw refused(path, {
      what: 'the file is too large',
      expected: `at most ${MOST_BYTES} bytes`,
      got: `${size} bytes`,
    });
  }
  const bytes = await readFileOrFail(path);
  const sha256 = sha256Of(bytes);
  return { name: basename(path), sha256, tensors: stateDictOfBytes(bytes, path) };
}

/** The same of a file's bytes; the tensors' are views into them. */
export function stateDictOfBytes(bytes: Buffer, where: string): StoredTensor[] {
  if (isPth(bytes)) return readPth(bytes, where);
  if (isSafetensors(bytes)) {
    return readSafetensors(bytes, where).tensors.map(({ dtype, shape, ...tensor }) => ({
      ...tensor,
      shape,
      dtype: FLOATING_TYPES[dtype] ?? dtype,
      offset: 0,
      stride: contiguousStride(shape),
    }));
  }
  throw invalid(where, {
    what: 'neither a file that torch.save wrote nor one in the safetensors format',
    got:
      bytes.length === 0
        ? 'an empty file'
        : `a file that begins with ${bytes.subarray(0, 4).toString('hex')}`,
  });
}

/** PyTorch's names of the types that parameters have. */
const FLOATING_TYPES: Readonly<Record<string, string>> = {
  F16: 'float16',
  BF16: 'bfloat16',
  F32: 'float32',
  F64: 'float64',
};
