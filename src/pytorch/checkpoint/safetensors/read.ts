import { invalid, quoted, refused, shapeText } from '../fault';
import { elementCount } from '../tensor';
import { parseHeader } from './header';

/** A tensor as the file has it. */
export interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** By the format's name: `F32`. */
  readonly dtype: string;
  /** A view into the file's. */
  readonly bytes: Uint8Array;
}

export interface TensorFile {
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their bytes. */
  readonly tensors: readonly FileTensor[];
}

const LENGTH_BYTES = 8;
const MOST_HEADER_BYTES = 100_000_000;

/** In bits. */
const ITEM_SIZES: Readonly<Record<string, number>> = {
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
  ...{ BOOL: 8, U8: 8, I8: 8, U16: 16, I16: 16, U32: 32, I32: 32, U64: 64, I64: 64 },
  ...{ F16: 16, BF16: 16, F32: 32, F64: 64, C64: 64 },
};

/** Whether the file begins as safetensors do: with the length of a header that begins as JSON's objects do. */
export function isSafetensors(bytes: Buffer): boolean {
  return /^[ \t\n\r]*\{/.test(bytes.toString('latin1', LENGTH_BYTES, LENGTH_BYTES + 16));
}

/**
 * Reads a file in the safetensors format (see {@link encodeSafetensors}), as strictly as the reference implementation: tensors lie one after another
 * from the header to the end, each as long as its shape and type say. Beyond it, no key may stand twice, and no unknown one at all.
 *
 * Source: https://github.com/huggingface/safetensors, safetensors/src/tensor.rs (`read_metadata`, `validate`).
 *
 * @throws AssayError `checkpoint-invalid`; `checkpoint-refused` for a header of more than 100 MB or 65,535 tensors, or a type that the format did not have in 2025.
 */
export function readSafetensors(bytes: Buffer, where: string): TensorFile {
  if (bytes.length < LENGTH_BYTES)
    throw invalid(where, { what: 'the file is too short for a safetensors header' });
  const headerBytes = Number(bytes.readBigUInt64LE());
  if (headerBytes > MOST_HEADER_BYTES) {
    const [expected, got] = [`at most ${MOST_HEADER_BYTES} bytes`, `${headerBytes} bytes`];
    throw refused(where, { what: 'the safetensors header is too long', expected, got });
  }
  const data = bytes.subarray(LENGTH_BYTES + headerBytes);
  const json = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  if (json.length < headerBytes) {
    const [expected, got] = [`${headerBytes} bytes`, `${json.length} bytes`];
    throw invalid(where, { what: 'the file is shorter than its header', expected, got });
  }
  const { metadata, tensors: entries } = parseHeader(json, where);
  let next = 0;
  const byOffset = [...entries].sort(
    ([, a], [, b]) => a.dataOffsets[0] - b.dataOffsets[0] || a.dataOffsets[1] - b.dataOffsets[1],
  );
  const tensors = byOffset.map(([name, { dtype, shape, dataOffsets }]): FileTensor => {
    const place = (): string => `${where}, ${quoted(name)}`;
    const [begin, end] = dataOffsets;
    const size = sizeInBytes(dtype, shape, place);
    if (begin !== next || end !== begin + size) {
      throw invalid(place(), {
        what: 'a tensor does not lie where the one before it ends, and as its shape and type say',
        expected: `data_offsets [${next}, ${next + size}]`,
        got: `[${begin}, ${end}]`,
      });
    }
    if (end > data.length) {
      const expected = `${bytes.length - data.length + end} bytes at least, for ${quoted(name)}`;
      throw invalid(where, { what: 'the file is cut short', expected, got: `${bytes.length} bytes` });
    }
    next = end;
    return { name, shape, dtype, bytes: data.subarray(begin, end) };
  });
  if (next !== data.length) {
    throw invalid(where, {
      what: 'bytes of the file belong to no tensor',
      expected: `${next} bytes of data`,
      got: String(data.length),
    });
  }
  return { metadata, tensors };
}

function sizeInBytes(dtype: string, shape: readonly number[], place: () => string): number {
  const itemSize = Object.hasOwn(ITEM_SIZES, dtype) ? ITEM_SIZES[dtype] : undefined;
  if (itemSize === undefined) {
    throw refused(place(), {
      what: 'a tensor has an unknown type',
      expected: Object.keys(ITEM_SIZES).join(', '),
      got: quoted(dtype),
    });
  }
  const size = (elementCount(shape) ?? NaN) * (itemSize / 8);
  if (Number.isSafeInteger(size)) return size;
  throw invalid(place(), {
    what: 'a tensor’s shape and type do not make a number of bytes',
    got: `${dtype} ${shapeText(shape)}`,
  });
}
