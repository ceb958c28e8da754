/**
 * The safetensors format (https://github.com/huggingface/safetensors): the header's length as a little-endian uint64, the header
 * in JSON (each tensor's dtype, shape and place; text under `__metadata__`), then the tensors' bytes one after another.
 */

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint32Array | Uint8Array;
}

export interface TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly Tensor[];
}

const DTYPES = { F32: Float32Array, F64: Float64Array, U32: Uint32Array, U8: Uint8Array };
type Dtype = keyof typeof DTYPES;

interface Entry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [begin: number, end: number];
}

export function encodeSafetensors({ metadata, tensors }: TensorFile): Uint8Array {
  const header: Record<string, Entry | TensorFile['metadata']> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: dtypeOf(data), shape, data_offsets: [offset, (offset += data.byteLength)] };
  }
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const bytes = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, ...bytes]);
}

/** Reads what {@link encodeSafetensors} wrote; the caller makes sure that it is still that. */
export function decodeSafetensors(bytes: Buffer): TensorFile {
  const dataStart = 8 + Number(bytes.readBigUInt64LE());
  const { __metadata__: metadata, ...entries } = JSON.parse(bytes.toString('utf8', 8, dataStart)) as Record<
    string,
    Entry
  > & { __metadata__: Record<string, string> };
  const tensors = Object.entries(entries).map(([name, { dtype, shape, data_offsets }]) => {
    const [begin, end] = data_offsets.map((offset) => dataStart + offset);
    return { name, shape, data: new DTYPES[dtype](new Uint8Array(bytes.subarray(begin, end)).buffer) };
  });
  return { metadata, tensors };
}

function dtypeOf(data: Tensor['data']): Dtype {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Uint32Array ? 'U32' : 'U8';
}
